package redis

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/redis/go-redis/v9"
)

// Lease lets one of many processes do what all could do. It saves work and proves nothing:
// a holder that is slow, or a Redis that forgets, makes two of them.
type Lease struct {
	client *Client
	key    string
	token  string
	lasts  time.Duration
}

// NewLease returns a lease of that name, which lasts as long as said after each Hold.
func NewLease(c *Client, name string, lasts time.Duration) *Lease {
	return &Lease{client: c, key: c.key("lease", name), token: rand.Text(), lasts: lasts}
}

// holdLease: token, milliseconds.
var holdLease = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then
	redis.call('PEXPIRE', KEYS[1], ARGV[2])
	return {1}
end
return {redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and 1 or 0}`)

// releaseLease: token.
var releaseLease = redis.NewScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return {}`)

// Hold takes the lease where it is free, prolongs it where this process holds it, and
// reports whether it does now. Errors: KindUnavailable.
func (l *Lease) Hold(ctx context.Context) (bool, error) {
	answer, err := l.client.run(ctx, holdLease, []string{l.key}, l.token, l.lasts.Milliseconds())
	return err == nil && answer[0] == int64(1), err
}

// Release gives the lease to whoever asks next, if this process holds it. Errors:
// KindUnavailable.
func (l *Lease) Release(ctx context.Context) error {
	_, err := l.client.run(ctx, releaseLease, []string{l.key}, l.token)
	return err
}
