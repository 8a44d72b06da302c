package main

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	propflow "github.com/propflow/propflow/sdk/go"
)

// read is what people who are only there ask for again and again.
type read struct {
	path  string
	every time.Duration // each of them
	by    []*person
}

// steady are the reads of everybody who is only there: valuers' dashboards look for new cases,
// supervisors' show figures, and owners come back to their app.
func (c *crowd) steady() []read {
	return []read{
		{"/api/v1/queue", 10 * time.Second, c.valuers},
		{"/api/v1/analytics/kpis", 15 * time.Second, c.supervisors},
		{"/api/v1/properties", time.Minute, c.idle},
	}
}

// attend has everybody who is only there open their streams and read what they do, until ctx
// ends; it returns once all streams are open. wait returns when all have gone.
func (c *crowd) attend(ctx context.Context) (wait func(), err error) {
	var present sync.WaitGroup
	for i, p := range c.present() {
		if err := p.renew(ctx); err != nil {
			return present.Wait, err
		}
		received := func(propflow.Event, time.Time) {}
		if i < len(c.valuers) && i%watching == 0 {
			changed := make(chan time.Time, 1)
			received = func(e propflow.Event, _ time.Time) { note(changed, e) }
			present.Go(func() { c.refresh(ctx, p, changed) })
		}
		done, err := c.watch(ctx, p, received)
		if err != nil {
			return present.Wait, err
		}
		present.Go(func() { <-done })
	}
	for _, r := range c.steady() {
		present.Go(func() { c.repeat(ctx, r) })
	}
	return present.Wait, nil
}

// watching is the share of dashboards that show the queue and read it again when it changes: one
// in so many. The others show a case.
const watching = 5

// note remembers since when the queue has changed, unless it is remembered already.
func note(changed chan<- time.Time, e propflow.Event) {
	switch e.Name {
	case "property.submitted", "review.claimed", "review.follow_up_answered":
		select {
		case changed <- e.At:
		default:
		}
	}
}

// refresh reads the queue when it has changed, once a second at the most.
func (c *crowd) refresh(ctx context.Context, p *person, changed <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case since := <-changed:
			if _, err := p.Client.ListQueueWithResponse(ctx, &propflow.ListQueueParams{}); err == nil {
				c.wire.book.Load().waited(queueRefresh, since, time.Now())
			}
			rest(ctx, time.Second)
		}
	}
}

// repeat sends a read at its rate until ctx ends, for each person in turn, whether or not
// earlier ones have been answered.
func (c *crowd) repeat(ctx context.Context, r read) {
	attacker := vegeta.NewAttacker(vegeta.Client(&http.Client{Transport: c.wire.client.Transport, Timeout: patience}))
	defer context.AfterFunc(ctx, func() { attacker.Stop() })()
	var turn atomic.Int64
	target := func(t *vegeta.Target) error {
		who := r.by[int(turn.Add(1))%len(r.by)].client
		t.Method, t.URL = http.MethodGet, "http://"+who.replica+r.path
		t.Header = http.Header{"X-Forwarded-For": {who.address}, "Authorization": {"Bearer " + who.token()}}
		return nil
	}
	name := c.wire.named(http.MethodGet, r.path)
	for result := range attacker.Attack(target, vegeta.Rate{Freq: len(r.by), Per: r.every}, 0, name) {
		c.wire.book.Load().answered(*result)
	}
}
