package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// JobOptions tune the job runners. The zero value of each means the default.
type JobOptions struct {
	// Photos, Notifications, Reports and Maintenance are how many jobs of a queue one runner
	// works at a time: 4, 8, 2 and 2.
	Photos, Notifications, Reports, Maintenance int
	// Timeout bounds one attempt of a job: 2 minutes.
	Timeout time.Duration
	// RescueAfter is when a job counts as failed because its runner died: 30 s after Timeout.
	RescueAfter time.Duration
	// Poll is how often runners look for jobs without a notification, and for periodic jobs
	// that are due: 1 s.
	Poll time.Duration
	// Carry returns what a job carries from the caller that enqueues it to its worker, such as
	// a trace; it is stored with the job. Continue turns it into the context of an attempt, 1
	// for the first. Either may be nil.
	Carry    func(ctx context.Context) map[string]string
	Continue func(ctx context.Context, carried map[string]string, attempt int) context.Context
}

func (o JobOptions) withDefaults() JobOptions {
	o.Photos, o.Notifications = either(o.Photos, 4), either(o.Notifications, 8)
	o.Reports, o.Maintenance = either(o.Reports, 2), either(o.Maintenance, 2)
	o.Timeout = either(o.Timeout, 2*time.Minute)
	o.RescueAfter = either(o.RescueAfter, o.Timeout+30*time.Second)
	o.Poll = either(o.Poll, time.Second)
	return o
}

func (o JobOptions) workers(queue string) int {
	switch queue {
	case queuePhotos:
		return o.Photos
	case queueNotifications:
		return o.Notifications
	case queueReports:
		return o.Reports
	}
	return o.Maintenance
}

// deadLettersKept is how long River keeps jobs that were given up.
const deadLettersKept = 30 * 24 * time.Hour

// JobRunner returns a runner of the store's jobs. Any number of processes may run them; each
// works the queues of the kinds that it has handlers for, and leaves other kinds alone.
func (s *Store) JobRunner() ports.JobRunner { return runner{s} }

type runner struct{ store *Store }

// Run implements ports.JobRunner. Jobs in flight keep running when ctx ends, each until its
// time is up. Errors also: KindUnavailable if the database is down at the start.
func (r runner) Run(ctx context.Context, handlers map[domain.JobKind]ports.JobHandler, periodic []domain.Periodic) error {
	if err := validate(handlers, periodic); err != nil {
		return err
	}
	if ctx.Value(unitKey{}) != nil {
		return errNested
	}
	client, err := river.NewClient(riverpgxv5.New(r.store.pool), r.config(handlers))
	if err != nil {
		return err
	}
	schedule := schedule{r.store, periodic}
	if err := schedule.prepare(ctx); err != nil {
		return ended(ctx, err)
	}
	lasting := context.WithoutCancel(ctx) // the end of Run must not cancel jobs in flight
	if err := client.Start(lasting); err != nil {
		return ended(ctx, translate(err))
	}
	schedule.run(ctx)
	limit, cancel := context.WithTimeout(lasting, r.store.options.Jobs.RescueAfter)
	defer cancel()
	if err := client.Stop(limit); err != nil {
		cut, cancel := context.WithTimeout(lasting, rollbackTimeout)
		defer cancel()
		return errors.Join(err, client.StopAndCancel(cut))
	}
	return nil
}

