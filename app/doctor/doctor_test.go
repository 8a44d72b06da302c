package doctor_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/doctor"
	"github.com/propflow/propflow/tests/kit/servers"
)

func TestAHealthyInstallation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	d := s.examine()
	assert.Zero(t, d.code)
	for _, subject := range doctor.Subjects() {
		assert.Regexp(t, `(?m)^OK +`+subject+` `, d.text)
	}
	d.only()
	d.says(doctor.OK, "database", "PostgreSQL 16")
	d.says(doctor.OK, "database", "nothing is pending")
	d.says(doctor.OK, "database", "neither propflow_app nor login")
	d.says(doctor.OK, "bucket", "written", "read and deleted")
	d.says(doctor.OK, "clock", "Redis", "the same time")
	d.says(doctor.OK, "vendors", "Twilio: off")
	d.says(doctor.OK, "vendors", "e-mail: off")

	blobs, err := s3.Open(s3.Options{
		Bucket: s.vars["S3_BUCKET"], Region: s.vars["S3_REGION"], Endpoint: s.vars["S3_ENDPOINT"], PathStyle: true,
		AccessKey: s.vars["AWS_ACCESS_KEY_ID"], SecretKey: s.vars["AWS_SECRET_ACCESS_KEY"],
	})
	require.NoError(t, err)
	left, err := blobs.List(t.Context(), "", "", 10)
	require.NoError(t, err)
	assert.Empty(t, left, "the probe is gone")
}

func TestTheDatabaseIsStopped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.databaseAt("127.0.0.1:1")
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "not reachable", "connection refused", "start the server")
	d.says(doctor.Warning, "jobs", "not checked, as the database does not answer")
	d.says(doctor.OK, "bucket", "read and deleted")
	d.says(doctor.OK, "redis", "answers")
}

func TestTheDatabaseHangs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	proxy := servers.NewProxy(t, s.databaseAt("127.0.0.1:1"))
	s.databaseAt(proxy.Addr())
	proxy.Stall()
	assert.Equal(t, 3*time.Second, doctor.DefaultLimits().Patience)
	s.limits.Patience = 5 * time.Second // the others answer within it
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "no answer in time")
	d.says(doctor.OK, "redis", "answers")
}

func TestAMigrationIsHalfDone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	owner := s.super.Config().ConnString()
	require.NoError(t, app.Migrate(t.Context(), config.Migrations{URL: owner}, "down", &bytes.Buffer{}))
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "1 of", "migrations are pending: 000", "propflow migrate up")
}

func TestTheDatabaseWasNeverMigrated(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.vars["DATABASE_URL"] = servers.Postgres(t)
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "never migrated", "propflow migrate up")
	d.says(doctor.Warning, "jobs", "the schema lacks something")
}

func TestTheAuditTrailIsOpen(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.exec("GRANT UPDATE ON audit_entries TO propflow_app")
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "propflow_app may change the audit trail: UPDATE audit_entries", "REVOKE")

	s.exec("REVOKE UPDATE ON audit_entries FROM propflow_app")
	s.vars["DATABASE_URL"] = s.super.Config().ConnString()
	d = s.examine()
	assert.Equal(t, 1, d.code)
	d.says(doctor.Warning, "database", "leaves its role", "deployment guide")
}

func TestTheBucketIsMissing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.vars["S3_BUCKET"] = "nobody-made-this-one"
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "bucket", "NoSuchBucket", "create the bucket")
	d.only("bucket")

	s = newStage(t)
	s.vars["AWS_SECRET_ACCESS_KEY"] = "wrong"
	d = s.examine()
	d.says(doctor.Critical, "bucket", "SignatureDoesNotMatch", "AWS_SECRET_ACCESS_KEY")
}

func TestRedisIsDownOrHangs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	proxy := servers.NewProxy(t, s.redis())
	s.redisAt(proxy.Addr())
	proxy.Cut()
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "redis", "not reachable", "nobody can log in")
	d.says(doctor.Warning, "clock", "Redis: not compared")
	d.only("redis", "clock")

	proxy.Heal()
	assert.Zero(t, s.examine().code)
	proxy.Stall()
	s.limits.RedisPatience = doctor.DefaultLimits().RedisPatience
	d = s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "redis", "not reachable", "nobody can log in")
	d.only("redis", "clock")
}

func TestTheQueueIsBackedUp(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.exec(`INSERT INTO river_job (kind, queue, state, args, max_attempts, scheduled_at)
		SELECT 'inspect_photo', 'photos', 'available', '{}', 8, now() - interval '12 minutes' FROM generate_series(1, 40)`)
	s.exec(`INSERT INTO river_job (kind, queue, state, args, max_attempts, attempt, finalized_at, errors)
		VALUES ('send_notification', 'notifications', 'discarded', '{}', 8, 8, now() - interval '3 minutes', NULL)`)
	s.exec(`INSERT INTO river_job (kind, queue, state, args, max_attempts, attempt, attempted_at)
		VALUES ('render_report', 'reports', 'running', '{}', 8, 1, now() - interval '1 hour')`)
	s.exec("UPDATE job_schedule SET next_at = now() - interval '20 minutes' WHERE kind = 'alert_sla'")
	d := s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "jobs", "queue photos: 40 available, the oldest for 12m", "start workers")
	d.says(doctor.Warning, "jobs", "queue reports: 1 run for more than twice JOB_TIMEOUT")
	d.says(doctor.Warning, "jobs", "1 jobs were given up", "1 send_notification", "propflow jobs retry")
	d.says(doctor.Critical, "jobs", "schedule overdue by 20m", "alert_sla", "start the scheduler")
	d.only("jobs")

	s.exec("DELETE FROM job_schedule WHERE kind = 'alert_sla'")
	s.exec("INSERT INTO river_queue (name, updated_at, paused_at) VALUES ('photos', now(), now())")
	d = s.examine()
	d.says(doctor.Warning, "jobs", "never scheduled: alert_sla")
	d.says(doctor.Critical, "jobs", "queue photos is paused")
}

