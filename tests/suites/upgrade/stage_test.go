package upgrade_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/checks"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
	"github.com/propflow/propflow/tests/kit/plain"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/snapshot"
)

// before reads what the release before stored.
var before = sync.OnceValues(func() (snapshot.Snapshot, error) {
	s, err := snapshot.Read("testdata/0.2.0.zip")
	if err != nil {
		return s, err
	}
	return s, s.Derive(context.Background(), imaging.New())
})

// clock is a clock that continues where the release before ended.
type clock struct{ behind time.Duration }

func (c clock) Now() time.Time { return system.Clock{}.Now().Add(-c.behind) }

// stage is a database and a bucket with what the release before stored, migrated to the newest
// schema.
type stage struct {
	snapshot.Snapshot
	clock    clock
	vars     map[string]string
	adapters app.Adapters
	database *pgxpool.Pool
	url      string // of the running product
}

func newStage(ctx context.Context, t *testing.T) *stage {
	t.Helper()
	database, bucket := servers.Postgres(t), servers.S3(t)
	redis, prefix := servers.Redis(t)
	host, port, err := net.SplitHostPort(redis)
	require.NoError(t, err)
	s := &stage{vars: map[string]string{
		"HTTP_ADDRESS": "127.0.0.1:0", "SECRET_KEY": strings.Repeat("s", config.MinSecretBytes), "TOTP_KEY": strings.Repeat("t", config.MinSecretBytes),
		"USER_REQUESTS_PER_MINUTE": "0", "ADDRESS_REQUESTS_PER_MINUTE": "0",
		"DATABASE_URL": database, "DATABASE_CONNECTIONS": "8", "REDIS_HOST": host, "REDIS_PORT": port, "REDIS_PREFIX": prefix,
		"S3_BUCKET": bucket.Bucket, "S3_ENDPOINT": bucket.Endpoint, "S3_REGION": bucket.Region,
		"AWS_ACCESS_KEY_ID": bucket.AccessKey, "AWS_SECRET_ACCESS_KEY": bucket.SecretKey,
	}}
	s.Snapshot, err = before()
	require.NoError(t, err)
	s.clock = clock{system.Clock{}.Now().Sub(s.At)}
	s.restore(ctx, t, database)
	s.database, err = pgxpool.New(ctx, database)
	require.NoError(t, err)
	t.Cleanup(s.database.Close)
	cfg, err := config.ServersFromMap(s.vars)
	require.NoError(t, err)
	adapters, closers, err := app.OnServers(ctx, cfg, slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		for _, release := range closers {
			assert.NoError(t, release())
		}
	})
	require.NoError(t, err)
	adapters.Clock = s.clock
	s.adapters = adapters
	require.NoError(t, s.Put(ctx, s.adapters.Blobs))
	return s
}

// restore fills an empty database with the rows of the release before, and migrates it.
func (s *stage) restore(ctx context.Context, t *testing.T, database string) {
	t.Helper()
	m, err := postgres.OpenMigrations(database)
	require.NoError(t, err)
	defer m.Close()
	_, err = m.Up(ctx)
	require.NoError(t, err)
	_, err = m.Down(ctx, s.Schema)
	require.NoError(t, err)
	conn, err := pgx.Connect(ctx, database)
	require.NoError(t, err)
	defer conn.Close(ctx)
	require.NoError(t, s.Fill(ctx, conn))
	require.NoError(t, app.Migrate(ctx, config.Migrations{URL: database}, "up", io.Discard))
}

// run runs API and worker until the test ends.
func (s *stage) run(ctx context.Context, t *testing.T) {
	t.Helper()
	cfg, err := config.ServersFromMap(s.vars)
	require.NoError(t, err)
	listener, err := app.Listen(ctx, cfg.Address)
	require.NoError(t, err)
	product, err := app.OnAdapters(cfg.Config, s.adapters, listener, slog.New(slog.DiscardHandler), nil, nil)
	require.NoError(t, err)
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- product.Run(running) }()
	t.Cleanup(func() {
		end()
		assert.NoError(t, <-ended, "the product must end cleanly")
	})
	s.url = product.URL()
}

