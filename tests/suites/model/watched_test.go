package model

import (
	"context"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/ports"
)

// watched is a unit of work that has the world looked at after every commit, and in a race waits
// for its turn.
type watched struct {
	ports.UnitOfWork
	committed func()
}

func (u *watched) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	if r, ok := ctx.Value(racerKey{}).(*racer); ok {
		r.asks <- struct{}{}
		<-r.granted
	}
	err := u.UnitOfWork.Do(ctx, fn)
	if err == nil {
		u.committed()
	}
	return err
}

// racer is one of two calls that run at the same time.
type racer struct {
	asks    chan struct{} // it wants a transaction
	granted chan struct{}
	ended   chan struct{}
	asking  bool
}

type racerKey struct{}

// race runs the calls at the same time. Which of them gets the next transaction is drawn, so that a race
// that fails can be run again. Between its transactions a call runs alone.
func race(rt *rapid.T, calls ...func(ctx context.Context)) {
	racers := make([]*racer, len(calls))
	for i, call := range calls {
		r := &racer{asks: make(chan struct{}), granted: make(chan struct{}), ended: make(chan struct{})}
		racers[i] = r
		go func() {
			defer close(r.ended)
			call(context.WithValue(context.Background(), racerKey{}, r))
		}()
		r.await()
	}
	for {
		var asking []*racer
		for _, r := range racers {
			if r.asking {
				asking = append(asking, r)
			}
		}
		if len(asking) == 0 {
			return
		}
		next := asking[0]
		if len(asking) > 1 {
			next = asking[rapid.IntRange(0, len(asking)-1).Draw(rt, "turn")]
		}
		next.asking = false
		next.granted <- struct{}{}
		next.await()
	}
}

// await returns once the call asks for a transaction or ends.
func (r *racer) await() {
	select {
	case <-r.asks:
		r.asking = true
	case <-r.ended:
	}
}
