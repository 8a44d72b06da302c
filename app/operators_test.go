package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

// operated is a migrated database, with what an operator says and logs.
type operated struct {
	*app.Operators
	url       string
	said, log bytes.Buffer
	database  *pgxpool.Pool
}

func operate(t *testing.T) *operated {
	t.Helper()
	o := &operated{url: servers.Postgres(t)}
	require.NoError(t, app.Migrate(t.Context(), config.Migrations{URL: o.url}, "up", io.Discard))
	var err error
	o.Operators, err = app.OpenOperators(t.Context(), config.Database{DatabaseURL: o.url}, &o.said, slog.New(slog.NewJSONHandler(&o.log, nil)))
	require.NoError(t, err)
	t.Cleanup(o.Close)
	o.database, err = pgxpool.New(t.Context(), o.url)
	require.NoError(t, err)
	t.Cleanup(o.database.Close)
	return o
}

// bury stores a job that was given up.
func (o *operated) bury(t *testing.T, kind domain.JobKind, subject, fault string) (id int64) {
	t.Helper()
	require.NoError(t, o.database.QueryRow(t.Context(), `
		INSERT INTO river_job (kind, args, attempt, max_attempts, state, finalized_at, errors, queue, priority)
		VALUES ($1, jsonb_build_object('subject', $2::text, 'key', ''), 9, 16, 'cancelled', now(),
			ARRAY[jsonb_build_object('attempt', 8, 'error', $3::text), jsonb_build_object('attempt', 9, 'error', 'JobCancelError: given up')],
			'photos', 1) RETURNING id`, string(kind), subject, fault).Scan(&id))
	return id
}

func TestOperatorsSeeDeadLettersAndPutThemBack(t *testing.T) {
	t.Parallel()
	o := operate(t)
	id := o.bury(t, domain.JobDeletePhotoFiles, "properties/p/photos/f/", "storage_unavailable\nsecond line")
	require.NoError(t, o.ListDeadLetters(t.Context(), 10))
	assert.Regexp(t, fmt.Sprintf(`(?m)^%d +delete_photo_files +properties/p/photos/f/ +8 +\S+Z +storage_unavailable$`, id), o.said.String())
	assert.NotContains(t, o.said.String(), "second line")

	require.NoError(t, o.RetryDeadLetter(t.Context(), id))
	assert.Contains(t, o.said.String(), fmt.Sprintf("job %d, delete_photo_files of properties/p/photos/f/, waits", id))
	assert.Contains(t, o.log.String(), `"msg":"job put back"`)
	o.said.Reset()
	require.NoError(t, o.ListDeadLetters(t.Context(), 10))
	assert.Equal(t, 1, strings.Count(o.said.String(), "\n"))
}

var anil = app.AddedStaff{Phone: "+919811100001", Email: "anil.kapur@bank.example.in", Name: "Anil Kapur", Role: "ADMIN"}

func TestWhoAddsStaffIsLoggedWithoutNumberAndAddress(t *testing.T) {
	t.Parallel()
	o := operate(t)
	require.NoError(t, o.AddStaff(t.Context(), anil))
	assert.Contains(t, o.log.String(), `"msg":"staff added"`)
	for _, personal := range []string{"9811100001", "Anil", "anil.kapur", "bank"} {
		assert.NotContains(t, o.log.String()+o.said.String(), personal)
	}
	err := o.AddStaff(t.Context(), anil)
	assert.Equal(t, "phone_taken", domain.CodeOf(err))
}

// The page of jobs shows what was given up to whoever knows the password, and to nobody else.
func TestTheSchedulersPageOfJobs(t *testing.T) {
	t.Parallel()
	o := operate(t)
	o.bury(t, domain.JobDeletePhotoFiles, "properties/p/photos/f/", "storage_unavailable")
	store := servers.S3(t)
	const password = "a password for tests"
	cfg, err := config.ServersFromMap(map[string]string{
		"HTTP_ADDRESS": "127.0.0.1:0", "SECRET_KEY": strings.Repeat("s", config.MinSecretBytes), "TOTP_KEY": strings.Repeat("t", config.MinSecretBytes), "DATABASE_URL": o.url,
		"REDIS_HOST": "127.0.0.1", "REDIS_PORT": "1", // the page needs none
		"S3_BUCKET": store.Bucket, "S3_ENDPOINT": store.Endpoint, "S3_REGION": store.Region,
		"AWS_ACCESS_KEY_ID": store.AccessKey, "AWS_SECRET_ACCESS_KEY": store.SecretKey,
		"JOBS_WEB_ADDRESS": servers.Address(t), "JOBS_WEB_PASSWORD": password,
	})
	require.NoError(t, err)
	scheduler, err := app.New(t.Context(), cfg, app.Scheduler, silent)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- scheduler.Run(ctx) }()

	ask := func(method, path, name, password string) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+cfg.JobsWebAddress+path, nil)
		require.NoError(t, err)
		if name != "" {
			request.SetBasicAuth(name, password)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}
	for _, path := range []string{"/", "/api/jobs?state=cancelled", "/assets/none"} {
		for name, password := range map[string]string{"": "", "operator": "a password for test", "root": password, "Operator": password} {
			status, body := ask(http.MethodGet, path, name, password)
			assert.Equal(t, http.StatusUnauthorized, status, "%s as %q", path, name)
			assert.NotContains(t, body, "delete_photo_files")
		}
	}
	status, body := ask(http.MethodGet, "/", "operator", password)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, "<html")
	status, body = ask(http.MethodGet, "/api/jobs?state=cancelled", "operator", password)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, "delete_photo_files")
	status, _ = ask(http.MethodPost, "/api/jobs/retry", "operator", password)
	assert.Equal(t, http.StatusMethodNotAllowed, status)
	stop()
	require.NoError(t, <-ended)

	cfg.JobsWebAddress = "127.0.0.1:99999"
	_, err = app.New(t.Context(), cfg, app.Scheduler, silent)
	assert.ErrorContains(t, err, "listen on 127.0.0.1:99999")
}
