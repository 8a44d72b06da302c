package redis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const phone = domain.Phone("+919812345678")

func attempt(expires time.Time) domain.LoginAttempt {
	return domain.LoginAttempt{ID: "login-1", Subject: "keyed hash", CodeHash: "hash", ExpiresAt: expires}
}

func session(n int, user domain.UserID) domain.Session {
	now := time.Now().UTC().Truncate(time.Microsecond)
	return domain.Session{
		ID: domain.SessionID(fmt.Sprintf("session-%d", n)), UserID: user, RefreshHash: strings.Repeat("ab", 32),
		CreatedAt: now, ExpiresAt: now.Add(domain.RefreshTokenTTL),
	}
}

func TestKeysNameNobodyAndExpire(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	ctx, now := t.Context(), time.Now()
	require.NoError(t, redis.NewLoginAttempts(client).Begin(ctx, attempt(now.Add(domain.OTPTTL))))
	s := session(1, "user-1")
	require.NoError(t, redis.NewSessions(client).Create(ctx, s))
	_, err := redis.NewSessions(client).Rotate(ctx, s.ID, s.RefreshHash, "next", now, s.ExpiresAt)
	require.NoError(t, err)
	_, err = redis.NewRateLimiter(client).Allow(ctx, "otp "+string(phone), 5, time.Hour, now)
	require.NoError(t, err)

	lives := map[string]time.Duration{"login": domain.OTPTTL, "session": domain.RefreshTokenTTL, "user": domain.RefreshTokenTTL, "rate": time.Hour / 5}
	keys := raw.list(t)
	require.Len(t, keys, 5)
	for _, key := range keys {
		require.NotContains(t, key, "98123")
		kind, _, _ := strings.Cut(strings.TrimPrefix(key, raw.prefix), ":")
		require.InDelta(t, lives[kind], raw.PTTL(ctx, key).Val(), float64(2*time.Minute), key)
	}
}

func TestEndedSessionsLeaveNothing(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	sessions := redis.NewSessions(client)
	for n := range 3 {
		s := session(n, "user")
		require.NoError(t, sessions.Create(t.Context(), s))
		_, err := sessions.Rotate(t.Context(), s.ID, s.RefreshHash, "next", s.CreatedAt, s.ExpiresAt)
		require.NoError(t, err)
	}
	require.NoError(t, sessions.Revoke(t.Context(), session(0, "").ID))
	require.Len(t, raw.list(t), 2*2+1)
	_, err := sessions.Rotate(t.Context(), session(1, "").ID, session(1, "").RefreshHash, "other", time.Now(), time.Now().Add(time.Hour))
	require.Equal(t, "refresh_reused", domain.CodeOf(err))
	require.Len(t, raw.list(t), 2+1)
	require.NoError(t, sessions.RevokeAll(t.Context(), "user"))
	require.Empty(t, raw.list(t))
}

func TestSetOfSessionsForgetsTheExpired(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	sessions := redis.NewSessions(client)
	long, short := session(1, "user"), session(2, "user")
	short.ExpiresAt = short.CreatedAt.Add(-time.Hour) // over by Redis's clock already
	for _, s := range []domain.Session{long, short, session(3, "user")} {
		require.NoError(t, sessions.Create(t.Context(), s))
	}
	for _, key := range raw.list(t) {
		if strings.HasPrefix(key, raw.prefix+"user:") {
			require.Equal(t, int64(2), raw.ZCard(t.Context(), key).Val())
		}
	}
}

func TestRotationProlongsTheSetOfSessions(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	sessions, s := redis.NewSessions(client), session(1, "user")
	require.NoError(t, sessions.Create(t.Context(), s))
	later := s.ExpiresAt.Add(time.Hour)
	_, err := sessions.Rotate(t.Context(), s.ID, s.RefreshHash, "next", s.CreatedAt, later)
	require.NoError(t, err)
	for _, key := range raw.list(t) {
		require.InDelta(t, time.Until(later), raw.PTTL(t.Context(), key).Val(), float64(2*time.Minute), key)
		if strings.HasPrefix(key, raw.prefix+"user:") {
			ends := raw.ZRangeWithScores(t.Context(), key, 0, -1).Val()
			require.Len(t, ends, 1)
			require.InDelta(t, later.UnixMilli(), ends[0].Score, 120_000)
		}
	}
}

func TestScriptsComeBackAfterRestart(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	for range 2 {
		require.NoError(t, redis.NewLoginAttempts(client).Begin(t.Context(), attempt(time.Now().Add(time.Minute))))
		require.NoError(t, raw.ScriptFlush(t.Context()).Err())
	}
}

var (
	_ ports.EventFeed     = (*redis.Stream)(nil)
	_ ports.LoginAttempts = (*redis.LoginAttempts)(nil)
	_ ports.Sessions      = (*redis.Sessions)(nil)
	_ ports.RateLimiter   = (*redis.RateLimiter)(nil)
)
