package redis

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/redis/go-redis/v9"
)

// Lease lets one of several processes do work that each could do. It only saves work and must
// not be relied on for exclusion: if its holder is slow, or Redis loses data, two processes
// have it at the same time.
type Lease struct {
	client *Client
	key    string
	token  string
	lasts  time.Duration
}

// NewLease returns the lease of that name. After each Hold it lasts for the given time.
func NewLease(c *Client, name string, lasts time.Duration) *Lease {
	return &Lease{client: c, key: c.key("lease", name), token: rand.Text(), lasts: lasts}
}

// holdLease takes or extends a lease. KEYS: the lease. ARGV: token, milliseconds.
var holdLease = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('PEXPIRE', KEYS[1], ARGV[2])
	return {1}
end
return {redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0}`)

// releaseLease deletes a lease of the token. KEYS: the lease. ARGV: token.
var releaseLease = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {}`)

// Hold takes the lease if it is free, extends it if this process has it, and reports whether
// this process has it now. Errors: KindUnavailable.
func (l *Lease) Hold(ctx context.Context) (bool, error) {
	answer, err := l.client.run(ctx, holdLease, []string{l.key}, l.token, l.lasts.Milliseconds())
	return err == nil && answer[0] == int64(1), err
}

// Release frees the lease if this process has it. Errors: KindUnavailable.
func (l *Lease) Release(ctx context.Context) error {
	_, err := l.client.run(ctx, releaseLease, []string{l.key}, l.token)
	return err
}
