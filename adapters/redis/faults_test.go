package redis_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

const (
	// patience is long enough for calls that a busy machine must not fail.
	patience = 3 * time.Second
	// standstill is how long a busy machine may hold up what has ended.
	standstill = 10 * time.Second
)

// throughProxy returns a client of at most two connections, and the way that it takes.
func throughProxy(t *testing.T) (*redis.Client, *servers.Proxy) {
	t.Helper()
	addr, prefix := servers.Redis(t)
	proxy := servers.NewProxy(t, addr)
	client := redis.Open(redis.Options{Addr: proxy.Addr(), Prefix: prefix, PoolSize: 2, Patience: patience})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client, proxy
}

// calls lists every call that reaches Redis.
func calls(client *redis.Client) map[string]func(ctx context.Context) error {
	logins, stream := redis.NewLoginAttempts(client), redis.NewStream(client, 100)
	lease := redis.NewLease(client, "test", time.Minute)
	now := time.Now()
	return map[string]func(ctx context.Context) error{
		"Ping":                client.Ping,
		"LoginAttempts.Begin": func(ctx context.Context) error { return logins.Begin(ctx, attempt(now.Add(time.Minute))) },
		"LoginAttempts.Renew": func(ctx context.Context) error {
			_, err := logins.Renew(ctx, attempt(now.Add(time.Minute)), now)
			return err
		},
		"LoginAttempts.Try": func(ctx context.Context) error {
			_, err := logins.Try(ctx, "login-1", "hash", now)
			return err
		},
		"LoginAttempts.Undelivered": func(ctx context.Context) error { return logins.Undelivered(ctx, "login-1") },
		"LoginAttempts.TakeUndelivered": func(ctx context.Context) error {
			_, err := logins.TakeUndelivered(ctx, "login-1", "keyed hash", now)
			return err
		},
		"Quotas.Take": func(ctx context.Context) error {
			_, err := redis.NewQuotas(client).Take(ctx, "key", []domain.Rate{{Most: 5, Window: time.Hour}}, now)
			return err
		},
		"Quotas.GiveBack": func(ctx context.Context) error { return redis.NewQuotas(client).GiveBack(ctx, "key", now) },
		"RateLimiter.Allow": func(ctx context.Context) error {
			_, err := redis.NewRateLimiter(client).Allow(ctx, "key", 5, time.Hour, now)
			return err
		},
		"Stream.Publish": func(ctx context.Context) error {
			_, err := stream.Publish(ctx, "", []domain.Event{event(1)})
			return err
		},
		"Stream.Forget": func(ctx context.Context) error { return stream.Forget(ctx, eventID(7)) },
		"Lease.Hold": func(ctx context.Context) error {
			_, err := lease.Hold(ctx)
			return err
		},
		"Lease.Release": lease.Release,
		"Stream.Newest": func(ctx context.Context) error {
			_, err := stream.Newest(ctx)
			return err
		},
		"Stream.Since": func(ctx context.Context) error {
			_, _, err := stream.Since(ctx, "", 10)
			return err
		},
	}
}

// TestWithoutRedis breaks the way in each manner and asserts that every call fails in time,
// many at once on a pool of two, and works again as soon as the way is open.
func TestWithoutRedis(t *testing.T) {
	t.Parallel()
	for manner, breakWay := range map[string]func(*servers.Proxy){"cut": (*servers.Proxy).Cut, "stalled": (*servers.Proxy).Stall} {
		for _, warm := range []bool{true, false} {
			t.Run(manner+map[bool]string{true: ", connected", false: ", not connected"}[warm], func(t *testing.T) {
				t.Parallel()
				client, proxy := throughProxy(t)
				if warm {
					require.NoError(t, client.Ping(t.Context()))
				}
				breakWay(proxy)
				allFail(t, client)
				proxy.Heal()
				begun := time.Now()
				require.Eventually(t, func() bool { return client.Ping(t.Context()) == nil }, 3*standstill, 10*time.Millisecond)
				t.Logf("healed after %v", time.Since(begun).Round(time.Millisecond))
				for name, call := range calls(client) {
					require.Eventually(t, func() bool { return call(t.Context()) == nil }, 3*standstill, 10*time.Millisecond, name)
				}
			})
		}
	}
}

func allFail(t *testing.T, client *redis.Client) {
	t.Helper()
	type result struct {
		name string
		err  error
		took time.Duration
	}
	results := make(chan result)
	n := 0
	for name, call := range calls(client) {
		for range 3 {
			n++
			go func() {
				begun := time.Now()
				err := call(t.Context())
				results <- result{name, err, time.Since(begun)}
			}()
		}
	}
	var slowest time.Duration
	for range n {
		r := <-results
		slowest = max(slowest, r.took)
		assert.Equal(t, domain.KindUnavailable, domain.KindOf(r.err), "%s: %v", r.name, r.err)
		assert.Less(t, r.took, patience+standstill, r.name) // one after the other they would take a minute
	}
	t.Logf("%d calls failed, the slowest after %v", n, slowest.Round(time.Millisecond))
}

func TestWaitEndsWithRedis(t *testing.T) {
	t.Parallel()
	for manner, breakWay := range map[string]func(*servers.Proxy){"cut": (*servers.Proxy).Cut, "stalled": (*servers.Proxy).Stall} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			client, proxy := throughProxy(t)
			stream := redis.NewStream(client, 100)
			publish(t, stream, 0, 1)
			newest, err := stream.Newest(t.Context())
			require.NoError(t, err)
			ended := make(chan error, 2)
			for range 2 {
				go func() { ended <- stream.Wait(t.Context(), newest) }()
			}
			breakWay(proxy)
			begun := time.Now()
			for range 2 {
				require.Equal(t, domain.KindUnavailable, domain.KindOf(<-ended))
			}
			require.Less(t, time.Since(begun), 2*patience+standstill)
			t.Logf("ended after %v", time.Since(begun).Round(time.Millisecond))

			proxy.Heal()
			require.Eventually(t, func() bool { return client.Ping(t.Context()) == nil }, 3*standstill, 10*time.Millisecond)
			go func() { ended <- stream.Wait(t.Context(), newest) }()
			publish(t, stream, 1, 2)
			require.NoError(t, <-ended)
		})
	}
}

func TestACallEndsAfterPatienceUnlessToldOtherwise(t *testing.T) {
	t.Parallel()
	addr, prefix := servers.Redis(t)
	proxy := servers.NewProxy(t, addr)
	proxy.Stall()
	client := redis.Open(redis.Options{Addr: proxy.Addr(), Prefix: prefix})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	begun := time.Now()
	require.Equal(t, domain.KindUnavailable, domain.KindOf(client.Ping(t.Context())))
	require.Less(t, time.Since(begun), redis.Patience+standstill)
}

func TestCallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	client, proxy := throughProxy(t)
	proxy.Stall()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begun := time.Now()
	require.Error(t, client.Ping(ctx))
	require.Less(t, time.Since(begun), patience)
	cancel()
	require.ErrorIs(t, client.Ping(ctx), ctx.Err())
}

func TestClosedClientIsUnavailable(t *testing.T) {
	t.Parallel()
	addr, prefix := servers.Redis(t)
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix, TLS: true})
	require.Equal(t, domain.KindUnavailable, domain.KindOf(client.Ping(t.Context())), "it does not speak TLS")
	require.NoError(t, client.Close())
	require.Equal(t, domain.KindUnavailable, domain.KindOf(client.Ping(t.Context())))
}
