package s3

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
)

// Role is the endpoint that issues the keys of a container's role
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
type Role struct {
	// URL is the URL of the endpoint; empty if there is no role.
	URL string
	// Token is sent to it as Authorization. TokenFile names a file that contains the token
	// instead; it is read before each request, because it is replaced from outside. Both may
	// be empty.
	Token, TokenFile string
}

// ErrNoRole is returned if the keys of the role cannot be fetched. Errors that wrap it never
// contain a key or a token.
var ErrNoRole = errors.New("the role's endpoint gives no keys")

// errNoKeys is returned for Options with neither keys nor a role.
var errNoKeys = errors.New("neither keys nor a role sign requests")

// renewal is how long before their expiry keys are renewed: a link expires with the keys that
// signed it, and is valid for at most a quarter of an hour.
const renewal = 15 * time.Minute

// signer returns the credentials that sign requests: AccessKey and SecretKey, or else those of
// the role. Errors: errNoKeys.
func signer(o Options, timeout time.Duration) (aws.CredentialsProvider, error) {
	switch {
	case o.AccessKey != "":
		return credentials.NewStaticCredentialsProvider(o.AccessKey, o.SecretKey, ""), nil
	case o.Role.URL == "":
		return nil, errNoKeys
	}
	endpoint := endpointcreds.New(o.Role.URL, func(e *endpointcreds.Options) {
		e.Retryer, e.AuthorizationToken = retries(), o.Role.Token
		e.HTTPClient = httpClient(timeout).WithTimeout(timeout).
			WithTransportOptions(func(t *http.Transport) { t.Proxy = nil }) // it would see the keys
		if o.Role.TokenFile != "" {
			e.AuthorizationTokenProvider = endpointcreds.TokenProviderFunc(o.Role.readToken)
		}
	})
	return aws.NewCredentialsCache(role{endpoint}, func(c *aws.CredentialsCacheOptions) { c.ExpiryWindow = renewal }), nil
}

func (r Role) readToken() (string, error) {
	token, err := os.ReadFile(r.TokenFile)
	return strings.TrimSpace(string(token)), err
}

// role fetches the keys of a role whenever a cache asks for them.
type role struct{ endpoint *endpointcreds.Provider }

// Retrieve implements aws.CredentialsProvider. Errors: ErrNoRole, which does not unwrap to the
// endpoint's answer, because its 404 would be taken for the store's.
func (r role) Retrieve(ctx context.Context) (aws.Credentials, error) {
	keys, err := r.endpoint.Retrieve(ctx)
	switch {
	case err != nil:
		return aws.Credentials{}, fmt.Errorf("%w: %s", ErrNoRole, err.Error())
	case !keys.HasKeys():
		return aws.Credentials{}, fmt.Errorf("%w: its answer has none", ErrNoRole)
	}
	return keys, nil
}

// HandleFailToRefresh implements aws.HandleFailRefreshCredentialsCacheStrategy: if no other keys
// can be fetched, the cached ones are used until they expire.
func (r role) HandleFailToRefresh(_ context.Context, cached aws.Credentials, err error) (aws.Credentials, error) {
	cached.Expires = cached.Expires.Add(renewal) // which the cache subtracted
	if cached.HasKeys() && !cached.Expired() {
		return cached, nil
	}
	return aws.Credentials{}, err
}
