package memory_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func enqueue(t *testing.T, store *memory.Store, jobs ...domain.Job) {
	t.Helper()
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, job := range jobs {
			if err := tx.Jobs.Enqueue(ctx, job); err != nil {
				return err
			}
		}
		return nil
	}))
}

// start runs the handlers until the test ends.
func start(t *testing.T, runner *memory.Runner, handlers map[domain.JobKind]ports.JobHandler) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx, handlers, nil) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
}

func TestKeepsWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	m := memory.ForTest(memory.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	failure := errors.New("failure")
	givenUp := 0
	start(t, m.Runner, map[domain.JobKind]ports.JobHandler{domain.JobRenderReport: {
		Work: func(context.Context, string) error { return failure },
		GiveUp: func(context.Context, string) error { // is called again if it fails
			if givenUp++; givenUp < 3 {
				return failure
			}
			return nil
		},
	}})
	job := domain.Job{Kind: domain.JobRenderReport, Subject: "v", Key: "k", RunAt: m.Clock.Now()}
	enqueue(t, m.Store, job)
	for range domain.MaxJobAttempts + 5 {
		require.NoError(t, m.Runner.AwaitIdle(t.Context()))
		m.Clock.Advance(domain.RetryDelay(domain.MaxJobAttempts))
	}
	require.NoError(t, m.Runner.AwaitIdle(t.Context()))
	require.Equal(t, 3, givenUp)
	dead := m.Runner.DeadLetters()
	require.Len(t, dead, 1)
	require.Equal(t, job, dead[0].Job)
	require.ErrorIs(t, dead[0].Err, failure)
	require.Empty(t, m.Runner.Pending())
	require.Contains(t, log.String(), "job failed")
}

func TestAGiveUpThatKeepsFailingEnds(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	fails := func(context.Context, string) error { return errors.New("failure") }
	start(t, m.Runner, map[domain.JobKind]ports.JobHandler{domain.JobRenderReport: {Work: fails, GiveUp: fails}})
	enqueue(t, m.Store, domain.Job{Kind: domain.JobRenderReport})
	for range 2 * domain.MaxJobAttempts {
		require.NoError(t, m.Runner.AwaitIdle(t.Context()))
		m.Clock.Advance(time.Hour)
	}
	require.NoError(t, m.Runner.AwaitIdle(t.Context()))
	require.Empty(t, m.Runner.Pending())
	require.Len(t, m.Runner.DeadLetters(), 1)
}

func TestListsWhatWaits(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	now := m.Clock.Now()
	jobs := []domain.Job{
		{Kind: domain.JobSendDigest, RunAt: now.Add(time.Hour)},
		{Kind: domain.JobInspectPhoto, Subject: "1", RunAt: now},
		{Kind: domain.JobInspectPhoto, Subject: "2", RunAt: now},
	}
	enqueue(t, m.Store, jobs...)
	require.Equal(t, []domain.Job{jobs[1], jobs[2], jobs[0]}, m.Runner.Pending())
}

func TestAJobWithoutAHandlerWaitsForOne(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	done := make(chan string, 2)
	handler := ports.JobHandler{Work: func(_ context.Context, subject string) error { done <- subject; return nil }}
	start(t, m.Runner, map[domain.JobKind]ports.JobHandler{domain.JobSendDigest: handler})
	enqueue(t, m.Store, domain.Job{Kind: domain.JobInspectPhoto, Subject: "photo"}, domain.Job{Kind: domain.JobSendDigest, Subject: "digest"})
	require.Equal(t, "digest", <-done)
	require.Len(t, m.Runner.Pending(), 1)
	start(t, m.Runner, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: handler})
	require.Equal(t, "photo", <-done)
}

func TestAwaitIdleEndsWithItsContext(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	enqueue(t, m.Store, domain.Job{Kind: domain.JobInspectPhoto}) // nobody runs it
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, m.Runner.AwaitIdle(ctx), context.Canceled)
}

func TestWorksAsManyJobsAtOnceAsTold(t *testing.T) {
	t.Parallel()
	const workers = 3
	m := memory.ForTest(memory.WithWorkers(workers))
	var mu sync.Mutex
	running, most := 0, 0
	all := make(chan struct{})
	start(t, m.Runner, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: {Work: func(context.Context, string) error {
		mu.Lock()
		running++
		most = max(most, running)
		if running == workers {
			close(all)
		}
		mu.Unlock()
		<-all // which comes only if this many run at once
		mu.Lock()
		defer mu.Unlock()
		running--
		if running == 0 && most == workers {
			all = make(chan struct{})
		}
		return nil
	}}})
	for range workers {
		enqueue(t, m.Store, domain.Job{Kind: domain.JobInspectPhoto})
	}
	require.NoError(t, m.Runner.AwaitIdle(t.Context()))
	require.Equal(t, workers, most)
}

func TestRunsByTheMachinesClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := memory.New()
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var at []time.Duration
		done := make(chan error, 1)
		go func() {
			done <- store.Runner.Run(ctx, map[domain.JobKind]ports.JobHandler{domain.JobSendDigest: {Work: func(context.Context, string) error {
				if at = append(at, time.Since(began)); len(at) == 1 {
					return errors.New("failure")
				}
				return nil
			}}}, []domain.Periodic{{Kind: domain.JobSendDigest, Every: 24 * time.Hour}})
		}()
		time.Sleep(49 * time.Hour)
		synctest.Wait()
		cancel()
		require.NoError(t, <-done)
		require.Equal(t, []time.Duration{24 * time.Hour, 24*time.Hour + domain.RetryDelay(1), 48 * time.Hour}, at)
	})
}
