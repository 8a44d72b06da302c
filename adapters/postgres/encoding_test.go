package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/tests/kit/servers"
)

// TestAnEmptyListIsKnownByItsBytes checks that PostgreSQL returns those bytes: otherwise the short
// cut of reading a list would never be taken.
func TestAnEmptyListIsKnownByItsBytes(t *testing.T) {
	t.Parallel()
	written, err := postgres.EncodedNoItems()
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), servers.Postgres(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var read []byte
	require.NoError(t, conn.QueryRow(t.Context(), `SELECT $1::jsonb`, written).Scan(&read))
	assert.Equal(t, string(postgres.NoItems), string(read))
}
