package journey

import (
	"context"
	"fmt"
	"net/http"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Person is a logged-in user.
type Person struct {
	Client *propflow.ClientWithResponses
	User   propflow.User
}

// totpStep is how long an authenticator app shows one code (RFC 6238).
const totpStep = 30 * time.Second

// Login logs a phone in: with a one-time code and, for staff, also with an authenticator code.
// The server accepts an authenticator code only once. If it refuses one, Login waits for the
// next one and tries once more.
func Login(ctx context.Context, url, phone string, codes Codes, doer propflow.HttpRequestDoer) (*Person, error) {
	guest, err := propflow.New(url, "", doer)
	if err != nil {
		return nil, err
	}
	if _, err := guest.RequestOtpWithResponse(ctx, propflow.RequestOtpRequest{Phone: phone}); err != nil {
		return nil, fmt.Errorf("ask for a code: %w", err)
	}
	code, err := codes.OTP(ctx, phone)
	if err != nil {
		return nil, err
	}
	answer, err := guest.VerifyOtpWithResponse(ctx, nil, propflow.VerifyOtpRequest{Phone: phone, Code: code})
	if err != nil {
		return nil, fmt.Errorf("verify the code: %w", err)
	}
	outcome, err := answer.JSON200.ValueByDiscriminator()
	if err != nil {
		return nil, fmt.Errorf("read the login's outcome: %w", err)
	}
	switch login := outcome.(type) {
	case propflow.Authenticated:
		return enter(url, login, doer)
	case propflow.SecondFactorRequired:
		return secondFactor(ctx, url, phone, login, codes, doer)
	default:
		return nil, fmt.Errorf("unknown outcome of a login: %T", outcome)
	}
}

func secondFactor(ctx context.Context, url, phone string, first propflow.SecondFactorRequired, codes Codes, doer propflow.HttpRequestDoer) (*Person, error) {
	halfway, err := propflow.New(url, first.SecondFactorToken, doer)
	if err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		code, err := codes.TOTP(ctx, phone)
		if err != nil {
			return nil, err
		}
		answer, err := halfway.VerifyTotpWithResponse(ctx, nil, propflow.VerifyTotpRequest{Code: &code})
		if err == nil {
			return enter(url, *answer.JSON200, doer)
		}
		if propflow.CodeOf(err) != "invalid_code" || try > 0 {
			return nil, fmt.Errorf("verify the authenticator code: %w", err)
		}
		select {
		case <-time.After(time.Until(time.Now().Truncate(totpStep).Add(totpStep))):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func enter(url string, login propflow.Authenticated, doer propflow.HttpRequestDoer) (*Person, error) {
	client, err := propflow.New(url, login.AccessToken, doer)
	if err != nil {
		return nil, err
	}
	return &Person{Client: client, User: login.User}, nil
}

// httpClient returns the client for requests that are not operations: uploads to the object
// store.
func httpClient(doer propflow.HttpRequestDoer) propflow.HttpRequestDoer {
	if doer == nil {
		return http.DefaultClient
	}
	return doer
}
