package vendors_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

const asha = domain.Phone("+919811100001")

func messenger(t *testing.T, v *vendors.Vendors) *twilio.Messenger {
	t.Helper()
	m, err := twilio.New(twilio.Config{
		BaseURL: v.URL, AccountSID: vendors.Account, AuthToken: vendors.Token, SMSFrom: vendors.Sender,
		WhatsAppFrom: vendors.WhatsApp, WhatsAppContents: vendors.Contents(),
		Timeout: 5 * time.Second, Backoff: time.Millisecond,
	}, system.Clock{})
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

// asked writes a message about one of several properties in Hindi, as domain does.
func asked(channel domain.Channel, lot int) domain.Message {
	n := domain.Notification{ID: domain.NotificationID(system.IDs{}.New()), Topic: domain.TopicFollowUpAsked, Channel: channel}
	return n.Compose(domain.User{Phone: asha, Language: domain.Hindi}, domain.Property{
		Reference: domain.Reference(fmt.Sprintf("PF-20261123-12345%d", lot)), FollowUps: []domain.FollowUp{{DueAt: time.Now()}},
	})
}

func TestMessagesArriveAsWritten(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	m := messenger(t, v)
	for _, channel := range []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp} {
		message := asked(channel, 0)
		sid, err := m.Send(t.Context(), message)
		require.NoError(t, err)
		got := v.Twilio.To("098111 00001")[0]
		assert.Equal(t, sid, got.SID)
		assert.Equal(t, asha, got.To)
		assert.Equal(t, channel, got.Channel)
		assert.Equal(t, message.Text, got.Text)
		assert.False(t, got.Lost)
		if channel == domain.ChannelWhatsApp {
			assert.Equal(t, message.Template, got.Template)
			assert.Equal(t, message.Params, got.Params)
		}
	}
	assert.Empty(t, v.Twilio.OTP(string(asha)), "a reference is no code")
	_, err := m.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: vendors.Refused}, Channel: domain.ChannelSMS, Text: "Hello"})
	assert.True(t, domain.IsKind(err, domain.KindInvalid), "%v", err)
}

func TestLostRepliesAreFoundAndCounted(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	m := messenger(t, v)
	for lot, c := range []struct {
		fault vendors.Fault
		lost  bool
	}{
		{vendors.Lose, true}, {vendors.Break, false}, {vendors.Stall, false}, {nil, false},
		{vendors.Refuse(http.StatusTooManyRequests, time.Second), false}, {vendors.Refuse(http.StatusBadGateway, 0), false},
	} {
		v.Twilio.Next(http.MethodPost, c.fault)
		message := asked(domain.ChannelWhatsApp, lot)
		_, err := m.Send(t.Context(), message)
		require.NoError(t, err)
		copies := v.Twilio.Copies()[vendors.Text{To: asha, Channel: domain.ChannelWhatsApp, Text: message.Text}]
		require.Len(t, copies, 1, "lot %d", lot)
		assert.Equal(t, c.lost, copies[0].Lost, "lot %d", lot)
	}
	v.Twilio.Always(vendors.Any, vendors.Break)
	_, err := m.Send(t.Context(), asked(domain.ChannelSMS, 7))
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
	assert.Len(t, v.Twilio.Messages(), 6)
}

func TestCodesOverHTTP(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	m := messenger(t, v)
	for _, code := range []string{"111111", "222222"} {
		_, err := m.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: asha}, Channel: domain.ChannelSMS, Text: "PropFlow: " + code + " is your login code."})
		require.NoError(t, err)
	}
	_, err := m.Send(t.Context(), asked(domain.ChannelSMS, 0))
	require.NoError(t, err)

	status, body := send(t, http.MethodGet, v.URL+"/code?to=+91+98111+00001")
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "222222\n", body)
	status, _ = send(t, http.MethodGet, v.URL+"/code?to=9811100002")
	assert.Equal(t, http.StatusNotFound, status)

	var inbox struct{ Messages []vendors.Message }
	_, body = send(t, http.MethodGet, v.URL+"/inbox?to="+url.QueryEscape(string(asha)))
	require.NoError(t, json.Unmarshal([]byte(body), &inbox))
	require.Len(t, inbox.Messages, 3)
	assert.Contains(t, inbox.Messages[1].Text, "222222")
	_, body = send(t, http.MethodGet, v.URL+"/inbox")
	assert.Contains(t, body, "111111")
}

