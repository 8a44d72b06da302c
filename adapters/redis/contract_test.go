package redis_test

import (
	"context"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/servers"
)

// open returns a client that sees an empty Redis, and one that sees the keys as they are.
func open(t *testing.T) (*redis.Client, rawKeys) {
	t.Helper()
	addr, prefix := servers.Redis(t)
	raw := goredis.NewClient(&goredis.Options{Addr: addr})
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix, Patience: time.Minute})
	t.Cleanup(func() {
		require.NoError(t, client.Close())
		require.NoError(t, raw.Close())
	})
	return client, rawKeys{raw, prefix}
}

type rawKeys struct {
	*goredis.Client
	prefix string
}

func (r rawKeys) list(t *testing.T) []string {
	t.Helper()
	keys, err := r.Keys(t.Context(), r.prefix+"*").Result()
	require.NoError(t, err)
	return keys
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	portstest.Quotas(t, func(t *testing.T) ports.Quotas {
		client, _ := open(t)
		return redis.NewQuotas(client)
	})
}

func TestLoginAttempts(t *testing.T) {
	t.Parallel()
	portstest.LoginAttempts(t, func(t *testing.T) ports.LoginAttempts {
		client, _ := open(t)
		return redis.NewLoginAttempts(client)
	})
}

func TestRateLimiter(t *testing.T) {
	t.Parallel()
	portstest.RateLimiter(t, func(t *testing.T) ports.RateLimiter {
		client, _ := open(t)
		return redis.NewRateLimiter(client)
	})
}

func TestStream(t *testing.T) {
	t.Parallel()
	portstest.EventFeed(t, func(t *testing.T) portstest.EventHarness {
		client, raw := open(t)
		stream, m := redis.NewStream(client, 100), memory.ForTest()
		return portstest.EventHarness{
			UnitOfWork: &publishing{UnitOfWork: m.Store, feed: m.Feed, stream: stream}, Feed: stream,
			Forget: func(t *testing.T) {
				require.NoError(t, raw.XTrimMaxLen(t.Context(), raw.prefix+"events", 0).Err())
			},
		}
	})
}

// publishing publishes what was committed.
type publishing struct {
	ports.UnitOfWork
	feed   ports.EventFeed
	stream *redis.Stream

	mu   sync.Mutex
	last domain.EventID // published
}

func (p *publishing) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	if err := p.UnitOfWork.Do(ctx, fn); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	events, _, err := p.feed.Since(ctx, p.last, 1000)
	if err != nil || len(events) == 0 {
		return err
	}
	if _, err := p.stream.Publish(ctx, p.last, events); err != nil {
		return err
	}
	p.last = events[len(events)-1].ID
	return nil
}
