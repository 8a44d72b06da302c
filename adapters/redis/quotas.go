package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Quotas is a ports.Quotas that all replicas share. The uses of a key are a Redis list of their
// times in µs, newest first.
type Quotas struct{ client *Client }

// NewQuotas returns the quotas in the client's Redis.
func NewQuotas(c *Client) *Quotas { return &Quotas{c} }

// takeQuota counts a use. KEYS: the list. ARGV: now in µs, 1 to count in any case, margin of the
// key's expiry in ms, then of each rate how many and the window in µs. It returns the time to wait
// in µs, when the use was counted in µs, and the used part in percent. A use is never earlier than
// the one before, so that the list is in order although the callers' clocks differ.
var takeQuota = redis.NewScript(`
local key, now, most, longest, wait, used = KEYS[1], tonumber(ARGV[1]), 0, 0, 0, 0
local function at(n)
  local time = redis.call('LINDEX', key, n)
  return time and tonumber(time)
end
now = math.max(now, at(0) or now)
for i = 4, #ARGV, 2 do
  local n, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  most, longest = math.max(most, n), math.max(longest, window)
  local oldest = at(n - 1)
  if oldest then wait = math.max(wait, oldest + window - now) end
end
if wait <= 0 or ARGV[2] == '1' then
  wait = 0
  redis.call('LPUSH', key, string.format('%.0f', now))
  redis.call('LTRIM', key, 0, most - 1)
  redis.call('PEXPIRE', key, math.ceil(longest / 1000) + ARGV[3])
end
for i = 4, #ARGV, 2 do
  local n, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local low, high = 0, math.min(n, redis.call('LLEN', key))
  while low < high do
    local middle = math.floor((low + high) / 2)
    if at(middle) + window > now then low = middle + 1 else high = middle end
  end
  used = math.max(used, math.floor(100 * low / n))
end
return {wait, string.format('%.0f', now), used}`)

// giveBackQuota takes back a use. KEYS: the list. ARGV: its time in µs.
var giveBackQuota = redis.NewScript(`return {redis.call('LREM', KEYS[1], 1, ARGV[1])}`)

// Take implements ports.Quotas.
func (q *Quotas) Take(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	return q.count(ctx, key, rates, now, 0)
}

// Add implements ports.Quotas.
func (q *Quotas) Add(ctx context.Context, key string, rates []domain.Rate, now time.Time) (ports.Quota, error) {
	return q.count(ctx, key, rates, now, 1)
}

// GiveBack implements ports.Quotas.
func (q *Quotas) GiveBack(ctx context.Context, key string, at time.Time) error {
	_, err := q.client.run(ctx, giveBackQuota, []string{q.client.key("quota", key)}, at.UnixMicro())
	return err
}

func (q *Quotas) count(ctx context.Context, key string, rates []domain.Rate, now time.Time, always int) (ports.Quota, error) {
	args := []any{now.UnixMicro(), always, margin.Milliseconds()}
	for _, r := range rates {
		args = append(args, r.Most, r.Window.Microseconds())
	}
	answer, err := q.client.run(ctx, takeQuota, []string{q.client.key("quota", key)}, args...)
	if err != nil {
		return ports.Quota{}, err
	}
	var wait, at, used int64
	if _, err := fmt.Sscan(fmt.Sprintln(answer...), &wait, &at, &used); err != nil {
		return ports.Quota{}, fmt.Errorf("redis: takeQuota answered %v: %w", answer, err)
	}
	state := ports.Quota{Wait: time.Duration(wait) * time.Microsecond, Used: int(used)}
	if wait == 0 {
		state.At = time.UnixMicro(at).UTC()
	}
	return state, nil
}
