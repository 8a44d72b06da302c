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

// Role says where the keys of a container's role are to be had
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
type Role struct {
	// URL is where they are asked for; empty where there is no role.
	URL string
	// Token is sent there as Authorization. TokenFile names the file that holds it instead,
	// which is read before each request: others replace it. Both may be empty.
	Token, TokenFile string
}

// ErrNoRole says that the keys of the role could not be had. Errors that wrap it never carry a
// key or a token.
var ErrNoRole = errors.New("the role's endpoint gives no keys")

// errNoKeys says that Options name nobody who signs.
var errNoKeys = errors.New("neither keys nor a role sign requests")

// renewal is how long before they expire keys are renewed: a link dies with the keys that
// signed it, and lasts a quarter of an hour at most.
const renewal = 15 * time.Minute

// signer returns who signs requests: the keys that are given, else the role. Errors: there is
// neither.
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
			WithTransportOptions(func(t *http.Transport) { t.Proxy = nil }) // keys are nobody else's
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

// role asks for keys as long as a cache wants them.
type role struct{ endpoint *endpointcreds.Provider }

// Retrieve implements aws.CredentialsProvider. Errors: ErrNoRole, which does not unwrap to the
// endpoint's answer: its 404 would be taken for the store's.
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

// HandleFailToRefresh implements aws.HandleFailRefreshCredentialsCacheStrategy: keys serve
// until they expire where no others can be had.
func (r role) HandleFailToRefresh(_ context.Context, held aws.Credentials, err error) (aws.Credentials, error) {
	held.Expires = held.Expires.Add(renewal) // of which the cache took it
	if held.HasKeys() && !held.Expired() {
		return held, nil
	}
	return aws.Credentials{}, err
}
