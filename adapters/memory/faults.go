package memory

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
)

// errInjected is the cause of every error that Faults makes.
var errInjected = errors.New("memory: injected fault")

// Faults makes port calls fail with KindUnavailable, so that tests can walk every error
// path of a use case:
//
//	for n := 1; ; n++ {
//		m := memory.ForTest()
//		… // prepare, then arm:
//		m.Faults.FailCall(n)
//		_, err := useCase.Execute(ctx, in)
//		if !m.Faults.Fired() {
//			break // every call has failed once
//		}
//		… // err is KindUnavailable, and nothing changed
//	}
//
// Calls of all ports that share a Faults count together, as do the beginning and the commit
// of a unit of work. Reruns do not count.
type Faults struct {
	mu     sync.Mutex
	calls  int
	failAt int
	fired  bool
	down   map[string]bool
}

// NewFaults returns Faults that fail no call.
func NewFaults() *Faults { return &Faults{down: make(map[string]bool)} }

// FailCall makes the n-th call from now fail, 1 being the next, and no other.
func (f *Faults) FailCall(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.failAt, f.fired = 0, n, false
}

// Down makes every call of a name fail until Up, e.g. "Photos.Add", "UnitOfWork.Commit" or
// "Blobs.Open".
func (f *Faults) Down(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down[name] = true
}

// Up lets every call succeed again.
func (f *Faults) Up() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.down)
	f.failAt = 0
}

// Calls returns how many calls there were since the last FailCall.
func (f *Faults) Calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Fired reports whether the call of the last FailCall has failed.
func (f *Faults) Fired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

// hit counts a call and returns an error if FailCall or Down chose it. Nil Faults fail no
// call.
func (f *Faults) hit(name string) error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	switch {
	case f.down[name]:
	case f.failAt > 0 && f.calls == f.failAt:
		f.fired = true
	default:
		return nil
	}
	return domain.Unavailable("database", time.Second, errInjected)
}

// outside comes first in every method whose effect cannot be rolled back. It returns
// errInside if ctx belongs to a transaction.
func (f *Faults) outside(ctx context.Context, name string) error {
	switch {
	case InUnitOfWork(ctx):
		return errInside
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return f.hit(name)
}
