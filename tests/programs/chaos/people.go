package main

import (
	"context"
	"fmt"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

// The number of staff.
const (
	valuers     = 20
	supervisors = 3
)

// person is a user who is logged in.
type person struct {
	*journey.Person
	phone  string
	client *retryingClient
}

// enter logs a phone in; secret is that of its authenticator, if any. number decides the
// person's address: each needs one of their own, because requests are limited by address.
func (w *world) enter(ctx context.Context, phone, secret string, number int) (*person, error) {
	client := &retryingClient{wire: w.wire, address: fmt.Sprintf("10.%d.%d.%d", number>>16&255, number>>8&255, number&255), replica: number}
	var user propflow.User
	client.login = func(ctx context.Context) (session, error) {
		got, err := w.login(ctx, phone, secret, client.address)
		if err != nil {
			return session{}, err
		}
		user = got.User
		return session{got.AccessToken, *got.RefreshToken}, nil
	}
	var err error
	if client.session, err = client.login(ctx); err != nil {
		return nil, err
	}
	sdk, err := propflow.New(stack.APIURL, "", client)
	if err != nil {
		return nil, err
	}
	return &person{&journey.Person{Client: sdk, User: user}, phone, client}, nil
}

// loginTries is how often login tries.
const loginTries = 5

// login asks for a code, reads it from the phone and enters it. If that fails it tries again.
func (w *world) login(ctx context.Context, phone, secret, address string) (propflow.Authenticated, error) {
	var failed error
	for try := range loginTries {
		select {
		case <-time.After(time.Duration(try) * 3 * time.Second):
		case <-ctx.Done():
			return propflow.Authenticated{}, ctx.Err()
		}
		got, err := w.stack.Login(ctx, stack.APIURL, &retryingClient{wire: w.wire, address: address, replica: try}, phone, secret)
		if err == nil {
			return got, nil
		}
		failed = err
	}
	return propflow.Authenticated{}, fmt.Errorf("log in: %w", failed)
}
