package portstest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// JobHarness is an empty store with the runner of its jobs, and what the suite needs to
// control them.
type JobHarness struct {
	UnitOfWork ports.UnitOfWork
	Runner     ports.JobRunner
	// Clock decides when jobs are due.
	Clock ports.Clock
	// Advance makes jobs behave as if d had passed: it moves a fake clock, or the times
	// of the jobs that wait.
	Advance func(d time.Duration)
	// Still reports whether time passes only by Advance, so that the suite can check the
	// state during any wait, however short.
	Still bool
	// AwaitIdle returns once no job runs and none is due.
	AwaitIdle func(ctx context.Context) error
}

// JobRunner checks a ports.JobRunner together with the ports.Jobs of its store.
func JobRunner(t *testing.T, open func(t *testing.T) JobHarness) {
	for name, check := range map[string]func(t *testing.T, b *bench){
		"runs after the commit":                 runsAfterCommit,
		"drops what was rolled back":            dropsRolledBack,
		"runs each of many once":                runsEachOnce,
		"routes by kind":                        routesByKind,
		"a job may add jobs":                    jobsAddJobs,
		"waits until a job is due":              waitsUntilDue,
		"drops a waiting job's like":            dropsLikeOfWaiting,
		"drops a running job's like":            dropsLikeOfRunning,
		"tries again, later and later":          triesAgain,
		"a panic is a failure":                  panicIsFailure,
		"gives up":                              givesUp,
		"gives up without anyone to tell":       givesUpWithoutGiveUp,
		"runs periodic jobs on one runner":      runsPeriodicOnOne,
		"hands periodic jobs over":              handsPeriodicOver,
		"waits for jobs in flight when it ends": waitsForJobsInFlight,
		"starts nothing after its end":          startsNothingAfterEnd,
		"refuses a missing handler":             refusesMissingHandler,
		"tells what became of a job":            knowsJobs,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newBench(t, open(t)))
		})
	}
}

func runsAfterCommit(_ *testing.T, b *bench) {
	b.start(b.handlers())
	do(b.t, b.UnitOfWork, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Jobs.Enqueue(ctx, b.job(domain.JobInspectPhoto, "1", "", 0)); err != nil {
			return err
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		assert.Empty(b.t, b.log, "a job ran before its transaction committed")
		return nil
	})
	b.did("inspect_photo 1")
}

func dropsRolledBack(t *testing.T, b *bench) {
	b.start(b.handlers())
	enqueue := func(ctx context.Context, tx ports.Tx) error {
		return tx.Jobs.Enqueue(ctx, b.job(domain.JobInspectPhoto, "1", "key", 0))
	}
	require.ErrorIs(t, b.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := enqueue(ctx, tx); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	require.PanicsWithValue(t, "oh", func() {
		_ = b.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			assert.NoError(t, enqueue(ctx, tx))
			panic("oh")
		})
	})
	b.did()
	do(t, b.UnitOfWork, enqueue) // the key was not taken
	b.did("inspect_photo 1")
}

func runsEachOnce(_ *testing.T, b *bench) {
	b.start(b.handlers())
	var want []string
	var jobs []domain.Job
	for range 50 {
		id := newID()
		jobs = append(jobs, b.job(domain.JobInspectPhoto, id, id, 0), b.job(domain.JobSendNotification, id, "", 0))
		want = append(want, "inspect_photo "+id, "send_notification "+id)
	}
	b.enqueue(jobs...)
	b.did(want...)
}

func routesByKind(_ *testing.T, b *bench) {
	same := func(kind domain.JobKind) domain.Job { return b.job(kind, "1", "one key", 0) }
	b.enqueue(same(domain.JobInspectPhoto), same(domain.JobSendNotification)) // before the runner starts
	b.start(b.handlers())
	b.did("inspect_photo 1", "send_notification 1")
}

func jobsAddJobs(_ *testing.T, b *bench) {
	handlers := b.handlers()
	handlers[domain.JobInspectPhoto] = ports.JobHandler{Work: func(ctx context.Context, subject string) error {
		return b.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			return tx.Jobs.Enqueue(ctx, b.job(domain.JobSendNotification, subject, subject, 0))
		})
	}}
	b.start(handlers)
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "", 0))
	b.did("send_notification 1")
}