// ended returns nil instead of err if ctx has ended, because that is how a caller ends Run.
func ended(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func validate(handlers map[domain.JobKind]ports.JobHandler, periodic []domain.Periodic) error {
	var v domain.Violations
	for kind, handler := range handlers {
		v.Require(handler.Work != nil, string(kind), "required", "the handler has no Work")
	}
	for _, p := range periodic {
		v.Require(handlers[p.Kind].Work != nil, string(p.Kind), "required", "the periodic job has no handler")
		v.Require(p.Every > 0, string(p.Kind), "range", "the period must be above 0")
	}
	return v.Err()
}

func (r runner) config(handlers map[domain.JobKind]ports.JobHandler) *river.Config {
	options := r.store.options
	config := &river.Config{
		FetchOnlyKnownKinds:         true,
		FetchCooldown:               min(river.FetchCooldownDefault, options.Jobs.Poll),
		FetchPollInterval:           options.Jobs.Poll,
		JobTimeout:                  options.Jobs.Timeout,
		RescueStuckJobsAfter:        options.Jobs.RescueAfter,
		CancelledJobRetentionPeriod: deadLettersKept,
		DiscardedJobRetentionPeriod: deadLettersKept,
		Logger:                      options.Logger,
		MaxAttempts:                 maxAttempts,
		Queues:                      make(map[string]river.QueueConfig),
		ReindexerSchedule:           river.NeverSchedule(), // AppRole owns no index
		RetryPolicy:                 retries{},
		Workers:                     river.NewWorkers(),
	}
	for kind, handler := range handlers {
		queue := queueOf(kind)
		config.Queues[queue] = river.QueueConfig{MaxWorkers: options.Jobs.workers(queue)}
		river.AddWorkerArgs(config.Workers, jobArgs{kind: kind}, &worker{handler: handler, logger: options.Logger, resume: options.Jobs.Continue})
	}
	// The leader rescues the jobs of runners that died, and discards those whose kind it does
	// not know. So it must know the kinds of other queues too, whose jobs it never fetches.
	for _, kind := range withSubject {
		if _, worked := config.Queues[queueOf(kind)]; !worked {
			river.AddWorkerArgs(config.Workers, jobArgs{kind: kind}, &worker{logger: options.Logger})
		}
	}
	return config
}

// retries decides when a failed job runs again.
type retries struct{}

// NextRetry implements river.ClientRetryPolicy: domain.RetryDelay between attempts, and no
// delay before the first attempt of GiveUp.
func (retries) NextRetry(job *rivertype.JobRow) time.Time {
	now := time.Now().UTC()
	switch {
	case job.Attempt == domain.MaxJobAttempts:
		return now
	case job.Attempt > domain.MaxJobAttempts:
		return now.Add(domain.RetryDelay(job.Attempt - domain.MaxJobAttempts))
	}
	return now.Add(domain.RetryDelay(job.Attempt))
}

// worker does the jobs of one kind.
type worker struct {
	river.WorkerDefaults[jobArgs]
	handler ports.JobHandler
	logger  *slog.Logger
	resume  func(ctx context.Context, carried map[string]string, attempt int) context.Context // may be nil
}

var errGivenUp = errors.New("given up")

// Work implements river.Worker.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	if w.resume != nil {
		ctx = w.resume(ctx, carriedBy(job.JobRow), job.Attempt)
	}
	if job.Attempt <= domain.MaxJobAttempts {
		err := w.handler.Work(ctx, job.Args.Subject)
		if err == nil {
			return nil
		}
		w.failed(ctx, job, err)
		if job.Attempt == domain.MaxJobAttempts && w.handler.GiveUp == nil {
			w.logger.ErrorContext(ctx, "job given up", "kind", job.Kind, "subject", job.Args.Subject, "job", job.ID)
			return river.JobCancel(err)
		}
		return err
	}
	if w.handler.GiveUp != nil {
		if err := w.handler.GiveUp(ctx, job.Args.Subject); err != nil {
			w.failed(ctx, job, err)
			return err
		}
	}
	w.logger.ErrorContext(ctx, "job given up", "kind", job.Kind, "subject", job.Args.Subject, "job", job.ID)
	return river.JobCancel(errGivenUp)
}

// carriedBy returns what a job carries, without the data that River stores with it.
func carriedBy(job *rivertype.JobRow) map[string]string {
	var kept struct {
		Carried map[string]string `json:"carried"`
	}
	if err := json.Unmarshal(job.Metadata, &kept); err != nil {
		return nil // River checks that it is JSON, so it is JSON that Enqueue did not write
	}
	return kept.Carried
}

func (w *worker) failed(ctx context.Context, job *river.Job[jobArgs], err error) {
	w.logger.WarnContext(ctx, "job failed", "kind", job.Kind, "subject", job.Args.Subject,
		"attempt", job.Attempt, "giving_up", job.Attempt > domain.MaxJobAttempts, "error", err)
}
