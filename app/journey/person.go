package journey

import (
	"context"
	"fmt"
	"net/http"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Person is somebody who is logged in.
type Person struct {
	Client *propflow.ClientWithResponses
	User   propflow.User
}

// totpStep is how long an authenticator app shows one code (RFC 6238).
const totpStep = 30 * time.Second

// Login logs a phone in: with a one-time code and, for staff, with an authenticator code. A
// code is good once, so where it was used already the next one is awaited.
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
	answer, err := guest.VerifyOtpWithResponse(ctx, propflow.VerifyOtpRequest{Phone: phone, Code: code})
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
		answer, err := halfway.VerifyTotpWithResponse(ctx, propflow.VerifyTotpRequest{Code: code})
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

// httpClient is for what is not an operation: uploads to the object store.
func httpClient(doer propflow.HttpRequestDoer) propflow.HttpRequestDoer {
	if doer == nil {
		return http.DefaultClient
	}
	return doer
}
