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

// Watch keeps the live events of one person from the moment it begins, so that a step can
// await what another one caused, whichever came first.
type Watch struct {
	mu     sync.Mutex
	events []propflow.Event
	news   chan struct{} // closed and replaced at each event
	err    error
	stop   context.CancelFunc
	done   chan struct{}
}

// NewWatch opens the person's stream of events; it returns once the stream is open.
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

// run reads the stream and opens it again where it broke, behind what was told last.
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
		case <-time.After(200 * time.Millisecond): // a server that restarts gets a moment
		case <-ctx.Done():
		}
	}
	w.fail(ctx.Err()) // so that nobody takes the end for an event
}

// refused tells a refusal that will stay one from a server that is out of order.
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

// Await returns the first event, seen already or to come, that matches.
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
