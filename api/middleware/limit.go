package middleware

import (
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Limits are how many requests one user, or one address without a user, may send per minute; 0
// means no limit.
type Limits struct {
	PerUser    int
	PerAddress int
}

// limiterPause is how long a limiter that failed is not called again.
const limiterPause = 2 * time.Second

// RateLimit refuses requests beyond the limits with 429 and reports the remaining quota to every
// client (RateLimit-Limit, -Remaining and -Reset, draft-ietf-httpapi-ratelimit-headers-07). If
// the limiter fails, requests pass: an outage of the counter must not become an outage of the
// product. The limiter is then left alone for limiterPause, so that not every request waits for
// a counter that hangs.
func RateLimit(limiter ports.RateLimiter, clock ports.Clock, limits Limits, log *slog.Logger, fail ErrorWriter) func(http.Handler) http.Handler {
	var again atomic.Int64 // when the limiter may be called again, in Unix nanoseconds
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			caller := CallerOf(r.Context())
			key, limit := "user:"+string(caller.Identity.Actor.ID), limits.PerUser
			if caller.Err != nil {
				key, limit = "address:"+caller.Client, limits.PerAddress
			}
			now := clock.Now()
			if limit == 0 || now.UnixNano() < again.Load() {
				next.ServeHTTP(w, r)
				return
			}
			state, err := limiter.Allow(r.Context(), key, limit, time.Minute, now)
			if err != nil {
				if r.Context().Err() == nil {
					again.Store(clock.Now().Add(limiterPause).UnixNano())
				}
				log.WarnContext(r.Context(), "rate limiter is down; letting requests pass", "error", err)
				next.ServeHTTP(w, r)
				return
			}
			reset := int(math.Ceil(state.ResetAfter.Seconds()))
			w.Header().Set("RateLimit-Limit", strconv.Itoa(state.Limit))
			w.Header().Set("RateLimit-Remaining", strconv.Itoa(state.Remaining))
			w.Header().Set("RateLimit-Reset", strconv.Itoa(reset))
			if !state.Allowed {
				fail(w, r, &domain.Error{
					Kind: domain.KindTooMany, Code: "too_many_requests",
					Message: "too many requests; wait before the next one", RetryAfter: state.ResetAfter,
				})
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}
