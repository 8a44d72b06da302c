package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/ports"
)

// RateLimiter is a ports.RateLimiter that all replicas share: a bucket of limit tokens that
// refills evenly over the window (generic cell rate algorithm, ITU-T I.371). It uses the
// callers' clocks, which redis_rate does not.
type RateLimiter struct{ client *Client }

// NewRateLimiter returns the limits in the client's Redis.
func NewRateLimiter(c *Client) *RateLimiter { return &RateLimiter{c} }

// takeToken takes a token of a limit. KEYS: the limit. ARGV: now, interval and limit×interval
// in µs, margin of the key's expiry in ms. The key's value is when the bucket is full again,
// in µs. It returns 1 if the request is allowed, and the time in µs until the bucket is full,
// or for a refused request 0 and the time until the next one is allowed.
var takeToken = redis.NewScript(`
local now, interval, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local whole = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
local over = whole + interval - now - window
if over > 0 then return {0, over} end
local left = whole + interval - now
redis.call('SET', KEYS[1], string.format('%.0f', whole + interval), 'PX', math.ceil(left / 1000) + ARGV[4])
return {1, left}`)

// Allow implements ports.RateLimiter. Limits are exact to the microsecond.
func (l *RateLimiter) Allow(ctx context.Context, key string, limit int, window time.Duration, now time.Time) (ports.RateLimit, error) {
	if limit < 1 {
		return ports.RateLimit{ResetAfter: window}, nil
	}
	interval := max(1, (window / time.Duration(limit)).Microseconds())
	answer, err := l.client.run(ctx, takeToken, []string{l.client.key("rate", key)},
		now.UnixMicro(), interval, interval*int64(limit), margin.Milliseconds())
	if err != nil {
		return ports.RateLimit{}, err
	}
	allowed, known := answer[0].(int64)
	micros, also := answer[1].(int64)
	if !known || !also {
		return ports.RateLimit{}, fmt.Errorf("redis: takeToken answered %v", answer)
	}
	state := ports.RateLimit{Allowed: allowed == 1, Limit: limit, ResetAfter: time.Duration(micros) * time.Microsecond}
	if state.Allowed {
		state.Remaining = limit - int((micros+interval-1)/interval)
	}
	return state, nil
}
