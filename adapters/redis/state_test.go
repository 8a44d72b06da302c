package redis_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

func TestAServerSaysHowItIs(t *testing.T) {
	t.Parallel()
	addr, prefix := servers.Redis(t)
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix})
	t.Cleanup(func() { _ = client.Close() })
	state, err := client.State(t.Context())
	require.NoError(t, err)
	assert.Regexp(t, `^\d+\.\d+`, state.Version)
	assert.Equal(t, "master", state.Role)
	assert.Equal(t, "noeviction", state.Policy)
	assert.Positive(t, state.Used)
	at, err := client.Time(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), at, time.Minute)

	stream := redis.NewStream(client, 10)
	_, err = stream.Publish(t.Context(), "", []domain.Event{{ID: "01980000-0000-7000-8000-000000000001"}})
	require.NoError(t, err)
	length, err := stream.Length(t.Context())
	require.NoError(t, err)
	assert.EqualValues(t, 1, length)

	gone := redis.Open(redis.Options{Addr: "127.0.0.1:1"})
	t.Cleanup(func() { _ = gone.Close() })
	_, err = gone.State(t.Context())
	assert.Equal(t, domain.KindUnavailable, domain.KindOf(err))
	_, err = gone.Time(t.Context())
	assert.Equal(t, domain.KindUnavailable, domain.KindOf(err))
	_, err = redis.NewStream(gone, 10).Length(t.Context())
	assert.Equal(t, domain.KindUnavailable, domain.KindOf(err))
}
