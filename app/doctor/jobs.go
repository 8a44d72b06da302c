package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/domain"
)

const jobsArea area = "jobs"

// How long a job may wait for a worker, a periodic job for the scheduler, and a message to be
// sent.
const (
	waitingLong, waitingTooLong = time.Minute, 10 * time.Minute
	overdue, overdueLong        = 2 * time.Minute, 15 * time.Minute
	unsentLong                  = 5 * time.Minute
)

// jobs returns the checks of the queues, the jobs given up, the schedule and the messages.
func (d Doctor) jobs(b *database) []check {
	return []check{
		b.on(jobsArea, "queues", d.queues), b.on(jobsArea, "given up", givenUp), b.on(jobsArea, "schedule", schedule),
		b.on(jobsArea, "messages", messages),
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// queues reports jobs that wait, and jobs that run for more than twice JOB_TIMEOUT.
func (d Doctor) queues(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	list, err := rows[struct {
		Queue          string
		Waiting, Stuck int
		Oldest         float64
		Paused         bool
	}](ctx, pool, `
		WITH waits AS (
			SELECT queue, count(*) FILTER (WHERE state <> 'running') AS waiting,
				count(*) FILTER (WHERE state = 'running' AND attempted_at < now() - make_interval(secs => $1)) AS stuck,
				extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE state <> 'running')) AS oldest
			FROM river_job WHERE state IN ('available', 'running') OR state IN ('retryable', 'scheduled') AND scheduled_at <= now() GROUP BY queue)
		SELECT coalesce(w.queue, q.name), coalesce(waiting, 0)::int, coalesce(stuck, 0)::int, coalesce(oldest, 0)::float8, q.paused_at IS NOT NULL
		FROM waits w FULL JOIN river_queue q ON q.name = w.queue ORDER BY 1`, (2 * d.Config.JobTimeout).Seconds())
	if err != nil {
		return nil, err
	}
	var found []Finding
	for _, q := range list {
		oldest := seconds(q.Oldest)
		if q.Waiting > 0 {
			found = append(found, jobsArea.judged(grade(oldest, waitingLong, waitingTooLong),
				"start workers (aws ecs update-service --service worker --desired-count 4) and look at their log; maintenance is the scheduler's",
				"queue %s: %d available, the oldest for %s", q.Queue, q.Waiting, oldest.Round(time.Second)))
		}
		if q.Stuck > 0 {
			found = append(found, jobsArea.find(Warning, "nothing at first: they are tried again; see why workers died", "queue %s: %d run for more than twice JOB_TIMEOUT", q.Queue, q.Stuck))
		}
		if q.Paused {
			found = append(found, jobsArea.find(Critical, "resume it: UPDATE river_queue SET paused_at = NULL WHERE name = '"+q.Queue+"'", "queue %s is paused", q.Queue))
		}
	}
	if len(found) == 0 {
		found = append(found, jobsArea.ok("no job waits"))
	}
	return found, nil
}

// givenUp counts the jobs that will not be tried again.
func givenUp(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	list, err := rows[struct {
		Kind  string
		N     int
		Since float64
	}](ctx, pool, `SELECT kind, count(*)::int, extract(epoch FROM now() - max(finalized_at))::float8
		FROM river_job WHERE state IN ('cancelled', 'discarded') GROUP BY kind ORDER BY 2 DESC, 1`)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return []Finding{jobsArea.ok("no job was given up in 30 days")}, nil
	}
	total, latest, kinds := 0, list[0].Since, make([]string, len(list))
	for i, k := range list {
		total, latest, kinds[i] = total+k.N, min(latest, k.Since), fmt.Sprintf("%d %s", k.N, k.Kind)
	}
	return []Finding{jobsArea.find(Warning, "propflow jobs dead; remove the cause; propflow jobs retry ID (runbook, failed jobs)",
		"%d jobs were given up, the last %s ago: %s", total, seconds(latest).Round(time.Second), strings.Join(kinds, ", "))}, nil
}

// schedule checks that periodic jobs are enqueued when they are due.
func schedule(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	list, err := rows[struct {
		Kind string
		Late float64
	}](ctx, pool, "SELECT kind, extract(epoch FROM now() - next_at)::float8 FROM job_schedule ORDER BY next_at")
	if err != nil {
		return nil, err
	}
	const do = "start the scheduler (service beat) and look at its log"
	known := make(map[string]bool)
	var late []string
	var worst time.Duration
	for _, s := range list {
		known[s.Kind] = true
		if seconds(s.Late) >= overdue {
			late, worst = append(late, s.Kind), max(worst, seconds(s.Late))
		}
	}
	var missing []string
	for _, p := range domain.PeriodicJobs {
		if !known[string(p.Kind)] {
			missing = append(missing, string(p.Kind))
		}
	}
	var found []Finding
	if len(late) > 0 {
		found = append(found, jobsArea.find(grade(worst, overdue, overdueLong), do, "schedule overdue by %s: %s", worst.Round(time.Second), strings.Join(late, ", ")))
	}
	if len(missing) > 0 {
		found = append(found, jobsArea.find(Warning, do, "never scheduled: %s", strings.Join(missing, ", ")))
	}
	if len(found) == 0 {
		found = append(found, jobsArea.ok("%d periodic jobs are scheduled, none is overdue", len(list)))
	}
	return found, nil
}

// messages reports the messages of the last day that were not sent.
func messages(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	m, err := row[struct {
		Pending, Failed, All int
		Oldest               float64
	}](ctx, pool, `SELECT count(*) FILTER (WHERE status = 'PENDING')::int, count(*) FILTER (WHERE status = 'FAILED')::int, count(*)::int,
		coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE status = 'PENDING')), 0)::float8
		FROM notifications WHERE created_at > now() - interval '1 day'`)
	if err != nil {
		return nil, err
	}
	const do = "see vendors below and propflow jobs dead (runbook, notifications)"
	found := []Finding{jobsArea.judged(grade(seconds(m.Oldest), unsentLong, 6*unsentLong), do,
		"messages of a day: %d, waiting %d, the oldest for %s", m.All, m.Pending, seconds(m.Oldest).Round(time.Second))}
	if m.Failed >= 5 && 5*m.Failed >= m.All {
		found = append(found, jobsArea.find(Warning, do, "%d of %d messages of a day FAILED", m.Failed, m.All))
	}
	return found, nil
}
