package redis_test

import (
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

func TestKeysNameNobodyAndExpire(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	ctx, now := t.Context(), time.Now()
	require.NoError(t, redis.NewLoginAttempts(client).Begin(ctx, attempt(now.Add(domain.OTPTTL))))
	_, err := redis.NewRateLimiter(client).Allow(ctx, "otp "+string(phone), 5, time.Hour, now)
	require.NoError(t, err)

	_, err = redis.NewQuotas(client).Take(ctx, "sends", []domain.Rate{{Most: 5, Window: time.Hour}}, now)
	require.NoError(t, err)

	lives := map[string]time.Duration{"login": domain.OTPTTL, "rate": time.Hour / 5, "quota": time.Hour}
	keys := raw.list(t)
	require.Len(t, keys, 3)
	for _, key := range keys {
		require.NotContains(t, key, "98123")
		kind, _, _ := strings.Cut(strings.TrimPrefix(key, raw.prefix), ":")
		require.InDelta(t, lives[kind], raw.PTTL(ctx, key).Val(), float64(2*time.Minute), key)
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
	_ ports.RateLimiter   = (*redis.RateLimiter)(nil)
)
