package e2e_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/snapshot"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// ground is the servers of the product in one test: a migrated and seeded PostgreSQL database,
// a Redis prefix and an S3 bucket of the test's own, and the fake vendors.
type ground struct {
	// vars is the environment of every process of the product.
	vars    map[string]string
	vendors *vendors.Vendors
	staff   []identity.StaffSeed
	// app.Adapters are the test's own, for what no operation does.
	app.Adapters
	// database is for questions that no port answers.
	database *pgxpool.Pool
}

// newGround prepares one; change may change the environment, seeding excepted, which goes
// straight to the servers.
func newGround(ctx context.Context, t *testing.T, change ...func(vars map[string]string)) *ground {
	t.Helper()
	return newGroundLogging(ctx, t, slog.New(slog.DiscardHandler), change...)
}

// newGroundLogging is newGround whose adapters log to the logger.
func newGroundLogging(ctx context.Context, t *testing.T, log *slog.Logger, change ...func(vars map[string]string)) *ground {
	t.Helper()
	database, store := migrated(ctx, t), servers.S3(t)
	redis, prefix := servers.Redis(t)
	host, port, err := net.SplitHostPort(redis)
	require.NoError(t, err)
	g := &ground{vendors: vendors.Start(t), vars: map[string]string{
		"HTTP_ADDRESS": "127.0.0.1:0", "SECRET_KEY": strings.Repeat("s", config.MinSecretBytes), "TOTP_KEY": strings.Repeat("t", config.MinSecretBytes), "LOG_LEVEL": "ERROR",
		"USER_REQUESTS_PER_MINUTE": "0", "ADDRESS_REQUESTS_PER_MINUTE": "0", "OTP_REQUESTS_PER_HOUR": "100000",
		"OTP_RESEND_AFTER": "0s", "OTP_NUMBER_PER_HOUR": "100000", "OTP_NUMBER_PER_DAY": "100000",
		"OTP_BUDGET_PER_MINUTE": "1000000", "OTP_BUDGET_PER_HOUR": "1000000",
		"DATABASE_URL": database, "DATABASE_CONNECTIONS": "8",
		"REDIS_HOST": host, "REDIS_PORT": port, "REDIS_PREFIX": prefix,
		"S3_BUCKET": store.Bucket, "S3_ENDPOINT": store.Endpoint, "S3_REGION": store.Region,
		"AWS_ACCESS_KEY_ID": store.AccessKey, "AWS_SECRET_ACCESS_KEY": store.SecretKey,
	}}
	maps.Copy(g.vars, g.vendors.Environment())
	g.database, err = pgxpool.New(ctx, database)
	require.NoError(t, err)
	t.Cleanup(g.database.Close)
	adapters, closers, err := app.OnServers(ctx, g.config(t), log)
	t.Cleanup(func() {
		for _, release := range closers {
			assert.NoError(t, release())
		}
	})
	require.NoError(t, err)
	g.Adapters = adapters
	g.seed(ctx, t)
	for _, f := range change {
		f(g.vars)
	}
	return g
}

// template is a migrated database, made once, that others are copies of.
var template struct {
	sync.Mutex
	server, name string
}

// migrated returns the URL of a database of the test's own with the whole schema.
func migrated(ctx context.Context, t *testing.T) string {
	t.Helper()
	own := servers.Postgres(t)
	link, err := url.Parse(own)
	require.NoError(t, err)
	name := strings.TrimPrefix(link.Path, "/")
	template.Lock()
	defer template.Unlock()
	if template.name == "" {
		require.NoError(t, app.Migrate(ctx, config.Migrations{URL: own}, "up", io.Discard))
		link.Path = "/postgres"
		template.server, template.name = link.String(), name+"_template"
		require.NoError(t, execute(ctx, "CREATE DATABASE "+template.name+" TEMPLATE "+name))
		return own
	}
	require.NoError(t, execute(ctx, "DROP DATABASE "+name))
	require.NoError(t, execute(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template.name))
	return own
}