func TestTheClockIsOff(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.clock.ahead = 10 * time.Second
	d := s.examine()
	assert.Equal(t, 1, d.code)
	d.says(doctor.Warning, "clock", "PostgreSQL", "behind this machine", "chronyc")
	d.says(doctor.Warning, "clock", "Redis", "behind this machine")
	d.says(doctor.Warning, "clock", "the bucket", "behind this machine")
	s.clock.ahead = -time.Minute
	d = s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "clock", "PostgreSQL", "ahead of this machine")
	d.only("clock")
}

func TestALockIsHeld(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.limits.LockWait, s.limits.IdleTransaction = 50*time.Millisecond, 50*time.Millisecond
	holder, waiter := s.connect(s.vars["DATABASE_URL"]), s.connect(s.vars["DATABASE_URL"])
	_, err := holder.Exec(t.Context(), "BEGIN; LOCK TABLE settings; SELECT id FROM users WHERE phone = '+919811100001'")
	require.NoError(t, err)
	waited := make(chan error, 1)
	go func() {
		_, err := waiter.Exec(t.Context(), "SELECT count(*) FROM settings")
		waited <- err
	}()
	s.exec(fmt.Sprintf(`DO $$ BEGIN WHILE NOT EXISTS (
			SELECT FROM pg_locks WHERE NOT granted AND pid = %d AND clock_timestamp() - waitstart > interval '60 ms') LOOP
		PERFORM pg_sleep(0.01); END LOOP; END $$`, waiter.PgConn().PID()))
	d := s.examine()
	assert.NotZero(t, d.code)
	d.faults("database", "blocks 1", "idle in transaction", "SELECT id FROM users WHERE phone = ?", "pg_cancel_backend")
	d.faults("database", "has done nothing for", "pg_terminate_backend")
	assert.NotContains(t, d.text, "9811100001")
	_, err = holder.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.NoError(t, <-waited)
}

func TestCasesAndMessagesWait(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.limits.PendingCases = 1
	s.backlog()
	d := s.examine()
	assert.Equal(t, 1, d.code)
	d.says(doctor.Warning, "cases", "2 wait for a valuer, the oldest for 6h0m", "this is about people")
	d.says(doctor.Warning, "cases", "2 are past their 5 hours")
	d.says(doctor.Warning, "jobs", "waiting 1, the oldest for 20m")
	d.says(doctor.Warning, "jobs", "5 of 6 messages of a day FAILED")
	d.only("cases", "jobs")
}

func TestEveryFaultOfTheConfigurationAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	delete(s.vars, "DATABASE_URL")
	s.vars["REDIS_PORT"], s.vars["S3_ENDPOINT"], s.vars["TWILIO_API_URL"], s.vars["PUBLIC_URL"] = "many", "nowhere", "never", "http://example.com"
	d := s.examine()
	assert.Equal(t, 2, d.code)
	for _, fault := range []string{"DATABASE_URL: required", "REDIS_PORT: must be a number", "S3_ENDPOINT: must be an absolute URL", "TWILIO_API_URL"} {
		d.says(doctor.Critical, "configuration", fault, "docs/configuration.md")
	}
	for _, subject := range []string{"database", "redis", "bucket", "vendors"} {
		d.says(doctor.Warning, subject, "not checked")
	}
	d.says(doctor.Warning, "configuration", "plain http")
	assert.NotContains(t, d.text, "many")
}

func TestTwilio(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	answer := make(chan string, 1)
	twilio := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, token, _ := r.BasicAuth()
		if account != "AC1" || token != "a-token" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(<-answer))
	}))
	t.Cleanup(twilio.Close)
	s.vars["TWILIO_API_URL"], s.vars["TWILIO_ACCOUNT_SID"], s.vars["TWILIO_AUTH_TOKEN"] = twilio.URL, "AC1", "a-token"
	s.vars["GOOGLE_VISION_API_KEY"], s.vars["TWILIO_FROM"] = "a-key", "PROPFL"
	answer <- `{"status": "active"}`
	d := s.examine()
	d.says(doctor.OK, "vendors", "the account is active")
	d.says(doctor.Warning, "vendors", "TWILIO_WHATSAPP_FROM is not set")
	d.says(doctor.OK, "vendors", "Vision: a key is set")
	s.vars["TWILIO_WHATSAPP_FROM"] = "+14155550100"
	answer <- `{"status": "suspended"}`
	s.examine().says(doctor.Critical, "vendors", "not active")
	answer <- `<html>`
	s.examine().says(doctor.Warning, "vendors", "the answer is no account")
	s.vars["TWILIO_AUTH_TOKEN"] = "another-token"
	s.examine().says(doctor.Critical, "vendors", "credentials are refused", "TWILIO_AUTH_TOKEN")
	s.vars["TWILIO_API_URL"] = "http://127.0.0.1:1"
	s.examine().says(doctor.Warning, "vendors", "Twilio: not reachable")
}
