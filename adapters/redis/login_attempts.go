package redis

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
)

// LoginAttempts is a ports.LoginAttempts. An attempt is a Redis hash.
type LoginAttempts struct{ client *Client }

// NewLoginAttempts returns the attempts in the client's Redis.
func NewLoginAttempts(c *Client) *LoginAttempts { return &LoginAttempts{c} }

// beginLogin stores an attempt. KEYS: the attempt. ARGV: subject, hash, expiry in µs, expiry of
// the key in ms.
var beginLogin = redis.NewScript(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'subject', ARGV[1], 'hash', ARGV[2], 'expires', ARGV[3], 'misses', 0)
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return {1}`)

// renewLogin gives an attempt another code. KEYS and ARGV: as beginLogin, then now in µs. It
// returns 1 if there was such an attempt.
var renewLogin = redis.NewScript(`
local subject, expires = unpack(redis.call('HMGET', KEYS[1], 'subject', 'expires'))
if subject ~= ARGV[1] or tonumber(ARGV[5]) >= tonumber(expires) then return {0} end
redis.call('HSET', KEYS[1], 'hash', ARGV[2], 'expires', ARGV[3])
redis.call('PEXPIREAT', KEYS[1], ARGV[4])
return {1}`)

// tryLogin tries a code. KEYS: the attempt. ARGV: hash, now in µs, misses allowed. It returns a
// domain.CodeCheck: 0 unknown, 1 missed, 2 matched.
var tryLogin = redis.NewScript(`
local hash, expires = unpack(redis.call('HMGET', KEYS[1], 'hash', 'expires'))
if not hash or tonumber(ARGV[2]) >= tonumber(expires) then
  redis.call('DEL', KEYS[1])
  return {0}
end
if hash == ARGV[1] then
  redis.call('DEL', KEYS[1])
  return {2}
end
if redis.call('HINCRBY', KEYS[1], 'misses', 1) >= tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) end
return {1}`)

// loginUndelivered notes that a code was not sent. KEYS: the attempt.
var loginUndelivered = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'undelivered', 1) end
return {1}`)

// takeUndelivered forgets that a code was not sent. KEYS: the attempt. ARGV: subject, now in µs.
// It returns 1 if that was noted.
var takeUndelivered = redis.NewScript(`
local subject, expires = unpack(redis.call('HMGET', KEYS[1], 'subject', 'expires'))
if subject ~= ARGV[1] or tonumber(ARGV[2]) >= tonumber(expires) then return {0} end
return {redis.call('HDEL', KEYS[1], 'undelivered')}`)

// Begin implements ports.LoginAttempts.
func (l *LoginAttempts) Begin(ctx context.Context, attempt domain.LoginAttempt) error {
	_, err := l.client.run(ctx, beginLogin, l.key(attempt.ID), stored(attempt)...)
	return err
}

// Renew implements ports.LoginAttempts.
func (l *LoginAttempts) Renew(ctx context.Context, attempt domain.LoginAttempt, now time.Time) (bool, error) {
	return l.yes(ctx, renewLogin, attempt.ID, append(stored(attempt), now.UnixMicro())...)
}

// Try implements ports.LoginAttempts.
func (l *LoginAttempts) Try(ctx context.Context, id domain.LoginID, codeHash string, now time.Time) (domain.CodeCheck, error) {
	answer, err := l.client.run(ctx, tryLogin, l.key(id), codeHash, now.UnixMicro(), domain.OTPMaxAttempts)
	if err != nil {
		return domain.CodeUnknown, err
	}
	switch answer[0] {
	case int64(2):
		return domain.CodeMatched, nil
	case int64(1):
		return domain.CodeMissed, nil
	}
	return domain.CodeUnknown, nil
}

// Undelivered implements ports.LoginAttempts.
func (l *LoginAttempts) Undelivered(ctx context.Context, id domain.LoginID) error {
	_, err := l.client.run(ctx, loginUndelivered, l.key(id))
	return err
}

// TakeUndelivered implements ports.LoginAttempts.
func (l *LoginAttempts) TakeUndelivered(ctx context.Context, id domain.LoginID, subject string, now time.Time) (bool, error) {
	return l.yes(ctx, takeUndelivered, id, subject, now.UnixMicro())
}

// yes runs a script that answers 1 or 0.
func (l *LoginAttempts) yes(ctx context.Context, script *redis.Script, id domain.LoginID, args ...any) (bool, error) {
	answer, err := l.client.run(ctx, script, l.key(id), args...)
	return err == nil && answer[0] == int64(1), err
}

func stored(a domain.LoginAttempt) []any {
	return []any{a.Subject, a.CodeHash, a.ExpiresAt.UnixMicro(), a.ExpiresAt.Add(margin).UnixMilli()}
}

func (l *LoginAttempts) key(id domain.LoginID) []string {
	return []string{l.client.key("login", string(id))}
}
