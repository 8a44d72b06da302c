package twilio_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/twilio"
	"github.com/propflow/propflow/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = "AC00000000000000000000000000000001"
	token   = "the-auth-token"
	refused = "+919000000001"
	sender  = "PRPFLW"
	waba    = "+14155550100"
)

var (
	noon     = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)
	contents = map[string]string{"valued.hi": "HX01", "valued.en": "HX02"}
)

// vendor plays Twilio's documented answers, and the failures that are queued for it.
type vendor struct {
	mu       sync.Mutex
	clock    *memory.Clock
	stored   []stored
	requests []request
	creating []fault // of the next POSTs, nil for none
	listing  []fault // of the next GETs
	texts    func(content string, params []string) string
}

type stored struct {
	SID       string `json:"sid"`
	To        string `json:"to"`
	From      string `json:"from"`
	Body      string `json:"body"`
	Direction string `json:"direction"`
	Status    string `json:"status"`
	Created   string `json:"date_created"`
	Sent      any    `json:"date_sent"` // null: it waits in the queue
	message   domain.Message
}

type request struct {
	method   string
	form     map[string][]string
	query    map[string][]string
	login    string
	password string
}

// fault answers instead of Twilio; accept stores the message nevertheless.
type fault func(w http.ResponseWriter, r *http.Request, accept func())

func newVendor() *vendor {
	return &vendor{clock: memory.NewClock(noon), texts: func(string, []string) string { return "" }}
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		panic(err)
	}
	login, password, _ := r.BasicAuth()
	v.mu.Lock()
	v.requests = append(v.requests, request{r.Method, r.PostForm, r.URL.Query(), login, password})
	queue := &v.creating
	if r.Method == http.MethodGet {
		queue = &v.listing
	}
	var f fault
	if len(*queue) > 0 {
		f, *queue = (*queue)[0], (*queue)[1:]
	}
	v.mu.Unlock()
	switch {
	case f != nil:
		f(w, r, func() { v.accept(r) })
	case r.URL.Path != "/2010-04-01/Accounts/"+account+"/Messages.json":
		http.NotFound(w, r)
	case login != account || password != token:
		problem(w, http.StatusUnauthorized, 20003, "Authenticate")
	case r.Method == http.MethodGet:
		v.list(w, r)
	case strings.HasSuffix(r.PostForm.Get("To"), refused):
		problem(w, http.StatusBadRequest, 21211, "The 'To' number "+refused+" is not a valid phone number.")
	default:
		w.WriteHeader(http.StatusCreated)
		write(w, v.accept(r))
	}
}

func (v *vendor) accept(r *http.Request) stored {
	v.mu.Lock()
	defer v.mu.Unlock()
	to, whatsApp := strings.CutPrefix(r.PostForm.Get("To"), "whatsapp:")
	message := domain.Message{To: domain.Phone(to), Channel: domain.ChannelSMS, Text: r.PostForm.Get("Body")}
	if whatsApp {
		message.Channel = domain.ChannelWhatsApp
	}
	if content := r.PostForm.Get("ContentSid"); content != "" {
		message.Template = contentOf(content)
		var variables map[string]string
		if err := json.Unmarshal([]byte(r.PostForm.Get("ContentVariables")), &variables); err != nil {
			panic(err)
		}
		for i := range len(variables) {
			message.Params = append(message.Params, variables[strconv.Itoa(i+1)])
		}
		message.Text = v.texts(content, message.Params)
	}
	s := stored{
		SID: fmt.Sprintf("SM%032d", len(v.stored)+1), To: r.PostForm.Get("To"), From: r.PostForm.Get("From"), Body: message.Text,
		Direction: "outbound-api", Status: "queued", Created: v.clock.Now().Format(time.RFC1123Z), message: message,
	}
	v.stored = append(v.stored, s)
	return s
}

func contentOf(sid string) string {
	for template, content := range contents {
		if content == sid {
			return template
		}
	}
	return ""
}

// list answers newest first.
func (v *vendor) list(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	found := []stored{}
	for _, s := range slices.Backward(v.stored) {
		if s.To == r.URL.Query().Get("To") {
			found = append(found, s)
		}
	}
	write(w, map[string]any{"messages": found, "page": 0, "next_page_uri": nil})
}

func write(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		panic(err)
	}
}

func problem(w http.ResponseWriter, status, code int, message string) {
	w.WriteHeader(status)
	write(w, map[string]any{"code": code, "message": message, "status": status, "more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(code)})
}

func (v *vendor) delivered() []domain.Message {
	v.mu.Lock()
	defer v.mu.Unlock()
	var messages []domain.Message
	for _, s := range v.stored {
		messages = append(messages, s.message)
	}
	return messages
}

// methods lists the methods of the requests so far.
func (v *vendor) methods() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var methods []string
	for _, r := range v.requests {
		methods = append(methods, r.method)
	}
	return strings.Join(methods, " ")
}

func (v *vendor) last() request {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.requests[len(v.requests)-1]
}

// serve returns a patient enough messenger on a server of the vendor's.
func serve(t *testing.T, v *vendor, change ...func(*twilio.Config)) *twilio.Messenger {
	t.Helper()
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	config := twilio.Config{
		BaseURL: server.URL, AccountSID: account, AuthToken: token, SMSFrom: sender, WhatsAppFrom: waba,
		WhatsAppContents: maps.Clone(contents), Backoff: time.Millisecond,
	}
	for _, f := range change {
		f(&config)
	}
	m, err := twilio.New(config, v.clock)
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

// answer refuses with a status.
func answer(status int, headers ...string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		problem(w, status, 0, "as queued")
	}
}

// reset breaks the connection without a reply.
func reset(w http.ResponseWriter, _ *http.Request, _ func()) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = connection.(*net.TCPConn).SetLinger(0) // so that closing resets
	_ = connection.Close()
}

// hang replies nothing until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request, _ func()) { <-r.Context().Done() }

// reply answers 201 with any body.
func reply(body string) fault {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(body)) // the client may have had enough
	}
}

// accepted stores the message and then fails all the same.
func accepted(f fault) fault {
	return func(w http.ResponseWriter, r *http.Request, accept func()) {
		accept()
		f(w, r, accept)
	}
}
