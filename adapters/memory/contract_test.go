package memory_test

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

// openStore returns an empty store that reruns every second transaction.
func openStore(*testing.T) ports.UnitOfWork { return memory.ForTest().Store }

func TestUnitOfWork(t *testing.T) {
	t.Parallel()
	portstest.UnitOfWork(t, openStore)
}

func TestStores(t *testing.T) {
	t.Parallel()
	portstest.Stores(t, openStore)
}

func TestJobRunner(t *testing.T) {
	t.Parallel()
	portstest.JobRunner(t, func(*testing.T) portstest.JobHarness {
		m := memory.ForTest()
		return portstest.JobHarness{
			UnitOfWork: m.Store, Runner: m.Runner, Clock: m.Clock, Advance: m.Clock.Advance, Still: true, AwaitIdle: m.Runner.AwaitIdle,
		}
	})
}

func TestEventFeed(t *testing.T) {
	t.Parallel()
	portstest.EventFeed(t, func(*testing.T) portstest.EventHarness {
		m := memory.ForTest(memory.WithRetainedEvents(100))
		return portstest.EventHarness{UnitOfWork: m.Store, Feed: m.Feed, Forget: func(t *testing.T) {
			require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
				for range 100 {
					if err := tx.Events.Append(ctx, domain.Event{Action: domain.ActionSLAStep, At: m.Clock.Now()}); err != nil {
						return err
					}
				}
				return nil
			}))
		}}
	})
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	portstest.Quotas(t, func(*testing.T) ports.Quotas { return memory.NewQuotas(nil) })
}

func TestLoginAttempts(t *testing.T) {
	t.Parallel()
	portstest.LoginAttempts(t, func(*testing.T) ports.LoginAttempts { return memory.NewLoginAttempts(nil) })
}

func TestDevices(t *testing.T) {
	t.Parallel()
	portstest.Devices(t, func(*testing.T) ports.UnitOfWork { return memory.ForTest().Store })
}

func TestSessions(t *testing.T) {
	t.Parallel()
	portstest.Sessions(t, func(*testing.T) ports.UnitOfWork { return memory.ForTest().Store })
}

func TestAccessTokens(t *testing.T) {
	t.Parallel()
	portstest.AccessTokens(t, func(_ *testing.T, secret []byte) ports.AccessTokens { return memory.NewAccessTokens(secret) })
}

func TestSecondFactors(t *testing.T) {
	t.Parallel()
	portstest.SecondFactors(t, func(*testing.T) ports.SecondFactors { return memory.NewSecondFactors(memory.NewEntropy(1)) })
}

func TestSecretBox(t *testing.T) {
	t.Parallel()
	portstest.SecretBox(t, func(_ *testing.T, keys ...string) ports.SecretBox {
		return memory.NewSecretBox(memory.NewEntropy(1), keys...)
	})
}

func TestRateLimiter(t *testing.T) {
	t.Parallel()
	portstest.RateLimiter(t, func(*testing.T) ports.RateLimiter { return memory.NewRateLimiter(nil) })
}

func TestPhoneNumbers(t *testing.T) {
	t.Parallel()
	portstest.PhoneNumbers(t, func(*testing.T) ports.PhoneNumbers { return memory.PhoneNumbers{} })
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	portstest.Blobs(t, func(t *testing.T) portstest.BlobHarness {
		blobs, clock := serveBlobs(t)
		return portstest.BlobHarness{Blobs: blobs, Advance: clock.Advance, KeepVersions: func() bool { blobs.KeepVersions(); return true }}
	})
}

func TestBlobVersions(t *testing.T) {
	t.Parallel()
	portstest.BlobVersions(t, func(*testing.T) (portstest.VersionedBlobs, func(time.Duration)) {
		clock := memory.NewClock(time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC))
		blobs := memory.NewBlobs(clock, nil, "http://localhost/blobs")
		blobs.KeepVersions()
		return blobs, clock.Advance
	})
}

// serveBlobs returns an empty store whose links work until the test ends.
func serveBlobs(t *testing.T) (*memory.Blobs, *memory.Clock) {
	clock := memory.NewClock(time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC))
	server := httptest.NewUnstartedServer(nil)
	blobs := memory.NewBlobs(clock, nil, "http://"+server.Listener.Addr().String()+"/")
	server.Config.Handler = blobs.Handler()
	server.Start()
	t.Cleanup(server.Close)
	return blobs, clock
}

func TestMessenger(t *testing.T) {
	t.Parallel()
	portstest.Messenger(t, func(*testing.T) portstest.MessengerHarness {
		inbox := memory.NewInbox(memory.NewClock(time.Now()), nil)
		inbox.Refuse("+919000000001")
		inbox.Refuse("nobody@example.in")
		return portstest.MessengerHarness{Messenger: inbox, Channels: domain.Channels, Refused: domain.Recipient{Phone: "+919000000001", Email: "nobody@example.in"}, Delivered: func() []domain.Message {
			var messages []domain.Message
			for _, received := range inbox.Messages() {
				messages = append([]domain.Message{received.Message}, messages...)
			}
			return messages
		}}
	})
}

func TestImageAnalyzer(t *testing.T) {
	t.Parallel()
	portstest.ImageAnalyzer(t, func(*testing.T) ports.ImageAnalyzer { return memory.NewImageAnalyzer(nil) })
}

func TestReportRenderer(t *testing.T) {
	t.Parallel()
	portstest.ReportRenderer(t, func(*testing.T) ports.ReportRenderer { return memory.NewReportRenderer(nil) })
}

func TestSystem(t *testing.T) {
	t.Parallel()
	portstest.Clock(t, func(*testing.T) ports.Clock { return memory.NewClock(time.Now()) })
	portstest.IDs(t, func(*testing.T) ports.IDs { return memory.NewIDs(memory.NewClock(time.Now())) })
	portstest.Entropy(t, func(*testing.T) ports.Entropy { return memory.NewEntropy(7) })
}