func TestFaultsOverHTTP(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	for order, want := range map[string]int{
		"vendor=twilio&kind=503&times=2&method=GET": http.StatusOK,
		"vendor=vision&kind=break":                  http.StatusOK,
		"vendor=nobody&kind=503":                    http.StatusBadRequest,
		"vendor=twilio&kind=200":                    http.StatusBadRequest,
		"vendor=twilio&kind=503&times=many":         http.StatusBadRequest,
	} {
		status, _ := send(t, http.MethodPost, v.URL+"/faults?"+order)
		assert.Equal(t, want, status, order)
	}
	messages := v.URL + "/2010-04-01/Accounts/" + vendors.Account + "/Messages.json"
	status, _ := send(t, http.MethodGet, messages)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	status, _ = send(t, http.MethodDelete, v.URL+"/faults")
	assert.Equal(t, http.StatusOK, status)
	status, _ = send(t, http.MethodGet, messages)
	assert.Equal(t, http.StatusUnauthorized, status, "healed, and nobody logged in")
}

func TestVisionAnswersOnDemand(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	environment := v.Environment()
	open := func(key string) *vision.Analyzer {
		a, err := vision.New(vision.Config{BaseURL: environment["GOOGLE_VISION_API_URL"], Key: key, Backoff: time.Millisecond}, system.Clock{})
		require.NoError(t, err)
		t.Cleanup(a.Close)
		return a
	}
	a := open(vendors.VisionKey)
	ctx := context.Background()
	found, err := a.Analyze(ctx, []byte("a picture"))
	require.NoError(t, err)
	assert.True(t, found.Done)
	assert.False(t, found.Unsafe)
	v.Vision.Answer(`{"safeSearchAnnotation":{"violence":"LIKELY"}}`)
	v.Vision.Next(http.MethodPost, vendors.Refuse(http.StatusServiceUnavailable, 0))
	found, err = a.Analyze(ctx, []byte("a picture"))
	require.NoError(t, err)
	assert.True(t, found.Unsafe)
	assert.Equal(t, 2, v.Vision.Images())
	found, err = a.Analyze(ctx, nil)
	require.NoError(t, err)
	assert.False(t, found.Done, "Google cannot read it")
	_, err = open("another key").Analyze(ctx, []byte("a picture"))
	assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
}

// TestAStallEndsWithItsClient wants a vendor to let go of a client that gave up.
func TestAStallEndsWithItsClient(t *testing.T) {
	t.Parallel()
	v := vendors.Start(t)
	for path, next := range map[string]func(string, ...vendors.Fault){
		"/v1/images:annotate": v.Vision.Next,
		"/2010-04-01/Accounts/" + vendors.Account + "/Messages.json": v.Twilio.Next,
	} {
		ctx, giveUp := context.WithCancel(t.Context())
		ended := make(chan struct{})
		next(http.MethodPost, func(w http.ResponseWriter, r *http.Request, take func()) {
			giveUp()
			vendors.Stall(w, r, take)
			close(ended)
		})
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, v.URL+path, strings.NewReader(strings.Repeat("x", 1<<20)))
		require.NoError(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded") // as the adapter does: else no form is read
		_, err = http.DefaultClient.Do(request)
		require.ErrorIs(t, err, context.Canceled)
		<-ended
	}
}

func TestRequestsAreRemembered(t *testing.T) {
	t.Parallel()
	v, requests := vendors.New(), new(vendors.Requests)
	server := httptest.NewServer(requests.Of(v.Handler()))
	t.Cleanup(server.Close)
	v.Vision.Next(http.MethodPost, vendors.Reply(http.StatusTeapot, "short and stout", "X-Spout", "yes"))
	status, body := send(t, http.MethodPost, server.URL+"/v1/images:annotate?fields=all")
	assert.Equal(t, http.StatusTeapot, status)
	assert.Equal(t, "short and stout", body)
	send(t, http.MethodGet, server.URL+"/inbox")
	assert.Equal(t, "POST GET", requests.Methods())
	assert.Equal(t, "fields=all", requests.All()[0].URL.RawQuery)
}

func send(t *testing.T, method, target string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(""))
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	said, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(said)
}
