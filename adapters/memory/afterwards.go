package memory

import (
	"context"
	"sync"

	"github.com/propflow/propflow/ports"
)

// Afterwards is a ports.Afterwards that does the work before Do returns, or when Release is called.
type Afterwards struct {
	faults *Faults
	mu     sync.Mutex
	held   bool
	work   []func()
}

// NewAfterwards returns an Afterwards that holds nothing back. faults may be nil.
func NewAfterwards(faults *Faults) *Afterwards { return &Afterwards{faults: faults} }

// Do implements ports.Afterwards.
func (a *Afterwards) Do(ctx context.Context, work func(ctx context.Context)) error {
	if err := a.faults.outside(ctx, "Afterwards.Do"); err != nil {
		return err
	}
	run := func() { work(context.WithoutCancel(ctx)) }
	a.mu.Lock()
	held := a.held
	if held {
		a.work = append(a.work, run)
	}
	a.mu.Unlock()
	if !held {
		run()
	}
	return nil
}

// Hold makes Do keep the work until Release.
func (a *Afterwards) Hold() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.held = true
}

// Release does the work that was held, and holds no more.
func (a *Afterwards) Release() {
	a.mu.Lock()
	work := a.work
	a.held, a.work = false, nil
	a.mu.Unlock()
	for _, run := range work {
		run()
	}
}

// CodeSends is a ports.CodeSends that remembers what it was told.
type CodeSends struct {
	mu    sync.Mutex
	sends []ports.CodeSend
}

// NewCodeSends returns a CodeSends that was told nothing.
func NewCodeSends() *CodeSends { return &CodeSends{} }

// Record implements ports.CodeSends.
func (c *CodeSends) Record(_ context.Context, send ports.CodeSend) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sends = append(c.sends, send)
}

// All returns what it was told, oldest first.
func (c *CodeSends) All() []ports.CodeSend {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]ports.CodeSend(nil), c.sends...)
}