func waitsUntilDue(_ *testing.T, b *bench) {
	b.start(b.handlers())
	b.enqueue(b.job(domain.JobInspectPhoto, "late", "", time.Hour), b.job(domain.JobInspectPhoto, "now", "", 0),
		b.job(domain.JobInspectPhoto, "soon", "", time.Minute))
	b.did("inspect_photo now")
	b.Advance(2 * time.Minute)
	b.did("inspect_photo now", "inspect_photo soon")
	b.Advance(50 * time.Minute)
	b.did("inspect_photo now", "inspect_photo soon")
	b.Advance(10 * time.Minute)
	b.did("inspect_photo now", "inspect_photo soon", "inspect_photo late")
}

func dropsLikeOfWaiting(_ *testing.T, b *bench) {
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "key", 0), b.job(domain.JobInspectPhoto, "2", "key", 0))
	b.enqueue(b.job(domain.JobInspectPhoto, "3", "key", 0), b.job(domain.JobInspectPhoto, "4", "other key", 0))
	b.enqueue(b.job(domain.JobInspectPhoto, "5", "", 0), b.job(domain.JobInspectPhoto, "6", "", 0))
	b.start(b.handlers())
	want := []string{"inspect_photo 1", "inspect_photo 4", "inspect_photo 5", "inspect_photo 6"}
	b.did(want...)
	b.enqueue(b.job(domain.JobInspectPhoto, "7", "key", 0)) // it neither waits nor runs any more
	b.did(append(want, "inspect_photo 7")...)
}

const (
	// lookedAt is an attempt after which a job waits long enough that the suite can check the
	// state during the wait even with a real clock.
	lookedAt = 6
	// maxStall is how long a slow machine may delay the suite during that check.
	maxStall = 10 * time.Second
)

// reach advances to each time at which a failing job is due, until it was tried n times.
func (b *bench) reach(n int) {
	b.t.Helper()
	for {
		require.NoError(b.t, b.AwaitIdle(b.ctx))
		tried := b.tried()
		if tried >= n {
			return
		}
		b.Advance(domain.RetryDelay(tried))
		require.NoError(b.t, b.AwaitIdle(b.ctx))
		require.Greater(b.t, b.tried(), tried, "it is not tried again when it is due")
	}
}

// tried counts the attempts so far.
func (b *bench) tried() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.log)
}

// waits advances by the delay after a job's n-th attempt and asserts that it is tried again
// then, but not earlier.
func (b *bench) waits(n int) {
	b.t.Helper()
	moment := maxStall
	if b.Still {
		moment = time.Millisecond
	}
	b.Advance(domain.RetryDelay(n) - moment)
	b.did(slices.Repeat([]string{"inspect_photo 1"}, n)...)
	b.Advance(moment)
	b.did(slices.Repeat([]string{"inspect_photo 1"}, n+1)...)
}

// dropsLikeOfRunning queues a job with the same key while a job runs, and again while it
// waits for its next attempt after a failure.
func dropsLikeOfRunning(t *testing.T, b *bench) {
	running, release := make(chan struct{}), make(chan struct{})
	b.fail = func(_ domain.JobKind, subject string, attempt int) error {
		if subject != "1" || attempt > lookedAt {
			return nil
		}
		if attempt == lookedAt {
			close(running)
			<-release
		}
		return errors.New("failure")
	}
	b.start(b.handlers())
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "key", 0))
	b.reach(lookedAt - 1)
	b.Advance(domain.RetryDelay(lookedAt - 1))
	select {
	case <-running:
	case <-b.ctx.Done():
		require.Fail(t, "the job is not tried again")
	}
	b.enqueue(b.job(domain.JobInspectPhoto, "2", "key", 0))
	close(release)
	want := slices.Repeat([]string{"inspect_photo 1"}, lookedAt)
	b.did(want...)
	b.enqueue(b.job(domain.JobInspectPhoto, "3", "key", 0))
	b.did(want...)
	b.Advance(domain.RetryDelay(lookedAt))
	want = append(want, "inspect_photo 1")
	b.did(want...)
	b.enqueue(b.job(domain.JobInspectPhoto, "4", "key", 0))
	b.did(append(want, "inspect_photo 4")...)
}
