package observe

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/ports"
)

// vitalsEvery is the interval at which the figures are read, and vitalsPatience how long that
// may take.
const (
	vitalsEvery    = time.Minute
	vitalsPatience = 10 * time.Second
)

// Watch reads the product's vital signs once a minute and publishes them, until ctx ends. If
// they cannot be read, it logs a warning and publishes nothing. That raises none of the alarms
// on the figures, but after five minutes the one on their absence, SchedulerSilent.
func Watch(ctx context.Context, read func(context.Context, time.Time) (ports.Vitals, error), clock ports.Clock, log *slog.Logger, publish ...func(ports.Vitals, time.Time)) error {
	tick := time.NewTicker(vitalsEvery)
	defer tick.Stop()
	for {
		now := clock.Now()
		bounded, cancel := context.WithTimeout(ctx, vitalsPatience)
		v, err := read(bounded, now)
		cancel()
		switch {
		case err == nil:
			for _, to := range publish {
				to(v, now)
			}
		case ctx.Err() == nil:
			log.WarnContext(ctx, "vitals cannot be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
