package observe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/ports"
)

// noon is when the tests of lines take place.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestLineInEmbeddedMetricFormat(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelError})).With("part", "scheduler")
	observe.EMF(t.Context(), log, "production", ports.Vitals{
		PendingReviews: 51, CasesBreached: 2, JobsAvailable: 7, JobsDead: 1, OldestJob: 121 * time.Second, OldestNotification: 301500 * time.Millisecond,
		FailedLogins: 101, Denials: 501, NewAdmins: 1, SMSBudgetPercent: 81,
	}, noon)
	assert.JSONEq(t, `{
		"time": "2026-11-23T12:00:00Z", "level": "INFO", "msg": "vitals", "part": "scheduler", "Environment": "production",
		"PendingReviews": 51, "CasesBreached": 2, "JobsAvailable": 7, "JobsDead": 1, "JobOldestSeconds": 121, "NotificationOldestSeconds": 301,
		"FailedLogins": 101, "Denials": 501, "NewAdmins": 1, "SMSBudgetPercent": 81,
		"_aws": {"Timestamp": 1795435200000, "CloudWatchMetrics": [{
			"Namespace": "PropFlow", "Dimensions": [["Environment"]], "Metrics": [
				{"Name": "PendingReviews", "Unit": "Count"}, {"Name": "CasesBreached", "Unit": "Count"},
				{"Name": "JobsAvailable", "Unit": "Count"}, {"Name": "JobsDead", "Unit": "Count"},
				{"Name": "JobOldestSeconds", "Unit": "Seconds"}, {"Name": "NotificationOldestSeconds", "Unit": "Seconds"},
				{"Name": "FailedLogins", "Unit": "Count"}, {"Name": "Denials", "Unit": "Count"},
				{"Name": "NewAdmins", "Unit": "Count"}, {"Name": "SMSBudgetPercent", "Unit": "Percent"}]}]}}`, out.String(), "whatever the level of logging is")
}

type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

func TestVitalsAreToldOnceAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		var told []int
		reads, start := 0, time.Now()
		read := func(ctx context.Context, now time.Time) (ports.Vitals, error) {
			reads++
			assert.Equal(t, start.Add(time.Duration(reads-1)*time.Minute), now)
			if reads == 2 {
				<-ctx.Done() // a database that hangs
				return ports.Vitals{}, errors.New("no answer")
			}
			return ports.Vitals{PendingReviews: reads}, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute+time.Second)
		defer cancel()
		err := observe.Watch(ctx, read, wallClock{}, slog.New(slog.NewJSONHandler(&out, nil)),
			func(v ports.Vitals, _ time.Time) { told = append(told, v.PendingReviews) })
		require.NoError(t, err)
		assert.Equal(t, []int{1, 3, 4}, told, "what cannot be read is not told")
		var line map[string]any
		require.NoError(t, json.Unmarshal(out.Bytes(), &line), "and warned of once")
		assert.Equal(t, "vitals cannot be read", line["msg"])
	})
}
