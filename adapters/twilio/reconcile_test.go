package twilio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// keyAt returns a UUIDv7 of that time.
func keyAt(at time.Time) string {
	ms := fmt.Sprintf("%012x", at.UnixMilli())
	return ms[:8] + "-" + ms[8:] + "-7000-8000-000000000009"
}

// lossy are the failures that leave open whether Twilio took the message.
var lossy = map[string]vendors.Fault{
	"reset":          vendors.Break,
	"no reply":       vendors.Stall,
	"500":            answer(http.StatusInternalServerError),
	"502":            answer(http.StatusBadGateway),
	"503":            answer(http.StatusServiceUnavailable),
	"malformed JSON": vendors.Reply(http.StatusCreated, `{"sid": "SM`),
	"another JSON":   vendors.Reply(http.StatusCreated, `[]`),
	"no sid":         vendors.Reply(http.StatusCreated, `{"status":"queued"}`),
	"cut short":      vendors.Reply(http.StatusCreated, `{"sid"`, "Content-Length", "1000"),
	"a huge body":    vendors.Reply(http.StatusCreated, `{"sid":"`+strings.Repeat("x", 5<<20)+`"}`),
}

// meets calls test with a messenger on the vendor. What ends by a time limit alone, as a wait
// for no reply, does so in virtual time.
func meets(t *testing.T, name string, v *vendor, test func(t *testing.T, m *twilio.Messenger)) {
	t.Helper()
	if name == "no reply" {
		synctest.Test(t, func(t *testing.T) { test(t, virtual(t, v)) })
		return
	}
	test(t, serve(t, v))
}

func TestALostReplyIsFound(t *testing.T) {
	t.Parallel()
	for name, f := range lossy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor().creating(vendors.Taking(f))
			meets(t, name, v, func(t *testing.T, m *twilio.Messenger) {
				id, err := m.Send(t.Context(), otp())
				require.NoError(t, err)
				require.Len(t, v.delivered(), 1, "it went out once")
				assert.Equal(t, v.Messages()[0].SID, id)
				assert.Equal(t, "POST GET", v.Methods())
			})
		})
	}
}

func TestALostRequestIsSentAgain(t *testing.T) {
	t.Parallel()
	for name, f := range lossy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVendor().creating(f)
			meets(t, name, v, func(t *testing.T, m *twilio.Messenger) {
				id, err := m.Send(t.Context(), otp())
				require.NoError(t, err)
				require.Len(t, v.delivered(), 1)
				assert.Equal(t, v.Messages()[0].SID, id)
				assert.Equal(t, "POST GET POST", v.Methods())
			})
		})
	}
}

func TestNothingIsSentBlind(t *testing.T) {
	t.Parallel()
	for name, f := range lossy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lost := vendors.Fault(vendors.Lose)
			if name == "no reply" { // without a network no connection breaks
				lost = vendors.Taking(vendors.Stall)
			}
			v := newVendor().creating(lost)
			v.Next(http.MethodGet, slices.Repeat([]vendors.Fault{f}, 2)...)
			meets(t, name, v, func(t *testing.T, m *twilio.Messenger) {
				_, err := m.Send(t.Context(), otp())
				if name == "no sid" { // as a list, that is one without messages
					require.NoError(t, err)
					return
				}
				assertUnavailable(t, err, 5*time.Second)
				assert.Equal(t, "POST GET GET", v.Methods())
				assert.Len(t, v.delivered(), 1)
			})
		})
	}
}

func TestARepeatByAnotherProcessIsDropped(t *testing.T) {
	t.Parallel()
	v := newVendor()
	first, err := serve(t, v).Send(t.Context(), sms())
	require.NoError(t, err)
	v.clock.Advance(36 * time.Hour)
	again, err := serve(t, v).Send(t.Context(), sms())
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Equal(t, "GET POST GET", v.Methods())
}

func TestDoubtStaysAfterARefusal(t *testing.T) {
	t.Parallel()
	v := newVendor().creating(vendors.Break, answer(http.StatusTooManyRequests))
	_, err := serve(t, v).Send(t.Context(), otp())
	require.NoError(t, err)
	assert.Equal(t, "POST GET POST GET POST", v.Methods())
}

