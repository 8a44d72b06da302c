package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/app/doctor"
)

func TestWhatErrorsOfTheDatabaseMean(t *testing.T) {
	t.Parallel()
	for code, do := range map[string]string{
		"53300": "lower the number of tasks", "28P01": "compare DATABASE_URL", "3D000": "restore it", "57P03": "wait", "XX000": "see what the message says",
	} {
		f := doctor.Unreachable(&pgconn.PgError{Code: code, Message: "says so"})
		assert.Equal(t, doctor.Critical, f.Severity)
		assert.Contains(t, f.Do, do, code)
	}
	for code, do := range map[string]string{"42P01": "propflow migrate up", "42501": "propflow_app", "57014": "locks", "XX000": "message"} {
		assert.Contains(t, doctor.Unanswered(&pgconn.PgError{Code: code, Message: "says so"}).Do, do, code)
	}
	assert.Contains(t, doctor.Unanswered(errors.New("the way broke")).What, "the way broke")
}

func TestWhatErrorsOfTheBucketMean(t *testing.T) {
	t.Parallel()
	for code, do := range map[string]string{
		"NoSuchBucket": "create the bucket", "AccessDenied": "PutObject", "InvalidAccessKeyId": "AWS_ACCESS_KEY_ID",
		"RequestTimeTooSkewed": "clock", "PermanentRedirect": "S3_REGION", "SlowDown": "runbook",
	} {
		f := doctor.Refused(&smithy.GenericAPIError{Code: code, Message: "says so"})
		assert.Contains(t, f.Do, do, code)
		assert.Contains(t, f.What, code)
	}
	assert.Contains(t, doctor.Refused(errors.New("no route")).What, "not reachable: no route")
	assert.Contains(t, doctor.Refused(fmt.Errorf("storage: %w", s3.ErrNoRole)).Do, "AWS_CONTAINER_")
}

func TestRedisMemory(t *testing.T) {
	t.Parallel()
	const mb = 1 << 20
	for _, c := range []struct {
		used, limit int64
		policy      string
		worst       doctor.Severity
	}{
		{1 * mb, 0, "noeviction", doctor.OK},
		{79 * mb, 100 * mb, "noeviction", doctor.OK},
		{80 * mb, 100 * mb, "noeviction", doctor.Warning},
		{95 * mb, 100 * mb, "noeviction", doctor.Critical},
		{1 * mb, 100 * mb, "allkeys-lru", doctor.Warning},
	} {
		found := doctor.Memory(redis.State{Used: c.used, Limit: c.limit, Policy: c.policy})
		assert.Equal(t, c.worst, doctor.Worst(found), "%+v: %v", c, found)
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		live, dead, changed, freeze int64
		want                        string
	}{
		{1_000_000, 1000, 1000, 1000, ""},
		{5, 9_999, 9_999, 0, ""},
		{10_000, 10_000, 0, 0, "10000 of 20000 rows are dead → look for old transactions that keep them, then VACUUM photos"},
		{20_000, 0, 15_000, 0, "15000 rows changed since (last: never) → ANALYZE photos"},
		{1, 0, 0, 600_000_000, "600 million transactions"},
	} {
		var text string
		for _, f := range doctor.Faults(c.live, c.dead, c.changed, c.freeze) {
			text += f.What + " → " + f.Do
		}
		assert.Contains(t, text, c.want)
		assert.Equal(t, c.want == "", text == "", text)
	}
}

func TestACheckThatDoesNotHeedItsTimeHoldsUpNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		deaf := func(context.Context) []doctor.Finding { <-end; return nil }
		began := time.Now()
		found := doctor.Answers(t.Context(),
			deaf,
			func(ctx context.Context) []doctor.Finding {
				<-ctx.Done()
				return []doctor.Finding{{Subject: "jobs", What: "it ended in time"}}
			},
			func(ctx context.Context) []doctor.Finding { return deaf(ctx) })
		assert.Less(t, time.Since(began), 10*time.Second)
		require.Len(t, found, 3)
		assert.Equal(t, "a part: no answer in time", found[0].What)
		assert.Equal(t, doctor.Critical, found[0].Severity)
		assert.Equal(t, "it ended in time", found[1].What)
		assert.Equal(t, "a part: no answer in time", found[2].What)
		close(end)
	})
}

func TestReports(t *testing.T) {
	t.Parallel()
	found := []doctor.Finding{
		{Subject: "clock", What: "fine"},
		{Subject: "redis", Severity: doctor.Warning, What: "two\nlines", Do: "this & that"},
	}
	var out bytes.Buffer
	require.NoError(t, doctor.Write(&out, found, false))
	assert.Equal(t, "OK       clock  fine\nWARNING  redis  two lines\n                → this & that\n", out.String())
	out.Reset()
	require.NoError(t, doctor.Write(&out, found, true))
	assert.Contains(t, out.String(), "this & that")
	var read struct {
		Severity string
		Findings []map[string]string
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &read))
	assert.Equal(t, "WARNING", read.Severity)
	assert.Equal(t, map[string]string{"subject": "redis", "severity": "WARNING", "what": "two\nlines", "do": "this & that"}, read.Findings[1])

	assert.NoError(t, doctor.Verdict(found[:1]))
	assert.EqualError(t, doctor.Verdict(found), "0 critical, 1 warnings")
}

func TestConnectionsInUse(t *testing.T) {
	t.Parallel()
	for used, want := range map[int]doctor.Severity{79: doctor.OK, 80: doctor.Warning, 94: doctor.Warning, 95: doctor.Critical} {
		f := doctor.Usage(used, 100, []string{"7 propflow active", "2 psql idle"})
		assert.Equal(t, want, f.Severity)
		assert.Contains(t, f.What, "of 100 connections are in use: 7 propflow active, 2 psql idle")
	}
}
