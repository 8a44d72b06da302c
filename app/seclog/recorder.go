package seclog

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// maxPending is how many rows wait at most while the store is down; later ones are lost, and
	// the log of the process shows how many.
	maxPending = 4000
	// perTransaction is how many rows are written in one transaction.
	perTransaction = 100
	// lastFlush bounds the writing of what is pending at the end of the process.
	lastFlush = 5 * time.Second
)

// Recorder is the ports.SecurityRecorder of a process. Run writes what Record takes.
type Recorder struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	Log        *slog.Logger

	writing sync.Mutex // held by the one flush that runs
	mu      sync.Mutex
	window  window
	pending []domain.SecurityEvent
	lost    int
	wake    chan struct{}
}

var _ ports.SecurityRecorder = (*Recorder)(nil)

// New returns a Recorder that writes to the log of the unit of work.
func New(uow ports.UnitOfWork, clock ports.Clock, ids ports.IDs, log *slog.Logger) *Recorder {
	return &Recorder{UnitOfWork: uow, Clock: clock, IDs: ids, Log: log, window: begin(clock.Now()), wake: make(chan struct{}, 1)}
}

// Record implements ports.SecurityRecorder. What it takes is lost if the process is killed before
// Run has written it, usually at once.
func (r *Recorder) Record(ctx context.Context, e domain.SecurityEvent) {
	now := r.Clock.Now()
	if e.At.IsZero() {
		e.At = now
	}
	if e.Client == "" {
		e.Client = ports.ClientOf(ctx)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn(now)
	if r.window.admit(e) {
		r.enqueue(e)
	}
}

// turn ends the window if its minute is over. The caller has locked mu.
func (r *Recorder) turn(now time.Time) {
	if now.Sub(r.window.minute) < time.Minute {
		return
	}
	for _, row := range r.window.close() {
		r.enqueue(row)
	}
	r.window = begin(now)
}

func (r *Recorder) enqueue(e domain.SecurityEvent) {
	if len(r.pending) >= maxPending {
		r.lost++
		return
	}
	if e.ID == "" {
		e.ID = domain.SecurityEventID(r.IDs.New())
	}
	r.pending = append(r.pending, e)
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run writes what is recorded until ctx ends, then what is pending.
func (r *Recorder) Run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-r.wake:
			r.write(ctx)
		case <-tick.C:
			r.mu.Lock()
			r.turn(r.Clock.Now())
			r.mu.Unlock()
			r.write(ctx)
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
			defer cancel()
			r.Flush(last)
			return nil
		}
	}
}

// Flush writes everything recorded so far, also what is still being counted.
func (r *Recorder) Flush(ctx context.Context) {
	r.mu.Lock()
	for _, row := range r.window.close() {
		r.enqueue(row)
	}
	clear(r.window.counted)
	r.mu.Unlock()
	r.write(ctx)
}

// write writes what is pending, until there is nothing left or the store fails.
func (r *Recorder) write(ctx context.Context) {
	r.writing.Lock()
	defer r.writing.Unlock()
	for {
		r.mu.Lock()
		rows := r.pending[:min(len(r.pending), perTransaction)]
		lost := r.lost
		r.lost = 0
		r.mu.Unlock()
		if lost > 0 {
			r.Log.ErrorContext(ctx, "security events lost", "count", lost)
		}
		if len(rows) == 0 {
			return
		}
		err := r.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			for _, row := range rows {
				if err := tx.Security.Append(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			r.Log.WarnContext(ctx, "security events not written yet", "count", len(rows), "error", err.Error())
			return
		}
		r.mu.Lock()
		r.pending = r.pending[len(rows):]
		r.mu.Unlock()
	}
}
