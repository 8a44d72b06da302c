package redis

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/propflow/propflow/domain"
)

// Sessions is a ports.Sessions. A session is a Redis hash, the refresh hashes that were
// rotated away are a set of their own, and each user's sessions a set sorted by expiry.
type Sessions struct{ client *Client }

// NewSessions returns the sessions in the client's Redis.
func NewSessions(c *Client) *Sessions { return &Sessions{c} }

// track adds a session to the set of its user's sessions. It removes those that have expired
// by Redis's own clock, and makes the set expire with the last session.
const track = `
local function track(user, session, expires)
  redis.call('ZADD', user, expires, session)
  local now = redis.call('TIME')
  redis.call('ZREMRANGEBYSCORE', user, '-inf', now[1] * 1000)
  local last = redis.call('ZRANGE', user, -1, -1, 'WITHSCORES')
  if last[2] then redis.call('PEXPIREAT', user, last[2]) end
end
`

// createSession stores a session. KEYS: session, set of the user. ARGV: user, refresh hash,
// created and expires in µs, expiry of keys in ms.
var createSession = redis.NewScript(track + `
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'hash', ARGV[2], 'created', ARGV[3], 'expires', ARGV[4], 'sessions', KEYS[2])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
track(KEYS[2], KEYS[1], ARGV[5])
return {}`)

// end defines finish, which deletes a session, also from the set of its user.
const end = `
local function finish(session)
  local sessions = redis.call('HGET', session, 'sessions')
  if sessions then redis.call('ZREM', sessions, session) end
  redis.call('DEL', session, session .. ':old')
end
`

// rotateSession replaces a refresh hash. KEYS: session. ARGV: old and new hash, now and
// expires in µs, expiry of keys in ms. It returns the user and when the session was created in
// µs, or one word for the error: ended or reused.
var rotateSession = redis.NewScript(track + end + `
local user, hash, created, expires, sessions =
  unpack(redis.call('HMGET', KEYS[1], 'user', 'hash', 'created', 'expires', 'sessions'))
if not user then return {'ended'} end
if tonumber(ARGV[3]) >= tonumber(expires) then
  finish(KEYS[1])
  return {'ended'}
end
local old = KEYS[1] .. ':old'
if hash ~= ARGV[1] then
  if redis.call('SISMEMBER', old, string.sub(ARGV[1], 1, 32)) == 0 then return {'ended'} end
  finish(KEYS[1])
  return {'reused'}
end
redis.call('SADD', old, string.sub(hash, 1, 32)) -- half of it tells as much, in half the memory
redis.call('HSET', KEYS[1], 'hash', ARGV[2], 'expires', ARGV[4])
redis.call('PEXPIREAT', KEYS[1], ARGV[5])
redis.call('PEXPIREAT', old, ARGV[5])
track(sessions, KEYS[1], ARGV[5])
return {user, created}`)

// revokeSession ends a session. KEYS: session.
var revokeSession = redis.NewScript(end + `
finish(KEYS[1])
return {}`)

// revokeSessions ends the sessions of a user. KEYS: set of the user.
var revokeSessions = redis.NewScript(end + `
for _, session in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do finish(session) end
redis.call('DEL', KEYS[1])
return {}`)

// Create implements ports.Sessions. Errors: KindUnavailable.
func (s *Sessions) Create(ctx context.Context, session domain.Session) error {
	_, err := s.client.run(ctx, createSession, []string{s.key(session.ID), s.ofUser(session.UserID)},
		string(session.UserID), session.RefreshHash, session.CreatedAt.UnixMicro(), session.ExpiresAt.UnixMicro(), keyExpiry(session.ExpiresAt))
	return err
}

// Rotate implements ports.Sessions. A hash that the session never had does not end it,
// because then anyone who learns a session's id could do so.
func (s *Sessions) Rotate(ctx context.Context, id domain.SessionID, oldHash, newHash string, now, expiresAt time.Time) (domain.Session, error) {
	answer, err := s.client.run(ctx, rotateSession, []string{s.key(id)},
		oldHash, newHash, now.UnixMicro(), expiresAt.UnixMicro(), keyExpiry(expiresAt))
	if err != nil {
		return domain.Session{}, err
	}
	switch answer[0] {
	case "ended":
		return domain.Session{}, domain.Unauthenticated("session_ended", "the session has ended; log in again")
	case "reused":
		return domain.Session{}, domain.Unauthenticated("refresh_reused", "this refresh token was used before; log in again")
	}
	micros, err := strconv.ParseInt(fmt.Sprint(answer[1]), 10, 64)
	if err != nil {
		return domain.Session{}, fmt.Errorf("redis: session %s: %w", id, err)
	}
	return domain.Session{
		ID: id, UserID: domain.UserID(fmt.Sprint(answer[0])), RefreshHash: newHash,
		CreatedAt: time.UnixMicro(micros).UTC(), ExpiresAt: expiresAt.Truncate(time.Microsecond).UTC(),
	}, nil
}

// Revoke implements ports.Sessions. Errors: KindUnavailable.
func (s *Sessions) Revoke(ctx context.Context, id domain.SessionID) error {
	_, err := s.client.run(ctx, revokeSession, []string{s.key(id)})
	return err
}

// RevokeAll implements ports.Sessions. Errors: KindUnavailable.
func (s *Sessions) RevokeAll(ctx context.Context, user domain.UserID) error {
	_, err := s.client.run(ctx, revokeSessions, []string{s.ofUser(user)})
	return err
}

func (s *Sessions) key(id domain.SessionID) string       { return s.client.key("session", string(id)) }
func (s *Sessions) ofUser(user domain.UserID) string     { return s.client.key("user", string(user)) }
func keyExpiry(expiresAt time.Time) (milliseconds int64) { return expiresAt.Add(margin).UnixMilli() }
