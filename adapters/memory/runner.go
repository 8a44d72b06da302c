package memory

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Runner is the ports.JobRunner of a Store's jobs. Concurrent Runs share the work; the first
// of them adds the periodic jobs.
type Runner struct {
	clock   ports.Clock
	workers int
	logger  *slog.Logger

	mu      sync.Mutex
	backlog backlog
	dead    []DeadLetter
	runs    []*jobRun
	next    map[domain.JobKind]time.Time // when each periodic job is due
	changed chan struct{}                // closed when anything above changes
}

// DeadLetter is a job that was given up.
type DeadLetter struct {
	Job domain.Job
	At  time.Time
	// Err is the error of its last attempt.
	Err error
}

// jobRun is one Run.
type jobRun struct {
	handlers map[domain.JobKind]ports.JobHandler
	periodic []domain.Periodic
}

func (r *jobRun) handles(kind domain.JobKind) bool { return r.handlers[kind].Work != nil }

func newRunner(clock ports.Clock, workers int, logger *slog.Logger) *Runner {
	return &Runner{
		clock: clock, workers: workers, logger: logger,
		backlog: backlog{keys: make(map[jobKey]bool), running: make(map[*work]bool)},
		next:    make(map[domain.JobKind]time.Time),
		changed: make(chan struct{}),
	}
}

// change wakes every goroutine that waits for a change. The caller holds the mutex.
func (r *Runner) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *Runner) enqueue(jobs []domain.Job) {
	if len(jobs) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, job := range jobs {
		r.backlog.add(job)
	}
	r.change()
}

// Run implements ports.JobRunner. Jobs of kinds without a handler wait for a Run that has
// one. Jobs in flight keep running when ctx ends, because their own context does not end.
func (r *Runner) Run(ctx context.Context, handlers map[domain.JobKind]ports.JobHandler, periodic []domain.Periodic) error {
	run := &jobRun{handlers: handlers, periodic: periodic}
	if err := run.validate(); err != nil {
		return err
	}
	if InUnitOfWork(ctx) {
		return errInside
	}
	r.mu.Lock()
	r.runs = append(r.runs, run)
	r.change()
	r.mu.Unlock()

	var workers sync.WaitGroup
	for range r.workers {
		workers.Go(func() {
			for w := r.take(ctx, run); w != nil; w = r.take(ctx, run) {
				r.work(context.WithoutCancel(ctx), run, w)
			}
		})
	}
	workers.Wait()

	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs = slices.DeleteFunc(r.runs, func(other *jobRun) bool { return other == run })
	r.change()
	return nil
}

func (r *jobRun) validate() error {
	var v domain.Violations
	for kind, handler := range r.handlers {
		v.Require(handler.Work != nil, string(kind), "required", "the handler has no Work")
	}
	for _, p := range r.periodic {
		v.Require(r.handles(p.Kind), string(p.Kind), "required", "the periodic job has no handler")
		v.Require(p.Every > 0, string(p.Kind), "range", "the period must be above 0")
	}
	return v.Err()
}

// take waits for a due job and returns it, or nil once ctx has ended.
func (r *Runner) take(ctx context.Context, run *jobRun) *work {
	for {
		r.mu.Lock()
		if ctx.Err() != nil {
			r.mu.Unlock()
			return nil
		}
		nextPeriodic := r.addPeriodic()
		w, next := r.backlog.take(r.clock.Now(), run.handles)
		changed := r.changed
		if w != nil {
			r.mu.Unlock()
			return w
		}
		r.mu.Unlock()
		if next.IsZero() || !nextPeriodic.IsZero() && nextPeriodic.Before(next) {
			next = nextPeriodic
		}
		r.sleep(ctx, changed, next)
	}
}

// sleep returns on a change, at the given time unless it is zero, or when ctx ends.
func (r *Runner) sleep(ctx context.Context, changed <-chan struct{}, until time.Time) {
	var alarm <-chan time.Time
	if !until.IsZero() {
		var cancel func()
		alarm, cancel = alarmOf(r.clock, until)
		defer cancel()
	}
	select {
	case <-changed:
	case <-alarm:
	case <-ctx.Done():
	}
}

// addPeriodic queues the periodic jobs of the first run that are due, and returns when the
// next one will be. One that was missed several times runs once.
func (r *Runner) addPeriodic() (next time.Time) {
	if len(r.runs) == 0 {
		return time.Time{}
	}
	now := r.clock.Now()
	for _, p := range r.runs[0].periodic {
		due, known := r.next[p.Kind]
		if known && !due.After(now) {
			r.backlog.add(domain.Job{Kind: p.Kind, Key: "periodic", RunAt: now})
			known = false
			r.change()
		}
		if !known {
			due = now.Add(p.Every)
			r.next[p.Kind] = due
		}
		if next.IsZero() || due.Before(next) {
			next = due
		}
	}
	return next
}

// work attempts a job once. If that fails it schedules the next attempt, and after
// domain.MaxJobAttempts records a dead letter and calls GiveUp, which has as many attempts.
func (r *Runner) work(ctx context.Context, run *jobRun, w *work) {
	handler := run.handlers[w.job.Kind]
	attempt := handler.Work
	if w.givingUp {
		attempt = handler.GiveUp
	}
	err := recovered(ctx, attempt, w.job.Subject)
	if err != nil {
		r.logger.WarnContext(ctx, "job failed", "kind", w.job.Kind, "subject", w.job.Subject,
			"attempt", w.failures+1, "giving_up", w.givingUp, "error", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.change()
	if err == nil {
		r.backlog.settle(w)
		return
	}
	now := r.clock.Now()
	w.failures++
	switch last := w.failures >= domain.MaxJobAttempts; {
	case last && !w.givingUp:
		r.dead = append(r.dead, DeadLetter{Job: w.job, At: now, Err: err})
		if handler.GiveUp == nil {
			r.backlog.settle(w)
			return
		}
		w.givingUp, w.failures = true, 0
		r.backlog.retry(w, now)
	case last:
		r.backlog.settle(w)
	default:
		r.backlog.retry(w, now.Add(domain.RetryDelay(w.failures)))
	}
}

// recovered runs an attempt and turns a panic into an error.
func recovered(ctx context.Context, attempt func(context.Context, string) error, subject string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return attempt(ctx, subject)
}

// AwaitIdle returns nil once no job runs and none is due, or ctx's error. Jobs that are due
// later, retries included, do not count; jobs that no Run has a handler for do.
func (r *Runner) AwaitIdle(ctx context.Context) error {
	for {
		r.mu.Lock()
		r.addPeriodic()
		due := len(r.backlog.waiting) > 0 && !r.backlog.waiting[0].at.After(r.clock.Now())
		idle, changed := !due && len(r.backlog.running) == 0, r.changed
		r.mu.Unlock()
		if idle {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Pending lists the waiting jobs, first due first. RunAt is the time of the next attempt.
func (r *Runner) Pending() []domain.Job {
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting := slices.Clone(r.backlog.waiting)
	slices.SortFunc(waiting, func(a, b *work) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order))
	})
	jobs := make([]domain.Job, len(waiting))
	for i, w := range waiting {
		jobs[i] = w.job
		jobs[i].RunAt = w.at
	}
	return jobs
}

// DeadLetters lists the jobs that were given up, oldest first.
func (r *Runner) DeadLetters() []DeadLetter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.dead)
}
