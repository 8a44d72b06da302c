package api

import (
	"context"
	"sync"
	"time"
)

// lookLasts is how long the result of a look at a dependency is remembered.
const lookLasts = time.Second

// OneLook returns ask shared by all who call it: calls at the same time wait for one look, and its
// result is remembered for a second, so that a flood of probes does not reach the dependency. A
// look takes at most 1.5 s and does not end with the call that began it.
func OneLook(ask func(context.Context) error) func(context.Context) error {
	l := &look{ask: ask}
	return l.result
}

// look is what is known of one dependency.
type look struct {
	ask func(context.Context) error

	mu    sync.Mutex
	last  *sight // may still be under way
	since time.Time
}

// sight is one look. err may be read once done is closed.
type sight struct {
	done chan struct{}
	err  error
}

func (s *sight) end(err error) {
	s.err = err
	close(s.done)
}

func (l *look) result(ctx context.Context) error {
	s := l.current(ctx)
	select {
	case <-s.done:
		return s.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// current returns the look under way, or that of the last second, or a new one.
func (l *look) current(ctx context.Context) *sight {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last != nil {
		select {
		case <-l.last.done:
			if time.Since(l.since) < lookLasts {
				return l.last
			}
		default:
			return l.last
		}
	}
	s := &sight{done: make(chan struct{})}
	l.last, l.since = s, time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthTimeout)
	stop := context.AfterFunc(ctx, func() { s.end(ctx.Err()) }) // even if ask ignores ctx
	go func() {
		defer cancel()
		err := l.ask(ctx)
		if stop() {
			s.end(err)
		}
	}()
	return s
}
