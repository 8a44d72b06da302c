package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var quick = postgres.JobOptions{Poll: 50 * time.Millisecond}

// start runs the handlers until stop or the end of the test.
func start(t *testing.T, store *postgres.Store, handlers map[domain.JobKind]ports.JobHandler, periodic ...domain.Periodic) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- store.JobRunner().Run(ctx, handlers, periodic) }()
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-ended)
	})
	t.Cleanup(stop)
	return stop
}

func enqueue(t *testing.T, store *postgres.Store, jobs ...domain.Job) {
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

// next returns the next subject that a handler sends. It fails the test after a minute.
func next(t *testing.T, worked chan string) string {
	t.Helper()
	select {
	case subject := <-worked:
		return subject
	case <-time.After(time.Minute):
		require.Fail(t, "no job ran")
		return ""
	}
}

// sends returns a handler that sends every subject to the channel.
func sends(to chan string) ports.JobHandler {
	return ports.JobHandler{Work: func(_ context.Context, subject string) error { to <- subject; return nil }}
}

func TestKeepsWhatWasGivenUp(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	database := owner(t, url)
	var mu sync.Mutex
	attempts, givenUp := 0, 0
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobRenderReport: {
		Work: func(context.Context, string) error {
			mu.Lock()
			defer mu.Unlock()
			attempts++
			return errors.New("no ink")
		},
		GiveUp: func(context.Context, string) error { // is called again if it fails
			mu.Lock()
			defer mu.Unlock()
			if givenUp++; givenUp < 3 {
				return errors.New("nobody listens")
			}
			return nil
		},
	}})
	enqueue(t, store, domain.Job{Kind: domain.JobRenderReport, Subject: "v", Key: "k"})
	for range domain.MaxJobAttempts + 3 {
		require.NoError(t, awaitIdle(t.Context(), database))
		advance(t, database, domain.RetryDelay(domain.MaxJobAttempts))
	}
	require.NoError(t, awaitIdle(t.Context(), database))
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, domain.MaxJobAttempts, attempts)
	require.Equal(t, 3, givenUp)
	dead, err := store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	require.Equal(t, domain.JobRenderReport, dead[0].Kind)
	require.Equal(t, "v", dead[0].Subject)
	require.Contains(t, dead[0].Err, "no ink")
	require.WithinDuration(t, time.Now(), dead[0].At, time.Minute)
}

func TestAJobWithoutAHandlerWaitsForOne(t *testing.T) {
	t.Parallel()
	store := open(t, migrated(t), postgres.Options{MaxConns: 8, Jobs: quick})
	done := make(chan string, 2)
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: sends(done)})
	enqueue(t, store, domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "files"}, domain.Job{Kind: domain.JobInspectPhoto, Subject: "photo"})
	require.Equal(t, "photo", next(t, done), "of one queue, in spite of the other kind before it")
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobDeletePhotoFiles: sends(done)})
	require.Equal(t, "files", next(t, done))
}

// A runner that was killed leaves its job running in the database.
func TestRescuesTheJobsOfTheDead(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	database := owner(t, url)
	enqueue(t, store, domain.Job{Kind: domain.JobInspectPhoto, Subject: "photo", Key: "photo"})
	_, err := database.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1,
		attempted_at = now() - interval '1 hour', attempted_by = '{dead}'`)
	require.NoError(t, err)
	done := make(chan string, 1)
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: sends(done)})
	began := time.Now()
	require.Equal(t, "photo", next(t, done))
	t.Logf("rescued after %v", time.Since(began).Round(time.Millisecond))
}

// Of all runners the leader rescues, though it be a scheduler that never works such jobs.
func TestASchedulerRescuesTheJobsOfDeadWorkers(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 8, Jobs: quick})
	database := owner(t, url)
	kinds := []domain.JobKind{domain.JobInspectPhoto, domain.JobDeletePhotoFiles, domain.JobSendNotification, domain.JobRenderReport}
	handlers, done := make(map[domain.JobKind]ports.JobHandler), make(chan string, len(kinds))
	for _, kind := range kinds {
		handlers[kind] = sends(done)
		enqueue(t, store, domain.Job{Kind: kind, Subject: string(kind)})
	}
	_, err := database.Exec(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1,
		attempted_at = now() - interval '1 hour', attempted_by = '{dead}'`)
	require.NoError(t, err)
	stop := start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobSendDigest: sends(done)})
	require.Eventually(t, func() bool {
		var running int
		err := database.QueryRow(t.Context(), "SELECT count(*) FROM river_job WHERE state = 'running'").Scan(&running)
		return err == nil && running == 0
	}, time.Minute, 10*time.Millisecond)
	stop()
	dead, err := store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	require.Empty(t, dead)
	start(t, store, handlers)
	var worked []string
	for range kinds {
		worked = append(worked, next(t, done))
	}
	require.ElementsMatch(t, []string{"inspect_photo", "delete_photo_files", "send_notification", "render_report"}, worked)
}

func TestAPeriodicJobSurvivesEveryRestart(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	database := owner(t, url)
	done := make(chan string, 10)
	handlers := map[domain.JobKind]ports.JobHandler{domain.JobSendDigest: sends(done)}
	daily := domain.Periodic{Kind: domain.JobSendDigest, Every: 24 * time.Hour}
	for range 6 { // restarted every five hours
		stop := start(t, store, handlers, daily)
		require.Eventually(t, func() bool {
			var known bool
			err := database.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM job_schedule WHERE kind = $1)", string(daily.Kind)).Scan(&known)
			return err == nil && known
		}, time.Minute, 10*time.Millisecond)
		stop()
		advance(t, database, 5*time.Hour)
	}
	start(t, store, handlers, daily)
	next(t, done)
	require.NoError(t, awaitIdle(t.Context(), database))
	require.Empty(t, done, "missed several times, it counts once")
}

func TestPicksUpAJobQuickly(t *testing.T) {
	t.Parallel()
	const poll = 20 * time.Second // one job without a notification would take that long
	store := open(t, migrated(t), postgres.Options{MaxConns: 6, Jobs: postgres.JobOptions{Poll: poll}})
	done := make(chan string, 1)
	start(t, store, map[domain.JobKind]ports.JobHandler{domain.JobInspectPhoto: sends(done)})
	work := func() time.Duration {
		began := time.Now()
		enqueue(t, store, domain.Job{Kind: domain.JobInspectPhoto, Subject: "photo"})
		next(t, done)
		return time.Since(began)
	}
	work() // the runner may not listen yet
	var all, longest time.Duration
	for range 20 {
		took := work()
		all, longest = all+took, max(longest, took)
	}
	t.Logf("from enqueueing to work: %v on average, %v at most", (all / 20).Round(time.Millisecond), longest.Round(time.Millisecond))
	assert.Less(t, all, poll)
}
