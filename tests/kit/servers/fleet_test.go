package servers_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// fleet returns a fleet that is gone after the test, its folder too.
func fleet(t *testing.T) *servers.Fleet {
	t.Helper()
	f, err := servers.NewFleet()
	servers.Require(t, err)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, f.Close())
		require.NoDirExists(t, f.Folder())
	})
	return f
}

func TestServersKeepWhatTheyAcknowledgedWhenKilled(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	postgres, err := f.Postgres(ctx)
	servers.Require(t, err)
	require.NoError(t, err)
	cache, err := f.Redis(ctx)
	servers.Require(t, err)
	require.NoError(t, err)
	count := func(statement string) (n int) {
		connection, err := pgx.Connect(ctx, postgres.Link())
		require.NoError(t, err)
		defer connection.Close(ctx)
		require.NoError(t, connection.QueryRow(ctx, statement).Scan(&n))
		return n
	}
	connection, err := pgx.Connect(ctx, postgres.Link())
	require.NoError(t, err)
	defer func() { _ = connection.Close(ctx) }() // whichever it is by then
	_, err = connection.Exec(ctx, "CREATE TABLE kept (n int)")
	require.NoError(t, err)
	client := redis.NewClient(&redis.Options{Addr: cache.Addr()})
	defer client.Close()
	for n := 1; n <= 3; n++ {
		_, err = connection.Exec(ctx, "INSERT INTO kept VALUES ($1)", n)
		require.NoError(t, err)
		require.NoError(t, postgres.Kill())
		_, err = connection.WaitForNotification(ctx) // what served it dies a moment after the server
		require.Error(t, err)
		require.NoError(t, ctx.Err(), "it outlives the server")
		require.NoError(t, postgres.Start(ctx))
		require.Equal(t, n, count("SELECT count(*) FROM kept"))
		connection, err = pgx.Connect(ctx, postgres.Link())
		require.NoError(t, err)

		require.NoError(t, client.Incr(ctx, "kept").Err())
		require.NoError(t, cache.Kill())
		require.NoError(t, cache.Start(ctx))
		got, err := client.Get(ctx, "kept").Int()
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
	require.NoError(t, cache.Stop())
	require.NoError(t, cache.Kill(), "it is gone already")

	// A copy of the data of a server that has ended serves it as well.
	require.NoError(t, postgres.Stop())
	folder := filepath.Join(postgres.Data(), "db")
	require.NoError(t, os.Rename(folder, folder+"-lost"))
	require.NoError(t, os.CopyFS(folder, os.DirFS(folder+"-lost")))
	require.NoError(t, os.Chmod(folder, 0o700))
	require.NoError(t, postgres.Adopt(folder))
	require.NoError(t, postgres.Start(ctx))
	require.Equal(t, 3, count("SELECT count(*) FROM kept"))
}

func TestAnObjectStoreAndAProgramComeBack(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	store, endpoint, err := f.S3(t.Context())
	servers.Require(t, err)
	require.NoError(t, err)
	require.NotEmpty(t, endpoint.Bucket)
	require.NoError(t, store.Kill())
	require.NoError(t, store.Start(t.Context()))

	port, err := f.Port(t.Context())
	require.NoError(t, err)
	moment, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = f.Program(moment, "/no/such/program", nil, nil, port, "/")
	require.Error(t, err)
}

func TestToxiproxyBreaksTheWay(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	toxiproxy, err := f.Toxiproxy(t.Context())
	servers.Require(t, err)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	asked := make(chan struct{}, 100)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		_, _ = io.WriteString(w, "a long enough answer")
	})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	way, err := toxiproxy.Way(t.Context(), "web", listener.Addr().String())
	require.NoError(t, err)
	ask := func(patience time.Duration) error {
		client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
		response, err := client.Get("http://" + way.Addr)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.ReadAll(response.Body)
		return err
	}
	require.NoError(t, ask(time.Minute))
	<-asked

	require.NoError(t, way.Cut(t.Context()))
	require.Error(t, ask(time.Minute))
	require.Empty(t, asked)
	require.NoError(t, way.Heal(t.Context()))
	for _, toxic := range []struct {
		servers.Toxic
		arrives, returns bool
	}{{servers.Slow, true, true}, {servers.Mute, true, false}, {servers.Deaf, false, false}, {servers.Torn, true, false}} {
		require.NoError(t, way.Poison(t.Context(), toxic.Toxic))
		patience := time.Minute
		if !toxic.returns {
			patience = 5 * time.Second
		}
		err := ask(patience)
		assert.Equal(t, toxic.returns, err == nil, "%s %v", toxic.Type, err)
		assert.Equal(t, toxic.arrives, len(asked) > 0, toxic.Type)
		require.NoError(t, way.Heal(t.Context()))
		for len(asked) > 0 {
			<-asked
		}
		require.NoError(t, ask(time.Minute), "healed of %s", toxic.Type)
		<-asked
	}
	require.Error(t, way.Poison(t.Context(), servers.Toxic{Type: "unheard of"}))
}

func TestAFleetOfMissingServers(t *testing.T) {
	t.Setenv("TEST_SERVERS", "none")
	_, err := servers.NewFleet()
	require.ErrorIs(t, err, servers.ErrMissing)
	servers.Require(t, nil)
}

func TestAProcessThatEndsByItself(t *testing.T) {
	t.Parallel()
	f := fleet(t)
	cache, err := f.Redis(t.Context())
	servers.Require(t, err)
	require.NoError(t, err)
	running, crashed := cache.State()
	require.True(t, running && !crashed)
	client := redis.NewClient(&redis.Options{Addr: cache.Addr(), MaxRetries: -1})
	defer client.Close()
	client.Shutdown(t.Context())
	require.Eventually(t, func() bool { _, crashed := cache.State(); return crashed }, time.Minute, 10*time.Millisecond)
	require.NoError(t, cache.Start(t.Context()))
	require.NoError(t, cache.Kill())
	running, crashed = cache.State()
	require.False(t, running || crashed)
	require.FileExists(t, cache.Log())
}
