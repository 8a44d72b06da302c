package journey

import (
	"context"
	"errors"
	"fmt"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

const (
	// eventPatience is how long a run waits for a live event before it asks the API whether the
	// event was lost, because a proxy may keep a stream open and let nothing through.
	eventPatience = 20 * time.Second
	// pollEvery is the interval of polling after live events have failed.
	pollEvery = 500 * time.Millisecond
)

// errTimeout ends the context of a run after its Timeout. It is never a TimeoutError: net/http
// wraps the cause in its own error, and an error that contains itself makes errors.As run forever.
var errTimeout = errors.New("the timeout passed")

// TimeoutError is the error of a run that took longer than its Timeout.
type TimeoutError struct {
	After   time.Duration
	Awaited string // what the run waited for
	Err     error  // how that wait ended
}

// Error includes what the run waited for.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("gave up after %s, waiting for %s: %v", e.After, e.Awaited, e.Err)
}

// Unwrap returns how the wait ended.
func (e *TimeoutError) Unwrap() error { return e.Err }

// login logs the owner in. If live events are not available, the run polls instead.
func (r *run) login(ctx context.Context) (*Owner, error) {
	r.awaited = "the owner's login"
	person, err := Login(ctx, r.URL, r.Owner, r.Codes, r.Doer)
	if err != nil {
		return nil, err
	}
	r.say("owner logged in")
	owner := &Owner{Person: person, Doer: r.Doer}
	r.awaited = "the stream of live events"
	if owner.Events, err = NewWatch(ctx, person); err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		r.fallBack(owner, err)
	}
	return owner, nil
}

// fallBack stops the live events and polls from now on.
func (r *run) fallBack(owner *Owner, why error) {
	r.say("%v: asking every %s instead", why, pollEvery)
	owner.leave()
	owner.Events = nil
}

// await returns when a live event matches, or when ask reports that the announced state is
// reached.
func (r *run) await(ctx context.Context, owner *Owner, match func(propflow.Event) bool, ask func() (bool, error)) error {
	for owner.Events != nil {
		bounded, cancel := context.WithTimeout(ctx, eventPatience)
		_, err := owner.Events.Await(bounded, match)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.Is(err, context.DeadlineExceeded):
			r.fallBack(owner, err)
			continue
		}
		if so, err := ask(); err != nil || so {
			return err
		}
	}
	for {
		if so, err := ask(); err != nil || so {
			return err
		}
		select {
		case <-time.After(pollEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// verdict waits for the verdict on a photo.
func (r *run) verdict(ctx context.Context, owner *Owner, photo propflow.OwnerPhoto, name string) (propflow.OwnerPhoto, error) {
	r.awaited = "the verdict on photo " + name
	err := r.await(ctx, owner, inspected(photo), func() (bool, error) {
		now, err := owner.Photo(ctx, photo.PropertyID, photo.ID)
		return err == nil && now.Status != propflow.PhotoStatusPROCESSING, err
	})
	if err != nil {
		return propflow.OwnerPhoto{}, fmt.Errorf("await the verdict: %w", err)
	}
	return owner.Photo(ctx, photo.PropertyID, photo.ID)
}

// awaitReport waits until the report can be read.
func (r *run) awaitReport(ctx context.Context, owner *Owner, property string) error {
	r.awaited = "the report"
	err := r.await(ctx, owner, happened(property, "report.stored"), func() (bool, error) {
		now, err := owner.Property(ctx, property)
		return err == nil && now.State == propflow.PropertyStateVALUED, err
	})
	if err != nil {
		return fmt.Errorf("await the report: %w", err)
	}
	return nil
}
