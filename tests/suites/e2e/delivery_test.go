package e2e_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/fixture"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// statusCallback is how Twilio would reach the API, whatever proxies stand in between.
const statusCallback = "https://propflow.example" + app.TwilioStatusPath

// TestDeliveriesThatTwilioReportsAreShown sends a message through a fake Twilio and reports its
// delivery as Twilio would.
func TestDeliveriesThatTwilioReportsAreShown(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		played, m := vendors.Start(t), memory.ForTest()
		up := func(context.Context) error { return nil }
		messenger, err := twilio.New(twilio.Config{
			BaseURL: played.URL, AccountSID: vendors.Account, AuthToken: vendors.Token,
			SMSFrom: vendors.Sender, StatusCallback: statusCallback,
		}, m.Clock)
		require.NoError(t, err)
		a := app.Adapters{
			UnitOfWork: m.Store, JobRunner: m.Runner, EventFeed: m.Feed, Clock: m.Clock, IDs: m.IDs, Entropy: m.Entropy,
			AccessTokens: m.AccessTokens, RateLimiter: m.RateLimiter, Messengers: ports.ServedBy(messenger), DeliveryReports: messenger.StatusHandler,
			PingDatabase: up, PingRedis: up,
		}
		reportsDeliveries(t, played, a, serving(t, a))
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		ctx := within(t, time.Minute)
		g := newGround(ctx, t, func(vars map[string]string) { vars["PUBLIC_URL"] = "https://propflow.example/" })
		url, _ := g.run(ctx, t, app.API)
		g.run(ctx, t, app.Worker)
		reportsDeliveries(t, g.vendors, g.Adapters, url)
	})
}

func reportsDeliveries(t *testing.T, played *vendors.Vendors, a app.Adapters, url string) {
	t.Helper()
	user := notified(t, a)
	client := as(t, a, url, user)

	sent := await(t, client, func(n propflow.Notification) bool { return n.Status == propflow.NotificationStatusSENT })
	assert.Nil(t, sent.Delivery)
	require.Len(t, played.Twilio.Messages(), 1)
	message := played.Twilio.Messages()[0]
	require.Equal(t, statusCallback, message.Callback)

	path := url + app.TwilioStatusPath
	assert.Equal(t, http.StatusForbidden, tell(t, path, message.SID, "delivered", "a guessed token"))
	assert.Nil(t, listed(t, client).Delivery, "a forged report changes nothing")
	assert.Equal(t, http.StatusNoContent, tell(t, path, message.SID, "sent", vendors.Token))
	assert.Nil(t, listed(t, client).Delivery, "it is still on its way")
	assert.Equal(t, http.StatusNoContent, tell(t, path, "SM-of-a-password", "delivered", vendors.Token))
	assert.Nil(t, listed(t, client).Delivery, "another message's")

	for _, status := range []string{"undelivered", "delivered", "undelivered", "read"} {
		assert.Equal(t, http.StatusNoContent, tell(t, path, message.SID, status, vendors.Token))
	}
	n := listed(t, client)
	require.NotNil(t, n.Delivery)
	assert.Equal(t, propflow.NotificationDeliveryDELIVERED, *n.Delivery)
	assert.False(t, n.DeliveryAt.Before(*n.SentAt))
	response, err := http.Get(path)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusMethodNotAllowed, response.StatusCode)
}

// serving runs the product on the adapters until the test ends and returns its URL.
func serving(t *testing.T, a app.Adapters) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	listener, err := app.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	product, err := app.OnAdapters(config.Config{}, a, listener, slog.New(slog.DiscardHandler), nil, nil)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- product.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-ended)
	})
	return app.URL(listener)
}

// notified stores an owner with a message that waits to be sent.
func notified(t *testing.T, a app.Adapters) domain.User {
	t.Helper()
	now := a.Clock.Now().Truncate(time.Microsecond)
	user := domain.NewCustomer(domain.UserID(a.IDs.New()), "+919811100007", now)
	property := domain.Property{
		ID: domain.PropertyID(a.IDs.New()), OwnerID: user.ID, Type: domain.House, State: domain.Submitted,
		Reference: domain.NewReference(now, [6]byte{1}), Salt: "salt", CreatedAt: now, UpdatedAt: now, SubmittedAt: now,
	}
	property.SLA.Start(now)
	n := domain.Notification{
		ID: domain.NotificationID(a.IDs.New()), Topic: domain.TopicSubmitted, Channel: domain.ChannelSMS,
		RecipientID: user.ID, PropertyID: property.ID, Status: domain.NotificationPending, CreatedAt: now,
	}
	require.NoError(t, a.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, add := range []func() error{
			func() error { return tx.Users.Add(ctx, user) },
			func() error { return tx.Properties.Add(ctx, property) },
			func() error { return tx.Notifications.Add(ctx, n) },
			func() error { return tx.Jobs.Enqueue(ctx, n.Job(now)) },
		} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	}))
	return user
}

// as returns a client with a token of the user's.
func as(t *testing.T, a app.Adapters, url string, user domain.User) *propflow.ClientWithResponses {
	t.Helper()
	token, err := fixture.Login(t.Context(), a.UnitOfWork, a.AccessTokens, a.IDs.New(), user, a.Clock.Now(), a.Clock.Now().Add(time.Hour))
	require.NoError(t, err)
	client, err := propflow.New(url, token, nil)
	require.NoError(t, err)
	return client
}

// listed returns the only notification.
func listed(t *testing.T, client *propflow.ClientWithResponses) propflow.Notification {
	t.Helper()
	list, err := client.ListNotificationsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, list.JSON200, "%s", list.Body)
	require.Len(t, list.JSON200.Items, 1)
	return list.JSON200.Items[0]
}

// await returns the only notification once it is as wanted.
func await(t *testing.T, client *propflow.ClientWithResponses, wanted func(propflow.Notification) bool) (n propflow.Notification) {
	t.Helper()
	require.Eventually(t, func() bool {
		n = listed(t, client)
		return wanted(n)
	}, 30*time.Second, 20*time.Millisecond)
	return n
}

// tell reports a message's status as Twilio does, signed with the token, and returns the
// status of the answer.
func tell(t *testing.T, path, sid, status, token string) int {
	t.Helper()
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(statusCallback + "AccountSid" + vendors.Account + "MessageSid" + sid + "MessageStatus" + status))
	form := url.Values{"MessageSid": {sid}, "MessageStatus": {status}, "AccountSid": {vendors.Account}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}
