package doctor_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/doctor"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

// stage is an installation in good health, until a test breaks it.
type stage struct {
	t      *testing.T
	vars   map[string]string
	clock  clock
	limits doctor.Limits
	super  *pgx.Conn // of somebody who may do everything in the database
}

// clock is the machine's, so much ahead.
type clock struct {
	system.Clock
	ahead time.Duration
}

func (c clock) Now() time.Time { return c.Clock.Now().Add(c.ahead) }

func newStage(t *testing.T) *stage {
	t.Helper()
	owner := servers.Postgres(t)
	redis, prefix := servers.Redis(t)
	bucket := servers.S3(t)
	require.NoError(t, app.Migrate(t.Context(), config.Migrations{URL: owner}, "up", &bytes.Buffer{}))
	s := &stage{t: t, limits: unhurried()}
	s.super = s.connect(owner)
	for _, p := range domain.PeriodicJobs {
		s.exec("INSERT INTO job_schedule (kind, period, next_at) VALUES ($1, $2, now() + $2) ON CONFLICT DO NOTHING", string(p.Kind), p.Every)
	}
	s.twoAdmins()
	host, port, err := net.SplitHostPort(redis)
	require.NoError(t, err)
	s.vars = map[string]string{
		"DATABASE_URL": s.login(owner), "SECRET_KEY": strings.Repeat("k", config.MinSecretBytes), "TOTP_KEY": strings.Repeat("t", config.MinSecretBytes),
		"REDIS_HOST": host, "REDIS_PORT": port, "REDIS_PREFIX": prefix,
		"S3_BUCKET": bucket.Bucket, "S3_ENDPOINT": bucket.Endpoint, "S3_REGION": bucket.Region,
		"AWS_ACCESS_KEY_ID": bucket.AccessKey, "AWS_SECRET_ACCESS_KEY": bucket.SecretKey,
	}
	return s
}

// twoAdmins adds ADMINs, of whom one can confirm what the other proposes.
func (s *stage) twoAdmins() {
	for i := range 2 { // ADMINs
		s.exec(`INSERT INTO users (id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version)
			VALUES (gen_random_uuid(), $1, 'Anil Kapur', 'ADMIN', 'en', false, '', false, 0, now(), now(), 1)`, "+91970000000"+strconv.Itoa(i))
	}
}

func (s *stage) connect(link string) *pgx.Conn {
	s.t.Helper()
	connection, err := pgx.Connect(s.t.Context(), link)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = connection.Close(context.Background()) })
	return connection
}

const loginPassword = "a-password-nobody-should-see"

// login makes one as the deployment guide says, and returns its URL.
func (s *stage) login(owner string) string {
	s.t.Helper()
	link, err := url.Parse(owner)
	require.NoError(s.t, err)
	name := "login" + strings.TrimPrefix(link.Path, "/t")
	s.exec("CREATE ROLE " + name + " LOGIN PASSWORD '" + loginPassword + "' IN ROLE propflow_app")
	super := s.super
	s.t.Cleanup(func() {
		_, err := super.Exec(context.Background(), "DROP ROLE "+name)
		require.NoError(s.t, err)
	})
	link.User = url.UserPassword(name, loginPassword)
	return link.String()
}

func (s *stage) exec(statement string, args ...any) {
	s.t.Helper()
	_, err := s.super.Exec(context.WithoutCancel(s.t.Context()), statement, args...)
	require.NoError(s.t, err)
}

// backlog makes two cases that were submitted six hours ago, and six messages, of which five
// failed and one waits.
func (s *stage) backlog() {
	s.exec(`INSERT INTO users (id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version)
		VALUES ('00000000-0000-7000-8000-000000000001', '+919811100001', 'Asha', 'CUSTOMER', 'en', false, '', false, 0, now(), now(), 1)`)
	s.exec(`INSERT INTO properties (id, owner_id, external_ref, reference, type, state, salt, line1, line2, locality, city, region, pincode,
			sla_started_at, sla_paused, sla_alerted, sla_due_at, follow_ups, created_at, updated_at, submitted_at, version)
		SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', '', 'PF-20260101-00000' || n, 'HOUSE', 'SUBMITTED', 's', '', '', '', '', '', '',
			now() - interval '6 hours', interval '0', 'BREACHED', now() - interval '1 hour', '{"v":1,"rounds":[]}', now(), now(), now() - interval '6 hours', 1
		FROM generate_series(1, 2) n`)
	s.exec(`INSERT INTO notifications (id, topic, channel, recipient_id, property_id, status, attempts, provider_id, created_at, version)
		SELECT gen_random_uuid(), 'valued', 'SMS', owner_id, id, CASE n WHEN 1 THEN 'PENDING' ELSE 'FAILED' END, 1, '', now() - interval '20 minutes', 1
		FROM generate_series(1, 6) n, (SELECT * FROM properties LIMIT 1) p`)
}

