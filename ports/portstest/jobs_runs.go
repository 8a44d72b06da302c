package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// digestEvery is a period that real time does not reach during a test.
var digestEvery = domain.Periodic{Kind: domain.JobSendDigest, Every: time.Hour}

// ticked advances by one period n times and returns how many periodic jobs ran.
func (b *bench) ticked(n int) int {
	b.t.Helper()
	b.mu.Lock()
	before := len(b.log)
	b.mu.Unlock()
	for range n {
		require.NoError(b.t, b.AwaitIdle(b.ctx))
		b.Advance(digestEvery.Every)
	}
	require.NoError(b.t, b.AwaitIdle(b.ctx))
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.log) - before
}

func runsPeriodicOnOne(t *testing.T, b *bench) {
	b.startTwo(digestEvery)
	require.Equal(t, 3, b.ticked(3))
	require.Equal(t, 3, count(b.log, "send_digest "))
}

func handsPeriodicOver(t *testing.T, b *bench) {
	stopFirst := b.startTwo(digestEvery)
	require.Equal(t, 1, b.ticked(1))
	stopFirst()
	require.Equal(t, 2, b.ticked(2))
}

// startTwo starts two runners and returns once each has done a job, so that both are known to
// run. The first one begins before the second.
func (b *bench) startTwo(periodic domain.Periodic) (stopFirst func()) {
	b.t.Helper()
	done := make(chan int)
	start := func(i int) (stop func()) {
		handlers := b.handlers()
		handlers[domain.JobRenderReport] = ports.JobHandler{Work: func(context.Context, string) error {
			done <- i
			return nil
		}}
		return b.start(handlers, periodic)
	}
	awaitDone := func(i int) {
		for next := -1; next != i; {
			b.enqueue(b.job(domain.JobRenderReport, "", "", 0))
			select {
			case next = <-done:
			case <-b.ctx.Done():
				require.Fail(b.t, "a runner does not run")
			}
		}
	}
	stopFirst = start(1)
	awaitDone(1)
	start(2)
	awaitDone(2)
	return stopFirst
}

func waitsForJobsInFlight(t *testing.T, b *bench) {
	running, release := make(chan struct{}), make(chan struct{})
	finished := false
	ctx, cancel := context.WithCancel(b.ctx)
	handlers := map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: {Work: func(ctx context.Context, _ string) error {
		close(running)
		<-release
		assert.NoError(t, ctx.Err(), "the end of Run cancels a job in flight")
		finished = true
		return nil
	}}}
	ended := make(chan error, 1)
	go func() { ended <- b.Runner.Run(ctx, handlers, nil) }()
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "", 0))
	<-running
	cancel()
	for range 20 { // enough time for Run to return too early
		do(t, b.UnitOfWork, func(context.Context, ports.Tx) error { dawdle(); return nil })
	}
	require.Empty(t, ended, "Run ended before its job")
	close(release)
	select {
	case err := <-ended:
		require.NoError(t, err)
		require.True(t, finished, "Run ended before its job")
	case <-b.ctx.Done():
		require.Fail(t, "Run does not end")
	}
	b.start(b.handlers())
	b.did() // the job was done and does not run again
}

func startsNothingAfterEnd(_ *testing.T, b *bench) {
	stop := b.start(b.handlers())
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "", 0))
	b.did("inspect_photo 1")
	stop()
	b.enqueue(b.job(domain.JobInspectPhoto, "2", "", 0))
	b.mu.Lock()
	assert.Equal(b.t, []string{"inspect_photo 1"}, b.log)
	b.mu.Unlock()
	b.start(b.handlers())
	b.did("inspect_photo 1", "inspect_photo 2")
}

func refusesMissingHandler(t *testing.T, b *bench) {
	work := func(context.Context, string) error { return nil }
	for name, run := range map[string]func() error{
		"a handler without Work": func() error {
			return b.Runner.Run(b.ctx, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: {GiveUp: work}}, nil)
		},
		"a periodic job without a handler": func() error {
			return b.Runner.Run(b.ctx, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: {Work: work}}, []domain.Periodic{digestEvery})
		},
	} {
		err := run()
		require.Error(t, err, name)
		require.Equal(t, domain.KindInvalid, domain.KindOf(err), name)
	}
}
