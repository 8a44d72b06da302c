package observe

import (
	"context"
	"log/slog"
	"time"

	"github.com/propflow/propflow/ports"
)

// vitalsEvery is how often the figures are read, and vitalsPatience how long that may take.
const (
	vitalsEvery    = time.Minute
	vitalsPatience = 10 * time.Second
)

// Watch reads the product's vital signs once a minute and tells them, until ctx ends. Figures
// that cannot be read are told as a warning: that they are missing raises no alarm, whoever
// cannot read them does.
func Watch(ctx context.Context, read func(context.Context, time.Time) (ports.Vitals, error), clock ports.Clock, log *slog.Logger, tell ...func(ports.Vitals, time.Time)) error {
	tick := time.NewTicker(vitalsEvery)
	defer tick.Stop()
	for {
		now := clock.Now()
		bounded, cancel := context.WithTimeout(ctx, vitalsPatience)
		v, err := read(bounded, now)
		cancel()
		switch {
		case err == nil:
			for _, to := range tell {
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
