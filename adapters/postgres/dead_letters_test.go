package postgres_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// bury runs the jobs until each is given up: the store's runner fails them, and time flies.
func bury(t *testing.T, url string, store *postgres.Store, jobs ...domain.Job) {
	t.Helper()
	database := owner(t, url)
	handlers := make(map[domain.JobKind]ports.JobHandler)
	for _, job := range jobs {
		handlers[job.Kind] = ports.JobHandler{Work: func(context.Context, string) error { return errors.New("no ink\nand a trace") }}
	}
	stop := start(t, store, handlers)
	enqueue(t, store, jobs...)
	for range domain.MaxJobAttempts + 1 {
		require.NoError(t, awaitIdle(t.Context(), database))
		advance(t, database, domain.RetryDelay(domain.MaxJobAttempts))
	}
	require.NoError(t, awaitIdle(t.Context(), database))
	stop()
}

func TestADeadLetterRunsAgainAsIfNeverTried(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	job := domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "files", Key: "k"}
	bury(t, url, store, job)
	dead, err := store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	assert.Equal(t, domain.MaxJobAttempts, dead[0].Attempts)
	assert.Equal(t, "no ink\nand a trace", dead[0].Err)

	_, err = store.RetryDeadLetter(t.Context(), dead[0].ID+1)
	assert.Equal(t, "dead_letter_not_found", domain.CodeOf(err))
	enqueue(t, store, job)
	_, err = store.RetryDeadLetter(t.Context(), dead[0].ID)
	assert.Equal(t, "job_waits", domain.CodeOf(err), "%v", err)
	_, err = owner(t, url).Exec(t.Context(), "DELETE FROM river_job WHERE state = 'available'")
	require.NoError(t, err)

	again, err := store.RetryDeadLetter(t.Context(), dead[0].ID)
	require.NoError(t, err)
	assert.Equal(t, dead[0], again)
	_, err = store.RetryDeadLetter(t.Context(), dead[0].ID)
	assert.Equal(t, "dead_letter_not_found", domain.CodeOf(err), "it waits now")

	var tries atomic.Int32
	done := make(chan string, 1)
	start(t, store, map[domain.JobKind]ports.JobHandler{job.Kind: {
		Work: func(_ context.Context, subject string) error {
			if tries.Add(1) < 3 {
				return errors.New("not yet")
			}
			done <- subject
			return nil
		},
		GiveUp: func(context.Context, string) error { t.Error("given up without being tried"); return nil },
	}})
	for range 3 {
		require.NoError(t, awaitIdle(t.Context(), owner(t, url)))
		advance(t, owner(t, url), time.Minute)
	}
	assert.Equal(t, "files", next(t, done))
	require.NoError(t, awaitIdle(t.Context(), owner(t, url)))
	dead, err = store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	assert.Empty(t, dead)
}

func TestRiversPageShowsDeadLettersAndChangesNothing(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	bury(t, url, store, domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "files", Key: "k"})
	page, err := store.JobsPage(t.Context())
	require.NoError(t, err)
	ask := func(method, path, body string) (int, string) {
		t.Helper()
		recorder := httptest.NewRecorder()
		request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		page.ServeHTTP(recorder, request)
		answer, err := io.ReadAll(recorder.Body)
		require.NoError(t, err)
		return recorder.Code, string(answer)
	}
	status, answer := ask(http.MethodGet, "/", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, answer, "<html")
	for _, path := range []string{"/api/features", "/api/queues", "/api/states", "/api/jobs?state=available", "/api/health-checks/complete"} {
		status, answer := ask(http.MethodGet, path, "")
		assert.Equal(t, http.StatusOK, status, "%s %s", path, answer)
	}
	status, answer = ask(http.MethodGet, "/api/jobs?state=cancelled", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, answer, string(domain.JobDeletePhotoFiles))

	dead, err := store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, dead, 1)
	for path, method := range map[string]string{
		"/api/jobs/retry": http.MethodPost, "/api/jobs/delete": http.MethodPost, "/api/queues/photos/pause": http.MethodPut,
		"/api/queues/photos": http.MethodPatch,
	} {
		status, _ = ask(method, path, `{"ids":["1"]}`)
		assert.Equal(t, http.StatusMethodNotAllowed, status, path)
	}
	after, err := store.DeadLetters(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, dead, after)
}
