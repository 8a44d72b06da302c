package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/servers"
)

// openCached returns an empty store as every process has it: PostgreSQL behind the cache.
func openCached(t *testing.T) ports.UnitOfWork {
	url := servers.Postgres(t)
	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.Close())
	store, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 10})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	addr, prefix := servers.Redis(t)
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix})
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return redis.NewCached(store, client)
}

func TestUnitOfWorkOnPostgresBehindRedis(t *testing.T) {
	t.Parallel()
	portstest.UnitOfWork(t, openCached)
}

func TestStoresOnPostgresBehindRedis(t *testing.T) {
	t.Parallel()
	portstest.PropertyStore(t, openCached)
	portstest.Queue(t, openCached)
	portstest.ComparableStore(t, openCached)
}
