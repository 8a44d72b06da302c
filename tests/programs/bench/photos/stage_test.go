package photos_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/tests/kit/servers"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// stage is the product at work on real servers.
type stage struct {
	url     string
	vendors *vendors.Vendors
	photos  [][]byte // one for each owner
	phones  int      // given out so far
}

// newStage runs API and worker until the benchmark ends.
func newStage(ctx context.Context, b *testing.B) *stage {
	b.Helper()
	database, store := servers.Postgres(b), servers.S3(b)
	redis, prefix := servers.Redis(b)
	host, port, err := net.SplitHostPort(redis)
	require.NoError(b, err)
	require.NoError(b, app.Migrate(ctx, config.Migrations{URL: database}, "up", io.Discard))
	s := &stage{vendors: vendors.Start(b)}
	vars := map[string]string{
		"HTTP_ADDRESS": "127.0.0.1:0", "SECRET_KEY": strings.Repeat("s", config.MinSecretBytes), "TOTP_KEY": strings.Repeat("t", config.MinSecretBytes), "LOG_LEVEL": "ERROR",
		"USER_REQUESTS_PER_MINUTE": "0", "ADDRESS_REQUESTS_PER_MINUTE": "0", "OTP_REQUESTS_PER_HOUR": "100000",
		"OTP_RESEND_AFTER": "0s", "OTP_NUMBER_PER_HOUR": "100000", "OTP_NUMBER_PER_DAY": "100000",
		"OTP_BUDGET_PER_MINUTE": "1000000", "OTP_BUDGET_PER_HOUR": "1000000",
		"DATABASE_URL": database, "REDIS_HOST": host, "REDIS_PORT": port, "REDIS_PREFIX": prefix,
		"S3_BUCKET": store.Bucket, "S3_ENDPOINT": store.Endpoint, "S3_REGION": store.Region,
		"AWS_ACCESS_KEY_ID": store.AccessKey, "AWS_SECRET_ACCESS_KEY": store.SecretKey,
	}
	maps.Copy(vars, s.vendors.Environment())
	cfg, err := config.ServersFromMap(vars)
	require.NoError(b, err)
	for _, part := range []app.Part{app.Worker, app.API} {
		process, err := app.New(ctx, cfg, part, slog.New(slog.DiscardHandler))
		require.NoError(b, err, part)
		running, end := context.WithCancel(context.WithoutCancel(ctx))
		ended := make(chan error, 1)
		go func() { ended <- process.Run(running) }()
		b.Cleanup(func() {
			end()
			assert.NoError(b, <-ended, part)
		})
		s.url = process.URL()
	}
	for i := range verdictOwners {
		s.photos = append(s.photos, noisyHouse(int64(i), 4032, 3024))
	}
	return s
}

// owners logs new owners in, each with a draft and a photo.
func (s *stage) owners(ctx context.Context, b *testing.B) (owners []uploader) {
	b.Helper()
	for _, photo := range s.photos {
		s.phones++
		owner, err := journey.NewOwner(ctx, s.url, fmt.Sprintf("+9198200%05d", s.phones), s, nil)
		require.NoError(b, err)
		b.Cleanup(owner.Events.Close)
		require.NoError(b, owner.Consent(ctx))
		draft, err := owner.Draft(ctx, journey.DefaultProperty())
		require.NoError(b, err)
		owners = append(owners, uploader{owner, draft.ID, photo})
	}
	return owners
}

// OTP returns the code that the fake Twilio sent to the phone.
func (s *stage) OTP(_ context.Context, phone string) (string, error) {
	return s.vendors.Twilio.OTP(phone), nil
}

// TOTP is for staff, who do not appear here.
func (s *stage) TOTP(_ context.Context, phone string) (string, error) {
	return "", fmt.Errorf("%s is not on the staff", phone)
}

// percentile returns the least value that so many percent of the values do not exceed.
func percentile(values []float64, percent int) float64 {
	slices.Sort(values)
	return values[max(0, (len(values)*percent+99)/100-1)]
}
