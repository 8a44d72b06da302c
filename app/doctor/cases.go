package doctor

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/domain"
)

const casesArea area = "cases"

// cases returns the check of the review queue.
func (d Doctor) cases(b *database) []check {
	return []check{b.on(casesArea, "review queue", func(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
		c, err := row[struct {
			Pending, Breached int
			Oldest            float64
		}](ctx, pool, `
			SELECT count(*) FILTER (WHERE state = $1)::int, count(*) FILTER (WHERE sla_due_at < now())::int,
				coalesce(extract(epoch FROM now() - min(submitted_at) FILTER (WHERE state = $1)), 0)::float8
			FROM properties WHERE state = ANY ($2) AND sla_paused_at IS NULL`,
			string(domain.Submitted), []string{string(domain.Submitted), string(domain.UnderReview), string(domain.AwaitingSignOff)})
		if err != nil {
			return nil, err
		}
		const do = "call supervisors: this is about people (runbook, queue backlog)"
		severity := OK
		if c.Pending > d.Limits.PendingCases {
			severity = Warning
		}
		found := []Finding{casesArea.judged(severity, do, "%d wait for a valuer, the oldest for %s", c.Pending, seconds(c.Oldest).Round(time.Minute))}
		if c.Breached > 0 {
			found = append(found, casesArea.find(Warning, do, "%d are past their 5 hours", c.Breached))
		}
		return found, nil
	})}
}
