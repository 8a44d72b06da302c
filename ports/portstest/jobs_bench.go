package portstest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// bench runs jobs and records which ran.
type bench struct {
	JobHarness
	t   *testing.T
	ctx context.Context // ends after a minute, so that nothing hangs

	mu   sync.Mutex
	log  []string
	fail func(kind domain.JobKind, subject string, attempt int) error
	dead []string // given up
}

func newBench(t *testing.T, h JobHarness) *bench {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return &bench{JobHarness: h, t: t, ctx: ctx, fail: func(domain.JobKind, string, int) error { return nil }}
}

// handlers returns handlers that record their jobs, for every kind that the suite queues.
func (b *bench) handlers() map[domain.JobKind]ports.JobHandler {
	handlers := make(map[domain.JobKind]ports.JobHandler)
	for _, kind := range []domain.JobKind{domain.JobInspectPhoto, domain.JobSendNotification, domain.JobSendDigest} {
		handlers[kind] = ports.JobHandler{
			Work: func(_ context.Context, subject string) error {
				b.mu.Lock()
				b.log = append(b.log, string(kind)+" "+subject)
				attempt := count(b.log, string(kind)+" "+subject)
				b.mu.Unlock()
				return b.fail(kind, subject, attempt)
			},
			GiveUp: func(_ context.Context, subject string) error {
				b.mu.Lock()
				defer b.mu.Unlock()
				b.dead = append(b.dead, string(kind)+" "+subject)
				return nil
			},
		}
	}
	return handlers
}

func count(list []string, item string) int {
	n := 0
	for _, other := range list {
		if other == item {
			n++
		}
	}
	return n
}

// start runs the handlers until stop is called or the test ends. stop waits until Run returns.
func (b *bench) start(handlers map[domain.JobKind]ports.JobHandler, periodic ...domain.Periodic) (stop func()) {
	ctx, cancel := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Runner.Run(ctx, handlers, periodic) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(b.t, <-ended)
	})
	b.t.Cleanup(stop)
	return stop
}

func (b *bench) enqueue(jobs ...domain.Job) {
	b.t.Helper()
	do(b.t, b.UnitOfWork, func(ctx context.Context, tx ports.Tx) error {
		for _, job := range jobs {
			if err := tx.Jobs.Enqueue(ctx, job); err != nil {
				return err
			}
		}
		return nil
	})
}

// job returns a job that is due after the delay.
func (b *bench) job(kind domain.JobKind, subject, key string, delay time.Duration) domain.Job {
	return domain.Job{Kind: kind, Subject: subject, Key: key, RunAt: b.Clock.Now().Add(delay)}
}

// did waits until all due jobs are done and asserts which jobs have run so far, in any order.
func (b *bench) did(want ...string) {
	b.t.Helper()
	require.NoError(b.t, b.AwaitIdle(b.ctx))
	b.mu.Lock()
	defer b.mu.Unlock()
	require.ElementsMatch(b.t, want, b.log)
}
