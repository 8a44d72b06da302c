package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	propflow "github.com/propflow/propflow/sdk/go"
)

// How many of the staff there are: each authenticator code is good once, so they log in once
// and share their work.
const (
	valuers     = 20
	supervisors = 3
)

// recruit makes the staff; the supervisors come last.
func recruit() ([]identity.StaffSeed, error) {
	factors := totp.New("PropFlow", system.Entropy{})
	var staff []identity.StaffSeed
	for i := range valuers + supervisors {
		secret, _, err := factors.Enrol("chaos")
		if err != nil {
			return nil, err
		}
		role := domain.RoleValuer
		if i >= valuers {
			role = domain.RoleSupervisor
		}
		staff = append(staff, identity.StaffSeed{
			Phone: domain.Phone(fmt.Sprintf("+9198000%05d", i)), Name: "Staff " + strconv.Itoa(i), Role: role, TOTPSecret: secret,
		})
	}
	return staff, nil
}

// person is somebody who is logged in.
type person struct {
	*journey.Person
	phone  string
	client *patient
}

// enter logs a phone in; secret is that of its authenticator, if any. number tells people's
// addresses apart.
func (w *world) enter(ctx context.Context, phone, secret string, number int) (*person, error) {
	client := &patient{wire: w.wire, address: fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255), replica: number}
	var user propflow.User
	client.login = func(ctx context.Context) (session, error) {
		got, err := w.login(ctx, phone, secret, client.address)
		if err != nil {
			return session{}, err
		}
		user = got.User
		return session{got.AccessToken, got.RefreshToken}, nil
	}
	var err error
	if client.session, err = client.login(ctx); err != nil {
		return nil, err
	}
	sdk, err := propflow.New(apiURL, "", client)
	if err != nil {
		return nil, err
	}
	return &person{&journey.Person{Client: sdk, User: user}, phone, client}, nil
}

// login asks for a code, reads it from the phone and gives it in, again where that fails: not
// too often, as the tries are limited.
func (w *world) login(ctx context.Context, phone, secret, address string) (propflow.Authenticated, error) {
	var failed error
	for try := range domain.OTPPerPhone {
		select {
		case <-time.After(time.Duration(try) * 3 * time.Second):
		case <-ctx.Done():
			return propflow.Authenticated{}, ctx.Err()
		}
		got, err := w.loginOnce(ctx, phone, secret, &patient{wire: w.wire, address: address, replica: try})
		if err == nil {
			return got, nil
		}
		failed = err
	}
	return propflow.Authenticated{}, fmt.Errorf("log in: %w", failed)
}

func (w *world) loginOnce(ctx context.Context, phone, secret string, client *patient) (propflow.Authenticated, error) {
	guest, err := propflow.New(apiURL, "", client)
	if err != nil {
		return propflow.Authenticated{}, err
	}
	before := w.codes.last(phone)
	_, asked := guest.RequestOtpWithResponse(ctx, propflow.RequestOtpRequest{Phone: phone})
	code := w.stack.vendors.Twilio.OTP(phone)
	if code == "" || code == before { // it may have come although the answer did not
		return propflow.Authenticated{}, errors.Join(errors.New("no code came"), asked)
	}
	w.codes.use(phone, code)
	answer, err := guest.VerifyOtpWithResponse(ctx, propflow.VerifyOtpRequest{Phone: phone, Code: code})
	if err != nil {
		return propflow.Authenticated{}, err
	}
	outcome, err := answer.JSON200.ValueByDiscriminator()
	if err != nil {
		return propflow.Authenticated{}, err
	}
	switch got := outcome.(type) {
	case propflow.Authenticated:
		return got, nil
	case propflow.SecondFactorRequired:
		halfway, err := propflow.New(apiURL, got.SecondFactorToken, client)
		if err != nil {
			return propflow.Authenticated{}, err
		}
		code := totp.SecondFactors{}.Code(secret, time.Now())
		answer, err := halfway.VerifyTotpWithResponse(ctx, propflow.VerifyTotpRequest{Code: code})
		if err != nil {
			return propflow.Authenticated{}, err
		}
		return *answer.JSON200, nil
	default:
		return propflow.Authenticated{}, fmt.Errorf("unknown outcome of a login: %T", outcome)
	}
}

// codes remembers which one-time code each phone used last.
type codes struct {
	mu   sync.Mutex
	used map[string]string
}

func (c *codes) last(phone string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used[phone]
}

func (c *codes) use(phone, code string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[phone] = code
}