// stored is a message as Twilio lists it.
type stored struct {
	SID       string `json:"sid"`
	To        string `json:"to"`
	From      string `json:"from"`
	Body      string `json:"body"`
	Direction string `json:"direction"`
	Status    string `json:"status"`
	Created   string `json:"date_created"`
}

// lists answers with one message.
func lists(t *testing.T, one stored) vendors.Fault {
	t.Helper()
	page, err := json.Marshal(map[string][]stored{"messages": {one}})
	require.NoError(t, err)
	return vendors.Reply(http.StatusOK, string(page))
}

func TestOnlyTheMessageItselfIsARepeat(t *testing.T) {
	t.Parallel()
	now := noon.Add(48 * time.Hour)
	whole := stored{
		SID: "SM1", To: "+919812345678", From: sender, Body: sms().Text, Direction: "outbound-api", Created: noon.Format(time.RFC1123Z),
	}
	for name, c := range map[string]struct {
		change func(*stored)
		key    string // sms()'s where empty
		found  bool
	}{
		"itself":                      {func(*stored) {}, "", true},
		"in other blanks":             {func(s *stored) { s.Body = " " + strings.ReplaceAll(s.Body, " ", "\n ") }, "", true},
		"from a trial account":        {func(s *stored) { s.Body = "Sent from your Twilio trial account - " + s.Body }, "", true},
		"by a clock behind":           {func(s *stored) { s.Created = noon.Add(-time.Minute).Format(time.RFC1123Z) }, "", true},
		"failed since":                {func(s *stored) { s.Status = "failed" }, "", true},
		"before the key was made":     {func(s *stored) { s.Created = noon.Add(-61 * time.Second).Format(time.RFC1123Z) }, "", false},
		"at no time":                  {func(s *stored) { s.Created = "" }, "", false},
		"another text":                {func(s *stored) { s.Body += "." }, "", false},
		"redacted":                    {func(s *stored) { s.Body = "" }, "", false},
		"from another sender":         {func(s *stored) { s.From = "OTHERS" }, "", false},
		"from the person":             {func(s *stored) { s.Direction = "inbound" }, "", false},
		"a key without a time":        {func(s *stored) { s.Created = now.Add(-23 * time.Hour).Format(time.RFC1123Z) }, "k1", true},
		"a key without a time, older": {func(s *stored) { s.Created = now.Add(-25 * time.Hour).Format(time.RFC1123Z) }, "k1", false},
		"a key of the future":         {func(s *stored) { s.Created = now.Add(-23 * time.Hour).Format(time.RFC1123Z) }, keyAt(now.Add(time.Hour)), true},
		"a key that is no UUID":       {func(s *stored) { s.Created = now.Add(-23 * time.Hour).Format(time.RFC1123Z) }, "zz" + keyAt(noon)[2:], true},
		"a key of another version":    {func(*stored) {}, strings.Replace(keyAt(noon), "-7", "-4", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, listed, message := newVendor(), whole, sms()
			v.clock.Advance(48 * time.Hour)
			c.change(&listed)
			v.Next(http.MethodGet, lists(t, listed))
			if c.key != "" {
				message.Key = c.key
			}
			id, err := serve(t, v).Send(t.Context(), message)
			require.NoError(t, err)
			assert.Equal(t, c.found, id == "SM1")
			assert.Equal(t, map[bool]string{true: "GET", false: "GET POST"}[c.found], v.Methods())
		})
	}
}

func TestAWhatsAppMessageIsFoundByTheWordsOfItsContent(t *testing.T) {
	t.Parallel()
	v, message := newVendor(), sms()
	message.Channel = domain.ChannelWhatsApp
	id, err := serve(t, v.creating(vendors.Lose)).Send(t.Context(), message)
	require.NoError(t, err)
	assert.Equal(t, v.Messages()[0].SID, id)
	assert.Equal(t, "GET POST GET", v.Methods())
}
