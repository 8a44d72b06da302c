package journey

import (
	"context"
	"errors"
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

const (
	// codePatience is how long Login waits for a code, which is sent after the request was answered.
	codePatience = 5 * time.Second
	// longestWait bounds how long Login waits if it is asked to come back later.
	longestWait = time.Minute
)

// Login logs a phone in: with a one-time code and, for staff, also with an authenticator code.
// The server accepts an authenticator code only once. If it refuses one, Login waits for the
// next one and tries once more. If another login asked for a code within the last half minute, Login
// waits for its turn.
func Login(ctx context.Context, url, phone string, codes Codes, doer propflow.HttpRequestDoer) (*Person, error) {
	guest, err := propflow.New(url, "", doer)
	if err != nil {
		return nil, err
	}
	sent, err := guest.RequestOtpWithResponse(ctx, nil, propflow.RequestOtpRequest{Phone: phone})
	var refused *propflow.ProblemError
	if errors.As(err, &refused) && refused.Problem.Code == "too_many_otp_requests" && refused.RetryAfter < longestWait {
		if err := wait(ctx, refused.RetryAfter); err != nil {
			return nil, err
		}
		sent, err = guest.RequestOtpWithResponse(ctx, nil, propflow.RequestOtpRequest{Phone: phone})
	}
	if err != nil {
		return nil, fmt.Errorf("ask for a code: %w", err)
	}
	outcome, err := enterCode(ctx, guest, sent.JSON202.LoginID, phone, codes)
	if err != nil {
		return nil, err
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

// enterCode enters the code that comes, and returns the login's outcome. A code that is there already
// may be that of an earlier attempt, so it waits for another one if the code is refused.
func enterCode(ctx context.Context, guest *propflow.ClientWithResponses, loginID, phone string, codes Codes) (any, error) {
	entered := make(map[string]bool)
	var failed error
	for began := time.Now(); ; {
		code, err := codes.OTP(ctx, phone)
		switch {
		case err != nil && len(entered) == 0:
			failed = err
		case err == nil && !entered[code]:
			entered[code] = true
			answer, err := guest.VerifyOtpWithResponse(ctx, nil, propflow.VerifyOtpRequest{LoginID: loginID, Phone: phone, Code: code})
			if err == nil {
				return answer.JSON200.ValueByDiscriminator()
			}
			failed = fmt.Errorf("verify the code: %w", err)
			if propflow.CodeOf(err) != "invalid_code" {
				return nil, failed
			}
		}
		if time.Since(began) > codePatience {
			return nil, failed
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return nil, errors.Join(failed, err)
		}
	}
}

// wait waits for d, or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
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
		if err := wait(ctx, time.Until(time.Now().Truncate(totpStep).Add(totpStep))); err != nil {
			return nil, err
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
