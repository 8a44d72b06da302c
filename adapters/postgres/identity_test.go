package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
)

func TestIdentityIsOfTheDatabase(t *testing.T) {
	t.Parallel()
	identity := func(url string) string {
		store := open(t, url, postgres.Options{MaxConns: 1})
		name, err := store.Identity(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, name)
		return name
	}
	url := migrated(t)
	here := identity(url)
	assert.Equal(t, here, identity(url), "by another connection")
	assert.NotEqual(t, here, identity(migrated(t)))

	closed := open(t, url, postgres.Options{})
	closed.Close()
	_, err := closed.Identity(t.Context())
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
}
