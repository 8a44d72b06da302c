package doctor_test

import (
	"bytes"
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/doctor"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

// alone puts a database server of its own in the place of the shared one, which these
// settings are changed on.
func (s *stage) alone(settings ...string) {
	s.t.Helper()
	fleet, err := servers.NewFleet()
	servers.Require(s.t, err)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { assert.NoError(s.t, fleet.Close()) })
	server, err := fleet.Postgres(s.t.Context())
	servers.Require(s.t, err)
	require.NoError(s.t, err)
	first, err := pgx.Connect(s.t.Context(), server.Link())
	require.NoError(s.t, err)
	for _, statement := range append(settings, "CREATE DATABASE t_alone") {
		_, err = first.Exec(s.t.Context(), statement)
		require.NoError(s.t, err, statement)
	}
	require.NoError(s.t, first.Close(s.t.Context()))
	require.NoError(s.t, server.Stop())
	require.NoError(s.t, server.Start(s.t.Context()))
	link, err := url.Parse(server.Link())
	require.NoError(s.t, err)
	link.Path = "/t_alone"
	require.NoError(s.t, app.Migrate(s.t.Context(), config.Migrations{URL: link.String()}, "up", &bytes.Buffer{}))
	s.super = s.connect(link.String())
	for _, p := range domain.PeriodicJobs {
		s.exec("INSERT INTO job_schedule (kind, period, next_at) VALUES ($1, $2, now() + $2) ON CONFLICT DO NOTHING", string(p.Kind), p.Every)
	}
	s.twoAdmins()
	s.vars["DATABASE_URL"] = s.login(link.String())
}

func TestAServerOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.alone("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'", "ALTER SYSTEM SET wal_level = 'replica'")
	s.exec("CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC; CREATE EXTENSION pg_stat_statements SCHEMA extensions")
	s.exec("GRANT pg_monitor TO " + loginOf(t, s.vars["DATABASE_URL"]))
	slow := s.connect(s.vars["DATABASE_URL"])
	for range 10 {
		_, err := slow.Exec(t.Context(), "SELECT pg_sleep(0.02), '+919811100001'", pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err)
	}
	s.limits.SlowStatement = 15 * time.Millisecond
	d := s.examine()
	d.faults("database", "in 10 calls", "SELECT pg_sleep(?), ?", "EXPLAIN")
	d.only("database")
	s.limits = unhurried()

	s.exec("SELECT pg_create_physical_replication_slot('forgotten', true)")
	d = s.examine()
	d.says(doctor.Warning, "database", "replication slot forgotten, active: false", "pg_drop_replication_slot('forgotten')")
	s.exec("SELECT pg_drop_replication_slot('forgotten')")

	require.NoError(t, slow.Close(t.Context()))
	login := loginOf(t, s.vars["DATABASE_URL"])
	s.exec("ALTER ROLE " + login + " CONNECTION LIMIT 0")
	d = s.examine()
	assert.Equal(t, 2, d.code)
	d.says(doctor.Critical, "database", "all connections are in use", "lower the number of tasks")
	s.exec("ALTER ROLE " + login + " CONNECTION LIMIT -1")

	s.exec("ALTER DATABASE t_alone SET default_transaction_read_only = on")
	s.examine().says(doctor.Critical, "database", "the server takes no writes")
}

func loginOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	return u.User.Username()
}

func TestTheStreamOfLiveEventsLags(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	store, err := postgres.Open(t.Context(), s.vars["DATABASE_URL"], postgres.Options{MaxConns: 2})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	identity, err := store.Identity(t.Context())
	require.NoError(t, err)
	client := redis.Open(redis.Options{Addr: s.redis(), Prefix: s.vars["REDIS_PREFIX"]})
	t.Cleanup(func() { _ = client.Close() })
	stream := redis.NewStream(client.Within(identity), redis.DefaultRetained)
	event := domain.Event{ID: "01980000-0000-7000-8000-000000000001", At: time.Now()}
	_, err = stream.Publish(context.Background(), "", []domain.Event{event})
	require.NoError(t, err)
	const eventMS = 0x0198_0000_0000
	s.exec("UPDATE feed_head SET ms = $1", eventMS)
	d := s.examine()
	assert.Zero(t, d.code)
	d.says(doctor.OK, "redis", "1 live events in the stream")

	s.exec("UPDATE feed_head SET ms = $1", eventMS+90_000)
	s.exec("INSERT INTO events (action, state, sla_level, at, roles) VALUES ('x', '', '', now() - interval '5 minutes', '{}')")
	d = s.examine()
	assert.Equal(t, 1, d.code)
	d.says(doctor.Warning, "redis", "the stream of live events is 1m30s behind the database", "relay")
	d.says(doctor.Warning, "redis", "1 events wait for the relay, the oldest for 5m")
	d.only("redis")
}
