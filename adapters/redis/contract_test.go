package redis_test

import (
	"context"
	"slices"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/servers"
)

// open returns a client that sees an empty Redis, and one that sees the keys as they are.
func open(t *testing.T) (*redis.Client, rawKeys) {
	t.Helper()
	addr, prefix := servers.Redis(t)
	raw := goredis.NewClient(&goredis.Options{Addr: addr})
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix})
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

func TestOTPs(t *testing.T) {
	t.Parallel()
	portstest.OTPs(t, func(t *testing.T) ports.OTPs {
		client, _ := open(t)
		return redis.NewOTPs(client)
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	portstest.Sessions(t, func(t *testing.T) ports.Sessions {
		client, _ := open(t)
		return redis.NewSessions(client)
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
		stream := redis.NewStream(client, 100)
		return portstest.EventHarness{
			UnitOfWork: publishing{memory.ForTest().Store, stream}, Feed: stream,
			Forget: func(t *testing.T) {
				require.NoError(t, raw.XTrimMaxLen(t.Context(), raw.prefix+"events", 0).Err())
			},
		}
	})
}

// publishing publishes what was committed.
type publishing struct {
	ports.UnitOfWork
	stream *redis.Stream
}

func (p publishing) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	var happened recorder
	err := p.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		happened = nil // of an earlier run
		tx.Events = &happened
		return fn(ctx, tx)
	})
	if err != nil {
		return err
	}
	return p.stream.Publish(ctx, happened)
}

type recorder []domain.Event

func (r *recorder) Append(_ context.Context, event domain.Event) error {
	event.Roles = slices.Clone(event.Roles)
	*r = append(*r, event)
	return nil
}
