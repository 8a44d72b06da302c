package api

import (
	"context"
	"time"

	"github.com/propflow/propflow/api/gen"
)

// healthTimeout bounds each check of a dependency, so that /health answers within 2 s even if
// one hangs.
const healthTimeout = 1500 * time.Millisecond

func (s *server) GetStatus(context.Context, gen.GetStatusRequestObject) (gen.GetStatusResponseObject, error) {
	return gen.GetStatus200JSONResponse{
		Name: "PropFlow", Version: s.Version, Commit: s.Commit, UptimeSeconds: int64(s.Clock.Now().Sub(s.started).Seconds()),
	}, nil
}

func (s *server) GetHealth(ctx context.Context, _ gen.GetHealthRequestObject) (gen.GetHealthResponseObject, error) {
	database, redis := reachable(ctx, s.Database), reachable(ctx, s.Redis)
	health := gen.Health{Status: gen.HealthStatusHealthy, Database: gen.ConnectionStatusConnected, Redis: gen.ConnectionStatusConnected}
	if !<-database {
		health.Status, health.Database = gen.HealthStatusUnhealthy, gen.ConnectionStatusDisconnected
	}
	if !<-redis {
		health.Status, health.Redis = gen.HealthStatusUnhealthy, gen.ConnectionStatusDisconnected
	}
	if health.Status == gen.HealthStatusUnhealthy {
		return gen.GetHealth503JSONResponse(health), nil
	}
	return gen.GetHealth200JSONResponse(health), nil
}

// reachable checks a dependency in the background. The result arrives after healthTimeout at the
// latest, even if ask ignores its context.
func reachable(ctx context.Context, ask func(context.Context) error) <-chan bool {
	answer := make(chan bool, 2)
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	stop := context.AfterFunc(ctx, func() { answer <- false })
	go func() {
		defer cancel()
		ok := ask(ctx) == nil
		if stop() {
			answer <- ok
		}
	}()
	return answer
}

func (s *server) GetLiveness(context.Context, gen.GetLivenessRequestObject) (gen.GetLivenessResponseObject, error) {
	return gen.GetLiveness200JSONResponse{Status: gen.ProbeStatusOk}, nil
}

// GetReadiness reports whether this task should get requests. Only the database is needed for
// that, because the product works without Redis for a while. A task that is about to stop
// answers 503, although it still serves requests.
func (s *server) GetReadiness(ctx context.Context, _ gen.GetReadinessRequestObject) (gen.GetReadinessResponseObject, error) {
	select {
	case <-s.Leaving.Done():
	default:
		if <-reachable(ctx, s.Database) {
			return gen.GetReadiness200JSONResponse{Status: gen.ProbeStatusOk}, nil
		}
	}
	return gen.GetReadiness503JSONResponse{Status: gen.ProbeStatusUnavailable}, nil
}
