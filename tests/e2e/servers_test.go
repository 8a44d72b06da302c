package e2e_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/adapters/totp"
	"github.com/propflow/propflow/api"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/demodata"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/servers"
)

// onServers configures the product for servers of the test's own, migrated, with a bucket.
func onServers(ctx context.Context, t *testing.T) config.Servers {
	t.Helper()
	database, store := servers.Postgres(t), servers.S3(t)
	redis, _ := servers.Redis(t)
	host, port, err := net.SplitHostPort(redis)
	require.NoError(t, err)
	number, err := strconv.ParseUint(port, 10, 16)
	require.NoError(t, err)
	require.NoError(t, app.Migrate(ctx, config.Migrations{URL: database}, "up", io.Discard))
	return config.Servers{
		Config: config.Config{
			Address: "127.0.0.1:0", SecretKeys: []string{strings.Repeat("s", config.MinSecretBytes)},
			UserRequestsPerMinute: 100_000, AddressRequestsPerMinute: 100_000,
		},
		Database: config.Database{DatabaseURL: database, DatabaseConns: 8},
		Redis:    config.Redis{RedisHost: host, RedisPort: uint16(number)},
		S3: config.S3{
			S3Bucket: store.Bucket, S3Endpoint: store.Endpoint, S3Region: store.Region,
			AccessKey: store.AccessKey, SecretKey: store.SecretKey,
		},
	}
}

func TestMainJobOnRealServers(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	cfg := onServers(ctx, t)
	log := slog.New(slog.DiscardHandler)
	adapters, closers, err := app.OnServers(ctx, cfg, log)
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, release := range closers {
			assert.NoError(t, release())
		}
	})
	require.IsType(t, &s3.Blobs{}, adapters.Blobs)
	inbox := memory.NewInbox(adapters.Clock, nil)
	adapters.Messenger = inbox // only the last mile to phones is played
	staff := seed(ctx, t, adapters)

	listener, err := app.Listen(ctx, cfg.Address)
	require.NoError(t, err)
	product, err := app.OnAdapters(cfg.Config, adapters, listener, log, phones(inbox, staff, adapters.Clock), nil)
	require.NoError(t, err)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- product.Run(running) }()

	demo := &app.Demo{URL: app.URL(listener)}
	var progress bytes.Buffer
	outcome, err := journey.Plan{
		URL: demo.URL, Photos: house(1), Codes: codes(t, demo), Owner: "+919811100001",
		Valuer: string(staff[0].Phone), Supervisor: string(staff[1].Phone),
		Property: journey.DefaultProperty(), Report: filepath.Join(t.TempDir(), "report.pdf"), Progress: &progress,
	}.Run(ctx)
	require.NoError(t, err, progress.String())
	assert.EqualValues(t, domain.Valued, outcome.Property.State)
	stop()
	require.NoError(t, <-ended)
}

// seed adds a valuer, a supervisor and comparables.
func seed(ctx context.Context, t *testing.T, a app.Adapters) []identity.StaffSeed {
	t.Helper()
	var staff []identity.StaffSeed
	for i, role := range []domain.Role{domain.RoleValuer, domain.RoleSupervisor} {
		secret, _, err := a.SecondFactors.Enrol("test")
		require.NoError(t, err)
		phone := domain.Phone("+91980000001" + strconv.Itoa(i))
		staff = append(staff, identity.StaffSeed{Phone: phone, Name: "Staff", Role: role, TOTPSecret: secret})
	}
	add := identity.SeedStaff{UnitOfWork: a.UnitOfWork, Clock: a.Clock, IDs: a.IDs}
	require.NoError(t, add.Execute(ctx, identity.SeedStaffInput{Staff: staff}))
	require.NoError(t, a.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		by, err := tx.Users.ByPhone(ctx, staff[1].Phone)
		if err != nil {
			return err
		}
		for _, c := range demodata.Comparables(a.Clock.Now(), a.IDs.New) {
			c.CreatedBy = by.ID
			if err := tx.Comparables.Add(ctx, c); err != nil {
				return err
			}
		}
		return nil
	}))
	return staff
}

// phones shows what people's phones would.
func phones(inbox *memory.Inbox, staff []identity.StaffSeed, clock ports.Clock) *api.Demo {
	return &api.Demo{
		Messages: func() []api.DemoMessage {
			var shown []api.DemoMessage
			for _, r := range inbox.Messages() {
				shown = append(shown, api.DemoMessage{At: r.At, Message: r.Message})
			}
			return shown
		},
		Staff: func() []api.DemoStaff {
			var shown []api.DemoStaff
			for _, s := range staff {
				code := totp.SecondFactors{}.Code(s.TOTPSecret, clock.Now())
				shown = append(shown, api.DemoStaff{Name: s.Name, Phone: s.Phone, Role: s.Role, TOTPCode: code})
			}
			return shown
		},
	}
}

func TestProcessesOnRealServersAnswerProbesAndEndCleanly(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	cfg := onServers(ctx, t)
	for _, part := range []app.Part{app.API, app.Worker, app.Scheduler} {
		free, err := app.Listen(ctx, "127.0.0.1:0")
		require.NoError(t, err)
		cfg.Address = free.Addr().String()
		require.NoError(t, free.Close())
		process, err := app.New(ctx, cfg, part, slog.New(slog.DiscardHandler))
		require.NoError(t, err, part)
		running, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- process.Run(running) }()
		for _, probe := range []string{"/livez", "/readyz"} {
			response, err := http.Get("http://" + cfg.Address + probe)
			require.NoError(t, err, part)
			require.NoError(t, response.Body.Close())
			assert.Equal(t, http.StatusOK, response.StatusCode, "%s %s", part, probe)
		}
		stop()
		require.NoError(t, <-ended, part)
	}
	_, err := app.New(ctx, cfg, "nonsense", slog.New(slog.DiscardHandler))
	assert.ErrorContains(t, err, "unknown part")
}

func TestAProcessSaysWhichServerItCannotReach(t *testing.T) {
	t.Parallel()
	ctx := within(t, time.Minute)
	cfg := config.Servers{
		Config:   config.Config{Address: "127.0.0.1:0", SecretKeys: []string{strings.Repeat("s", config.MinSecretBytes)}},
		Database: config.Database{DatabaseURL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", DatabaseConns: 1},
	}
	_, err := app.New(ctx, cfg, app.API, slog.New(slog.DiscardHandler))
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
}