// execute runs statements on the template's server.
func execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, template.server)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	_, err = connection.Exec(ctx, statement)
	return err
}

func (g *ground) config(t *testing.T) config.Servers {
	t.Helper()
	cfg, err := config.ServersFromMap(g.vars)
	require.NoError(t, err)
	return cfg
}

// seed adds staff with authenticators, and comparables.
func (g *ground) seed(ctx context.Context, t *testing.T) {
	t.Helper()
	for i, role := range []domain.Role{domain.RoleAdmin, domain.RoleValuer, domain.RoleValuer, domain.RoleSupervisor, domain.RoleSupervisor} {
		secret, _, err := g.SecondFactors.Enrol("test")
		require.NoError(t, err)
		g.staff = append(g.staff, identity.StaffSeed{
			Phone: domain.Phone(fmt.Sprintf("+9198000000%02d", i+1)), Name: "Staff", Role: role, TOTPSecret: secret,
		})
	}
	g.staff[3].Email = "sunita.sharma@bank.example.in" // the other SUPERVISOR has none
	add := identity.SeedStaff{UnitOfWork: g.UnitOfWork, Clock: g.Clock, IDs: g.IDs, SecretBox: g.SecretBox}
	require.NoError(t, add.Execute(ctx, identity.SeedStaffInput{Staff: g.staff}))
	require.NoError(t, g.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		by, err := tx.Users.ByPhone(ctx, g.staff[0].Phone)
		if err != nil {
			return err
		}
		for _, c := range demodata.Comparables(g.Clock.Now(), g.IDs.New) {
			c.CreatedBy = by.ID
			if err := tx.Comparables.Add(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}))
}

// run runs a part of the product in this process until stop is called or the test ends, and
// returns its URL. It must end cleanly.
func (g *ground) run(ctx context.Context, t *testing.T, part app.Part) (url string, stop func()) {
	t.Helper()
	process, err := app.New(ctx, g.config(t), part, slog.New(slog.DiscardHandler))
	require.NoError(t, err, part)
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- process.Run(running) }()
	stop = func() {
		end()
		if err, first := <-ended; first {
			close(ended)
			assert.NoError(t, err, "the %s must end cleanly", part)
		}
	}
	t.Cleanup(stop)
	return process.URL(), stop
}

// idle waits until no job is due.
func (g *ground) idle(ctx context.Context) error {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		var due int
		err := g.database.QueryRow(ctx, `SELECT count(*) FROM river_job
			WHERE state = 'running' OR state IN ('available', 'pending', 'scheduled', 'retryable') AND scheduled_at <= now()`).Scan(&due)
		if err != nil || due == 0 {
			return err
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("%d jobs are due still: %w", due, ctx.Err())
		}
	}
}

// dump copies every table as text.
func (g *ground) dump(ctx context.Context, t *testing.T) map[string][]byte {
	t.Helper()
	conn, err := g.database.Acquire(ctx)
	require.NoError(t, err)
	defer conn.Release()
	tables, err := snapshot.Tables(ctx, conn.Conn())
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	rows := map[string][]byte{}
	for _, table := range tables {
		rows[table.Name] = table.Rows
	}
	return rows
}

// OTP returns the code that was sent to a phone, read from the fake Twilio.
func (g *ground) OTP(_ context.Context, phone string) (string, error) {
	code := g.vendors.Twilio.OTP(phone)
	if code == "" {
		return "", fmt.Errorf("no code was sent to %s", phone)
	}
	return code, nil
}

// TOTP makes the code that the authenticator app of a member of staff shows.
func (g *ground) TOTP(_ context.Context, phone string) (string, error) {
	for _, s := range g.staff {
		if string(s.Phone) == phone {
			return totp.SecondFactors{}.Code(s.TOTPSecret, g.Clock.Now()), nil
		}
	}
	return "", fmt.Errorf("%s is not on the staff", phone)
}
