package journey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	propflow "github.com/propflow/propflow/sdk/go"
)

// Watch collects the live events of one person from the moment it is opened, so that a step can
// wait for an event that another step causes, even if it has arrived already.
type Watch struct {
	mu     sync.Mutex
	events []propflow.Event
	news   chan struct{} // closed and replaced when an event arrives
	err    error
	stop   context.CancelFunc
	done   chan struct{}
}

// NewWatch opens the person's stream of events. It returns once the stream is open.
func NewWatch(ctx context.Context, p *Person) (*Watch, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &Watch{news: make(chan struct{}), stop: cancel, done: make(chan struct{})}
	open := make(chan struct{})
	go w.run(ctx, p, sync.OnceFunc(func() { close(open) }))
	select {
	case <-open:
		return w, nil
	case <-w.done:
		cancel()
		return nil, w.err
	}
}

// run reads the stream. If it breaks, run opens it again after the last event received.
func (w *Watch) run(ctx context.Context, p *Person, ready func()) {
	defer close(w.done)
	stream, opened := propflow.Stream{Client: p.Client}, false
	for ctx.Err() == nil {
		err := stream.Listen(ctx, func() { opened = true; ready() }, func(e propflow.Event) error {
			w.add(e)
			return nil
		})
		if ctx.Err() == nil && (refused(err) || !opened) {
			w.fail(err)
			return
		}
		select {
		case <-time.After(200 * time.Millisecond): // gives a restarting server some time
		case <-ctx.Done():
		}
	}
	w.fail(ctx.Err()) // without it, Await would return the end as an event
}

// refused reports whether an error is a refusal, which a retry would not change, unlike an
// outage of the server.
func refused(err error) bool {
	var problem *propflow.ProblemError
	return errors.As(err, &problem) && problem.Problem.Status < http.StatusInternalServerError
}

func (w *Watch) add(e propflow.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
	close(w.news)
	w.news = make(chan struct{})
}

func (w *Watch) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = fmt.Errorf("the live events ended: %w", err)
}

// Await returns the first event that matches, among those received already and those to come.
func (w *Watch) Await(ctx context.Context, match func(propflow.Event) bool) (propflow.Event, error) {
	for seen := 0; ; {
		w.mu.Lock()
		events, news := w.events, w.news
		w.mu.Unlock()
		for ; seen < len(events); seen++ {
			if match(events[seen]) {
				return events[seen], nil
			}
		}
		select {
		case <-news:
		case <-w.done:
			return propflow.Event{}, w.err
		case <-ctx.Done():
			return propflow.Event{}, ctx.Err()
		}
	}
}

// Close ends the watch.
func (w *Watch) Close() {
	w.stop()
	<-w.done
}
