package redis

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
)

// OTPs is a ports.OTPs.
type OTPs struct{ client *Client }

// NewOTPs returns the codes in the client's Redis.
func NewOTPs(c *Client) *OTPs { return &OTPs{c} }

// putOTP stores a code. KEYS: the code. ARGV: hash, expiry in µs, expiry of the key in ms.
var putOTP = redis.NewScript(`
redis.call('HSET', KEYS[1], 'hash', ARGV[1], 'expires', ARGV[2], 'misses', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[3])
return {}`)

// takeOTP tries a code. KEYS: the code. ARGV: hash, now in µs, attempts. It returns 1 for a
// match, after which the code is gone.
var takeOTP = redis.NewScript(`
local hash, expires = unpack(redis.call('HMGET', KEYS[1], 'hash', 'expires'))
if not hash then return {0} end
local expired = tonumber(ARGV[2]) >= tonumber(expires)
local match = hash == ARGV[1] and not expired
if match or expired or redis.call('HINCRBY', KEYS[1], 'misses', 1) >= tonumber(ARGV[3]) then
  redis.call('DEL', KEYS[1])
end
return {match and 1 or 0}`)

// Put implements ports.OTPs. Errors: KindUnavailable.
func (o *OTPs) Put(ctx context.Context, phone domain.Phone, hash string, expiresAt time.Time) error {
	_, err := o.client.run(ctx, putOTP, []string{o.key(phone)}, hash, expiresAt.UnixMicro(), expiresAt.Add(margin).UnixMilli())
	return err
}

// Take implements ports.OTPs.
func (o *OTPs) Take(ctx context.Context, phone domain.Phone, hash string, now time.Time) (bool, error) {
	answer, err := o.client.run(ctx, takeOTP, []string{o.key(phone)}, hash, now.UnixMicro(), domain.OTPMaxAttempts)
	if err != nil {
		return false, err
	}
	return answer[0] == int64(1), nil
}

func (o *OTPs) key(phone domain.Phone) string { return o.client.key("otp", string(phone)) }
