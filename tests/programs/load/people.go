package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
)

// person is somebody who is logged in.
type person struct {
	*journey.Person
	phone  string
	client *client
}

// enter logs the n-th person in; secret is that of their authenticator, if any.
func (c *crowd) enter(ctx context.Context, n int, phone, secret string) (*person, error) {
	p := &person{phone: phone, client: c.wire.newClient(n)}
	got, err := c.stack.Login(ctx, stack.APIURL, p.client, phone, secret)
	if err != nil {
		return nil, fmt.Errorf("log in: %w", err)
	}
	p.client.keep(got.AccessToken, *got.RefreshToken)
	sdk, err := propflow.New(stack.APIURL, "", p.client)
	p.Person = &journey.Person{Client: sdk, User: got.User}
	return p, err
}

// renew renews a session.
func (p *person) renew(ctx context.Context) error {
	got, err := p.Client.RefreshTokensWithResponse(ctx, nil, propflow.RefreshTokensJSONRequestBody{RefreshToken: p.client.refreshToken()})
	if err != nil {
		return fmt.Errorf("renew a session: %w", err)
	}
	p.client.keep(got.JSON200.AccessToken, *got.JSON200.RefreshToken)
	return nil
}

// watch opens a person's live events and calls received for each, in turn, until ctx ends.
// It returns once the stream is open; done is closed when it has ended.
func (c *crowd) watch(ctx context.Context, p *person, received func(e propflow.Event, at time.Time)) (done <-chan struct{}, err error) {
	open, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		stream := propflow.Stream{Client: p.Client}
		err = stream.Listen(ctx, func() { close(open) }, func(e propflow.Event) error {
			at := time.Now()
			if e.Name == "reset" {
				c.wire.book.Load().fail(openStream, errors.New("events were missed"))
				return nil
			}
			c.wire.book.Load().waited(eventToScreen, e.At, at)
			received(e, at)
			return nil
		})
		if ctx.Err() == nil {
			c.wire.book.Load().fail(openStream, fmt.Errorf("the stream ended: %w", err))
		}
	}()
	select {
	case <-open:
		return ended, nil
	case <-ended:
		return ended, err
	}
}

// news keeps the live events of one person, so that a step can await what another one
// caused, whichever came first.
type news struct {
	mu       sync.Mutex
	receipts []receipt
	bell     chan struct{} // closed and replaced at each event
}

// receipt is an event and when it was received.
type receipt struct {
	propflow.Event
	at time.Time
}

func newNews() *news { return &news{bell: make(chan struct{})} }

func (n *news) add(e propflow.Event, at time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.receipts = append(n.receipts, receipt{e, at})
	close(n.bell)
	n.bell = make(chan struct{})
}

// await returns the first event that matches.
func (n *news) await(ctx context.Context, what string, match func(propflow.Event) bool) (receipt, error) {
	for seen := 0; ; {
		n.mu.Lock()
		all, bell := n.receipts, n.bell
		n.mu.Unlock()
		for ; seen < len(all); seen++ {
			if match(all[seen].Event) {
				return all[seen], nil
			}
		}
		select {
		case <-bell:
		case <-ctx.Done():
			return receipt{}, fmt.Errorf("await %s: %w", what, context.Cause(ctx))
		}
	}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
