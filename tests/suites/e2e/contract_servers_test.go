package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/domain"
)

// onBothStages runs a test on a stage on memory and on one on servers.
func onBothStages(t *testing.T, test func(t *testing.T, s *stage)) {
	t.Helper()
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, newStage(t))
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		test(t, newStageOnServers(t))
	})
}

// newStageOnServers returns a stage on PostgreSQL, Redis, S3 and a fake Twilio.
func newStageOnServers(t *testing.T) *stage {
	t.Helper()
	s := stageOnServers(t, slog.New(slog.DiscardHandler))
	s.open(t)
	return s
}

// stageOnServers is a stage that is not open yet, whose product logs to the logger.
func stageOnServers(t *testing.T, log *slog.Logger) *stage {
	t.Helper()
	played := memory.ForTest()
	s := &stage{log: log, ground: newGroundLogging(t.Context(), t, log), Ports: &memory.Ports{
		Faults: played.Faults, PhotoInspector: played.PhotoInspector, ImageAnalyzer: played.ImageAnalyzer, ReportRenderer: played.ReportRenderer,
	}}
	s.on = s.ground.Adapters
	s.on.PhotoInspector, s.on.ImageAnalyzer, s.on.ReportRenderer = s.PhotoInspector, s.ImageAnalyzer, s.ReportRenderer
	return s
}

// code returns the newest one-time code that was sent to the phone, "" if there is none.
func (s *stage) code(phone domain.Phone) string {
	if s.ground != nil {
		return s.ground.vendors.Twilio.OTP(string(phone))
	}
	for _, received := range s.Inbox.To(phone) {
		if strings.HasPrefix(received.Message.Template, "otp.") {
			return sixDigits.FindString(received.Message.Text)
		}
	}
	return ""
}

// nextCode returns the newest code once it is another one than before.
func (s *stage) nextCode(t *testing.T, phone domain.Phone, before string) string {
	t.Helper()
	if s.ground == nil {
		return s.code(phone) // sent before the answer
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	code, err := s.ground.vendors.Twilio.AwaitOTP(ctx, string(phone), before)
	require.NoError(t, err)
	return code
}

// totp returns what an authenticator app with the secret shows.
func (s *stage) totp(secret string) string {
	if s.ground != nil {
		return totp.SecondFactors{}.Code(secret, s.on.Clock.Now())
	}
	return memory.TOTPCode(secret, s.Clock.Now())
}

// exhaust has every job that failed fail until it is given up.
func (s *stage) exhaust(t *testing.T) {
	t.Helper()
	if s.ground != nil {
		s.ground.change(t, `UPDATE river_job SET attempt = max_attempts - 1, state = 'available', scheduled_at = now()
			WHERE state IN ('available', 'retryable')`)
		s.idle(t)
		return
	}
	for range domain.MaxJobAttempts {
		s.Clock.Advance(domain.RetryDelay(domain.MaxJobAttempts))
		s.idle(t)
	}
}

// hold postpones failed jobs by a day, as on a stage whose clock does not move.
func (g *ground) hold(t *testing.T) {
	t.Helper()
	g.change(t, `UPDATE river_job SET scheduled_at = now() + interval '1 day' WHERE state IN ('available', 'retryable') AND scheduled_at > now()`)
}

func (g *ground) change(t *testing.T, statement string) {
	t.Helper()
	_, err := g.database.Exec(t.Context(), statement)
	require.NoError(t, err)
}

// remembering lists the tables that hold what the product remembers. Not among them are those
// of its machinery, which change without anybody's doing, and the security log, in which refusals are.
const remembering = `SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
	AND table_name NOT LIKE 'river%' AND table_name NOT IN ('goose_db_version', 'migration_history', 'job_schedule', 'feed_head')
	AND table_name NOT LIKE 'security%' ORDER BY 1`

// each asks for one value of every table that remembers; TABLE stands for its name.
func (g *ground) each(t *testing.T, query string) (values []string) {
	t.Helper()
	rows, err := g.database.Query(t.Context(), remembering)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var table string
		require.NoError(t, rows.Scan(&table))
		tables = append(tables, table)
	}
	require.NoError(t, rows.Err())
	for _, table := range tables {
		var value string
		require.NoError(t, g.database.QueryRow(t.Context(), strings.ReplaceAll(query, "TABLE", table)).Scan(&value), table)
		values = append(values, table+" "+value)
	}
	return values
}

// state returns a digest of everything in PostgreSQL, including jobs, and the number of messages
// that were sent. It leaves out the position of events, which they get when they are first read.
func (g *ground) state(t *testing.T) string {
	t.Helper()
	values := g.each(t, `SELECT count(*) || ' ' || md5(coalesce(string_agg(line, '' ORDER BY line), ''))
		FROM (SELECT (to_jsonb(t) - 'position' - 'feed_id')::text AS line FROM TABLE t) AS lines`)
	var jobs int
	require.NoError(t, g.database.QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = ANY ($1)`, []string{
		string(domain.JobInspectPhoto), string(domain.JobSendNotification), string(domain.JobRenderReport), string(domain.JobDeletePhotoFiles),
	}).Scan(&jobs))
	values = append(values, fmt.Sprintf("%d jobs, %d messages", jobs, len(g.vendors.Twilio.Messages())))
	return strings.Join(values, "\n")
}

// size counts the rows of PostgreSQL.
func (g *ground) size(t *testing.T) (size int) {
	t.Helper()
	for _, value := range g.each(t, "SELECT count(*)::text FROM TABLE") {
		var name string
		var rows int
		_, err := fmt.Sscan(value, &name, &rows)
		require.NoError(t, err)
		size += rows
	}
	return size
}