// redisAt puts another address in the place of Redis's.
func (s *stage) redisAt(addr string) {
	host, port, err := net.SplitHostPort(addr)
	require.NoError(s.t, err)
	s.vars["REDIS_HOST"], s.vars["REDIS_PORT"] = host, port
}

// redis is its address.
func (s *stage) redis() string { return net.JoinHostPort(s.vars["REDIS_HOST"], s.vars["REDIS_PORT"]) }

// databaseAt puts another address in the place of the database's, and returns the old one.
func (s *stage) databaseAt(addr string) (was string) {
	link, err := url.Parse(s.vars["DATABASE_URL"])
	require.NoError(s.t, err)
	was, link.Host = link.Host, addr
	s.vars["DATABASE_URL"] = link.String()
	return was
}

// diagnosis is what the doctor said.
type diagnosis struct {
	t     *testing.T
	text  string
	found []doctor.Finding
	code  int
	took  time.Duration
}

func (s *stage) examine() diagnosis {
	s.t.Helper()
	cfg, faults := config.ServersAnyway(s.vars)
	began := time.Now()
	d := diagnosis{t: s.t, found: doctor.Doctor{Config: cfg, Faults: faults, Clock: s.clock, Limits: s.limits}.Examine(s.t.Context())}
	d.took = time.Since(began)
	var out, lines bytes.Buffer
	require.NoError(s.t, doctor.Write(&out, d.found, false))
	require.NoError(s.t, doctor.Write(&lines, d.found, true))
	d.text = out.String()
	var coded interface{ ExitCode() int }
	if errors.As(doctor.Verdict(d.found), &coded) {
		d.code = coded.ExitCode()
	}
	s.t.Logf("exit code %s in %s\n%s", strconv.Itoa(d.code), d.took.Round(10*time.Millisecond), d.text)
	require.Less(s.t, d.took, 2*s.limits.Patience+10*time.Second, "whatever hangs")
	for _, secret := range []string{loginPassword, s.vars["SECRET_KEY"], s.vars["AWS_SECRET_ACCESS_KEY"], s.vars["TWILIO_AUTH_TOKEN"], s.vars["TWILIO_ACCOUNT_SID"], s.vars["SMTP_PASSWORD"], s.vars["SMTP_USERNAME"]} {
		if secret != "" {
			require.NotContains(s.t, d.text+lines.String(), secret)
		}
	}
	return d
}

// unhurried returns the product's limits, widened for a machine that may stall for seconds.
func unhurried() doctor.Limits {
	limits := doctor.DefaultLimits()
	limits.Patience, limits.RedisPatience = 30*time.Second, 30*time.Second
	return limits
}

// faults requires the same as says, with any severity worse than OK, because the measured times
// grow if the machine stalls.
func (d diagnosis) faults(subject string, words ...string) {
	d.t.Helper()
	for _, severity := range []doctor.Severity{doctor.Warning, doctor.Critical} {
		if d.said(severity, subject, words...) {
			return
		}
	}
	require.Failf(d.t, "not said", "%s: %q in\n%s", subject, words, d.text)
}

// says requires a finding of this subject and severity with all these words, and something to
// do about it that has the last of them where it begins with "→ ".
func (d diagnosis) says(severity doctor.Severity, subject string, words ...string) {
	d.t.Helper()
	if !d.said(severity, subject, words...) {
		require.Failf(d.t, "not said", "%v %s: %q in\n%s", severity, subject, words, d.text)
	}
}

func (d diagnosis) said(severity doctor.Severity, subject string, words ...string) bool {
	for _, f := range d.found {
		text := f.What + " → " + f.Do
		missing := f.Severity != severity || f.Subject != subject || (severity != doctor.OK) != (f.Do != "")
		for _, word := range words {
			missing = missing || !strings.Contains(text, word)
		}
		if !missing {
			return true
		}
	}
	return false
}

// only requires that all other subjects are well.
func (d diagnosis) only(subjects ...string) {
	d.t.Helper()
	for _, f := range d.found {
		if f.Severity != doctor.OK {
			require.Contains(d.t, subjects, f.Subject, d.text)
		}
	}
}
