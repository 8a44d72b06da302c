package servers_test

import (
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

func TestUsageGrowsWithWork(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	member, err := f.Redis(t.Context())
	servers.Require(t, err)
	require.NoError(t, err)
	before, err := member.Usage()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("skipped: no /proc")
	}
	require.NoError(t, err)
	assert.Greater(t, before.Resident, int64(1<<20))
	client := redis.NewClient(&redis.Options{Addr: member.Link(), ReadTimeout: time.Minute})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	loop := "local n = 0; for i = 1, 20000000 do n = n + i end; return n"
	require.NoError(t, client.Eval(t.Context(), loop, nil).Err())
	after, err := member.Usage()
	require.NoError(t, err)
	assert.Greater(t, after.Processor, before.Processor)
	require.NoError(t, member.Kill())
	_, err = member.Usage()
	require.ErrorContains(t, err, "does not run")
}
