package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/stack"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// owed is a case whose owner is due one message.
func owed() record {
	reference := "PF-20261123-ABCDEF"
	return record{
		property: propflow.Property{ID: "p", Reference: &reference}, owner: &person{phone: "+919811100001"},
		notifications: []propflow.Notification{{Topic: "SUBMITTED", Channel: "SMS", Status: propflow.NotificationStatusSENT}},
	}
}

// take has the vendor take a text to the owner.
func take(t *testing.T, twilio *vendors.Twilio, body string, fault vendors.Fault) {
	t.Helper()
	server := httptest.NewServer(twilio)
	defer server.Close()
	twilio.Next(http.MethodPost, fault)
	form := url.Values{"To": {"+919811100001"}, "From": {vendors.Sender}, "Body": {body}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(vendors.Account+":"+vendors.Token)))
	response, err := http.DefaultClient.Do(request)
	if fault != nil {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	_, err = io.ReadAll(response.Body) // a client that hangs up before the end has lost the reply
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
}

func TestTheVendorKnowsWhichMessagesAreMissingOrTooMany(t *testing.T) {
	t.Parallel()
	due := text(owed(), owed().notifications[0]).Text
	for name, tt := range map[string]struct {
		send func(t *testing.T, w *world)
		want string // none: nothing is wrong
	}{
		"sent":    {func(t *testing.T, w *world) { take(t, w.stack.Vendors.Twilio, due, nil) }, ""},
		"missing": {func(*testing.T, *world) {}, "took it 0 times"},
		"sent twice": {func(t *testing.T, w *world) {
			take(t, w.stack.Vendors.Twilio, due, nil)
			take(t, w.stack.Vendors.Twilio, due, nil)
		}, "was sent again though the reply"},
		"sent twice as the reply was lost": {func(t *testing.T, w *world) {
			take(t, w.stack.Vendors.Twilio, due, vendors.Lose)
			take(t, w.stack.Vendors.Twilio, due, nil)
		}, ""},
		"sent twice as the worker died": {func(t *testing.T, w *world) {
			take(t, w.stack.Vendors.Twilio, due, nil)
			w.struck("worker", "kill", time.Now())
			take(t, w.stack.Vendors.Twilio, due, nil)
		}, ""},
		"owed to nobody": {func(t *testing.T, w *world) {
			take(t, w.stack.Vendors.Twilio, due, nil)
			take(t, w.stack.Vendors.Twilio, "PropFlow: PF-20261123-ZZZZZZ is not a case.", nil)
		}, "that nobody owed"},
		"a code": {func(t *testing.T, w *world) {
			take(t, w.stack.Vendors.Twilio, due, nil)
			take(t, w.stack.Vendors.Twilio, "123456 is your code", nil)
		}, ""},
	} {
		w := &world{stack: &stack.Stack{Vendors: vendors.New()}, weather: weather{counts: make(map[string]map[string]int)}}
		tt.send(t, w)
		found := w.judgeMessages([]record{owed()})
		if tt.want == "" {
			assert.Empty(t, found, name)
		} else if assert.Len(t, found, 1, name) {
			assert.Contains(t, found[0], tt.want, name)
		}
	}
}
