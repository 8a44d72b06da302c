package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// vitalSigns selects all figures in one round trip. The test of sla_paused_at lets it use
// properties_due_idx, which contains only the cases whose clock is not paused.
const vitalSigns = `
	WITH cases AS (
		SELECT count(*) FILTER (WHERE state = $2) AS pending, count(*) FILTER (WHERE sla_due_at < $1) AS breached
		FROM properties WHERE state = ANY ($3) AND sla_paused_at IS NULL
	), due AS (
		SELECT count(*) AS available, min(scheduled_at) AS first FROM river_job
		WHERE state = 'available' OR state IN ('retryable', 'scheduled') AND scheduled_at <= $1
	), dead AS (
		SELECT count(*) AS dead FROM river_job WHERE state IN ('cancelled', 'discarded')
	), unsent AS (
		SELECT min(created_at) AS first FROM notifications
		WHERE status = 'PENDING' AND created_at > $1 - interval '1 day'
	), refused AS (
		SELECT coalesce(sum(count) FILTER (WHERE code = ANY ($4)), 0) AS logins, coalesce(sum(count) FILTER (WHERE code = ANY ($5)), 0) AS denials,
			count(*) FILTER (WHERE code = ANY ($6) AND detail = $7) AS admins
		FROM security_events WHERE at > $8
	)
	SELECT pending, breached, available, dead, coalesce(due.first, $1), coalesce(unsent.first, $1), logins, denials, admins
	FROM cases, due, dead, unsent, refused`

// Vitals returns the figures as of now. Errors: KindUnavailable.
func (s *Store) Vitals(ctx context.Context, now time.Time) (ports.Vitals, error) {
	var v ports.Vitals
	var job, message time.Time
	waiting := string(domain.Submitted)
	err := s.pool.QueryRow(ctx, vitalSigns, now, waiting, []string{waiting, string(domain.UnderReview), string(domain.AwaitingSignOff)},
		texts[string](domain.SecurityFailures), texts[string](domain.SecurityDenials), texts[string](domain.SecurityGrants), string(domain.RoleAdmin),
		now.Add(-ports.SecurityWindow)).
		Scan(&v.PendingReviews, &v.CasesBreached, &v.JobsAvailable, &v.JobsDead, &job, &message, &v.FailedLogins, &v.Denials, &v.NewAdmins)
	if err != nil {
		return ports.Vitals{}, translate(err)
	}
	v.OldestJob, v.OldestNotification = max(0, now.Sub(job)), max(0, now.Sub(message))
	return v, nil
}

// PoolStats describes the connections of a pool at one moment.
type PoolStats struct {
	// Max is the limit; Used and Idle are the open connections.
	Max, Used, Idle int32
	// Waited counts how often a caller had to wait for a connection, and WaitTime is the total
	// of these waits.
	Waited   int64
	WaitTime time.Duration
}

// PoolStats returns the current use of the store's connections.
func (s *Store) PoolStats() PoolStats {
	now := s.pool.Stat()
	return PoolStats{
		Max: now.MaxConns(), Used: now.AcquiredConns(), Idle: now.IdleConns(),
		Waited: now.EmptyAcquireCount(), WaitTime: now.EmptyAcquireWaitTime(),
	}
}
