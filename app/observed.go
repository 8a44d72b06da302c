package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/ports"
)

// watch returns the task that tells the product's vital signs, of one process or more.
func (a Adapters) watch(cfg config.Observe, log *slog.Logger) task {
	return func(ctx context.Context) error {
		return observe.Watch(ctx, a.Vitals, a.Clock, log, func(v ports.Vitals, at time.Time) {
			observe.EMF(ctx, log, cfg.Environment, v, at)
		})
	}
}