// idle waits until no job is due.
func (s *stage) idle(ctx context.Context, t *testing.T) {
	t.Helper()
	s.await(ctx, t, "no job is due", func() bool {
		var due int
		require.NoError(t, s.database.QueryRow(ctx, `SELECT count(*) FROM river_job
			WHERE state = 'running' OR state IN ('available', 'pending', 'scheduled', 'retryable') AND scheduled_at <= now()`).Scan(&due))
		return due == 0
	})
}

// await asks until something is so.
func (s *stage) await(ctx context.Context, t *testing.T, what string, so func() bool) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !so() {
		select {
		case <-look.C:
		case <-ctx.Done():
			require.Fail(t, "gave up", what)
		}
	}
}

// check runs `propflow check --deep` and `propflow audit verify`, which must find no fault, and returns
// the counts of the first.
func (s *stage) check(ctx context.Context, t *testing.T) assurance.Tally {
	t.Helper()
	cfg, err := config.ChecksFromMap(s.vars)
	require.NoError(t, err)
	// The rows of the security log are as far behind as the product's clock, which the checks, that
	// have a clock of their own, would take for never sealed.
	require.NoError(t, assurance.SealSecurityLog{UnitOfWork: s.adapters.UnitOfWork, Clock: s.clock}.Execute(ctx, ""))
	var out bytes.Buffer
	require.NoError(t, checks.Audit(ctx, cfg, checks.Options{}, &out), "%s", &out)
	out.Reset()
	require.NoError(t, checks.Invariants(ctx, cfg, checks.Options{Deep: true, JSON: true}, &out), "%s", &out)
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var end struct{ Counts assurance.Tally }
	require.NoError(t, json.Unmarshal(lines[len(lines)-1], &end))
	return end.Counts
}

// person is a user of the release before, or the API's guest.
type person struct {
	stage *stage
	token string
}

// as returns the user with a token that outlives the test.
func (s *stage) as(ctx context.Context, t *testing.T, id domain.UserID) person {
	t.Helper()
	user, err := ports.InTx(ctx, s.adapters.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.Get(ctx, id) })
	require.NoError(t, err)
	token, err := fixture.Login(ctx, s.adapters.UnitOfWork, s.adapters.AccessTokens, s.adapters.IDs.New(), user, s.clock.Now(), s.clock.Now().Add(time.Hour))
	require.NoError(t, err)
	return person{s, token}
}

// staff returns the member of staff with the phone number.
func (s *stage) staff(ctx context.Context, t *testing.T, phone domain.Phone) person {
	t.Helper()
	user, err := ports.InTx(ctx, s.adapters.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.ByPhone(ctx, phone) })
	require.NoError(t, err)
	return s.as(ctx, t, user.ID)
}

// send sends a request, whatever its answer.
func (p person) send(ctx context.Context, t *testing.T, r plain.Request) plain.Answer {
	t.Helper()
	r.Token = p.token
	answer, err := r.Send(ctx, p.stage.url)
	require.NoError(t, err)
	return answer
}

// get reads something.
func (p person) get(ctx context.Context, t *testing.T, path string) plain.Answer {
	t.Helper()
	answer := p.send(ctx, t, plain.Request{Method: "GET", Path: path})
	require.NoError(t, answer.Err(), path)
	return answer
}

// post sends a request with a key of its own, whatever its answer.
func (p person) post(ctx context.Context, t *testing.T, path string, body plain.Object) plain.Answer {
	t.Helper()
	return p.send(ctx, t, plain.Request{Method: "POST", Path: path, Body: body.Encode(), Key: p.stage.adapters.IDs.New()})
}

// within bounds a test that awaits something.
func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
