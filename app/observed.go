package app

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/ports"
)

// watch returns the task that publishes the product's vital signs. Any number of processes may
// run it.
func (a Adapters) watch(cfg config.Observe, log *slog.Logger) task {
	return func(ctx context.Context) error {
		return observe.Watch(ctx, a.signs, a.Clock, log, func(v ports.Vitals, at time.Time) {
			observe.EMF(ctx, log, cfg.Environment, v, at)
		}, a.Watch.Metrics.Vitals)
	}
}

// signs reads the vital signs of the database, and how much of the budget of messages is spent.
func (a Adapters) signs(ctx context.Context, now time.Time) (ports.Vitals, error) {
	v, err := a.Vitals(ctx, now)
	if err == nil && a.SMSBudget != nil {
		v.SMSBudgetPercent, err = a.SMSBudget(ctx, now)
	}
	return v, err
}

// watched wraps the adapters so that their work is measured and traced.
func (a *Adapters) watched(store *postgres.Store, cache *redis.Client) {
	m := a.Watch.Metrics
	a.UnitOfWork, a.ImageAnalyzer = m.UnitOfWork(a.UnitOfWork), a.Watch.ImageAnalyzer(a.ImageAnalyzer)
	for channel, messenger := range a.Messengers {
		a.Messengers[channel] = a.Watch.Messenger(messenger)
	}
	m.Pool("postgres", func() observe.Pool {
		p := store.PoolStats()
		return observe.Pool{Max: float64(p.Max), Used: float64(p.Used), Idle: float64(p.Idle), Waited: float64(p.Waited)}
	})
	m.Pool("redis", func() observe.Pool {
		p := cache.PoolStats()
		return observe.Pool{Max: float64(p.Max), Used: float64(p.Used), Idle: float64(p.Idle), Waited: float64(p.Waited)}
	})
}

// onJobs makes jobs carry the trace of the request or job that enqueued them.
func onJobs(watch *observe.Process, o postgres.JobOptions) postgres.JobOptions {
	o.Carry, o.Continue = watch.Traces.Carry, watch.Continue
	return o
}

// onCalls returns a wrapper that traces every request to the object store.
func onCalls(watch *observe.Process) func(aws.HTTPClient) aws.HTTPClient {
	return func(client aws.HTTPClient) aws.HTTPClient { return watch.Traces.Calls("s3", client) }
}

// metricsPage returns the task that serves the metrics to Prometheus.
func metricsPage(listener net.Listener, metrics *observe.Metrics) task {
	server := &http.Server{
		Handler: metrics.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
	}
	return answer(server, listener, exit{leave: func() {}, drain: func() {}})
}
