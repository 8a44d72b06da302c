package vendors

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
)

// The account of the fake Twilio, and its senders.
const (
	Account  = "AC00000000000000000000000000000001"
	Token    = "auth-token-of-the-played-account"
	Sender   = "PRPFLW"
	WhatsApp = "+14155550100"
)

// Refused is a number that no message can be delivered to.
const Refused = "+919000000001"

// whatsApp is the prefix of addresses on that channel.
const whatsApp = "whatsapp:"

// Twilio is a fake of the Messages resource of one account
// (https://www.twilio.com/docs/messaging/api/message-resource). It may be used concurrently.
type Twilio struct {
	trouble
	// Now returns the time of messages; nil means time.Now.
	Now func() time.Time

	mu    sync.Mutex
	taken []Message
}

// Message is a message that Twilio accepted.
type Message struct {
	SID     string
	To      domain.Phone
	Channel domain.Channel
	From    string
	Text    string
	// Template and Params are those of the content that it was sent with, if any.
	Template string
	Params   []string
	At       time.Time
	// Callback is the URL to which its status is to be reported, if any.
	Callback string
	// Lost reports whether the client got no reply, because the connection broke or the
	// client was gone.
	Lost bool
}

// listed is a message as in the answers of the API.
type listed struct {
	SID       string  `json:"sid"`
	To        string  `json:"to"`
	From      string  `json:"from"`
	Body      string  `json:"body"`
	Direction string  `json:"direction"`
	Status    string  `json:"status"`
	Created   string  `json:"date_created"` // RFC 2822
	Sent      *string `json:"date_sent"`    // null while the message is queued
}

func (m Message) listed() listed {
	to := string(m.To)
	if m.Channel == domain.ChannelWhatsApp {
		to = whatsApp + to
	}
	return listed{
		SID: m.SID, To: to, From: m.From, Body: m.Text, Direction: "outbound-api", Status: "queued",
		Created: m.At.UTC().Format(time.RFC1123Z),
	}
}

// ServeHTTP answers POST and GET of the account's Messages.json.
func (t *Twilio) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		refuse(w, http.StatusBadRequest, 20001, "The form cannot be read.")
		return
	}
	login, password, _ := r.BasicAuth()
	if fault := t.due(r.Method); fault != nil {
		fault(w, r, func() {
			if m, problem := message(r.PostForm); r.Method == http.MethodPost && problem == 0 {
				t.take(m, true)
			}
		})
		return
	}
	switch {
	case login != Account || password != Token:
		refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
	case r.Method == http.MethodGet:
		t.list(w, r.URL.Query())
	case r.Method == http.MethodPost:
		t.create(w, r)
	default:
		refuse(w, http.StatusMethodNotAllowed, 20004, "Method not allowed")
	}
}

func (t *Twilio) create(w http.ResponseWriter, r *http.Request) {
	m, problem := message(r.PostForm)
	if problem != 0 {
		refuse(w, http.StatusBadRequest, problem, "The message to "+r.PostForm.Get("To")+" cannot be sent.")
		return
	}
	m = t.take(m, false)
	if err := answer(w, http.StatusCreated, m.listed()); err != nil || r.Context().Err() != nil {
		t.lose(m.SID)
	}
}

// message reads the form. problem is the code in Twilio's error dictionary if Twilio would
// refuse the message, otherwise 0.
func message(form url.Values) (m Message, problem int) {
	to, onWhatsApp := strings.CutPrefix(form.Get("To"), whatsApp)
	m = Message{
		To: domain.Phone(to), Channel: domain.ChannelSMS, From: form.Get("From"), Text: form.Get("Body"),
		Callback: form.Get("StatusCallback"),
	}
	sender := Sender
	if onWhatsApp {
		m.Channel, sender = domain.ChannelWhatsApp, whatsApp+WhatsApp
	}
	if sid := form.Get("ContentSid"); sid != "" {
		var variables map[string]string
		if json.Unmarshal([]byte(form.Get("ContentVariables")), &variables) != nil {
			return m, 21656 // the ContentVariables parameter is invalid
		}
		var known bool
		if m.Template, m.Text, known = written(sid, variables); !known {
			return m, 21655 // the ContentSid is invalid
		}
		m.Params = inOrder(variables)
	}
	switch {
	case m.To == Refused || len(to) < len("+910000000000") || to[0] != '+':
		return m, 21211 // invalid 'To' phone number
	case m.From != sender:
		return m, 21212 // invalid 'From' phone number
	case m.Text == "":
		return m, 21619 // a text message body or media urls must be specified
	case onWhatsApp && form.Get("ContentSid") == "":
		return m, 63016 // outside the allowed window: use a template
	}
	return m, 0
}

// take stores a message with a new SID.
func (t *Twilio) take(m Message, lost bool) Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	m.SID, m.At, m.Lost = fmt.Sprintf("SM%032d", len(t.taken)+1), t.now(), lost
	t.taken = append(t.taken, m)
	return m
}

func (t *Twilio) lose(sid string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.taken {
		if t.taken[i].SID == sid {
			t.taken[i].Lost = true
		}
	}
}

func (t *Twilio) now() time.Time {
	if t.Now != nil {
		return t.Now()
	}
	return time.Now()
}

// list answers with the messages to one address or to all, newest first.
func (t *Twilio) list(w http.ResponseWriter, query url.Values) {
	size, err := strconv.Atoi(query.Get("PageSize"))
	if err != nil || size < 1 || size > 1000 {
		size = 50
	}
	found := []listed{}
	for _, m := range slices.Backward(t.Messages()) {
		if l := m.listed(); len(found) < size && (query.Get("To") == "" || query.Get("To") == l.To) {
			found = append(found, l)
		}
	}
	_ = answer(w, http.StatusOK, map[string]any{"messages": found, "page": 0, "page_size": size, "next_page_uri": nil})
}

// answer writes JSON and flushes it to the connection. It returns an error if that fails.
func answer(w http.ResponseWriter, status int, body any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		return err
	}
	return http.NewResponseController(w).Flush()
}

func refuse(w http.ResponseWriter, status, code int, text string) {
	_ = answer(w, status, map[string]any{
		"code": code, "message": text, "status": status, "more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(code),
	})
}
