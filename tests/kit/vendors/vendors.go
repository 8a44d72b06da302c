package vendors

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// Vendors serves Twilio and Vision at one address. In addition to their paths it answers
//
//	GET    /inbox?to=+919811100001      messages to a phone, newest first; without to, all
//	GET    /code?to=+919811100001       the newest one-time code to it, as text
//	POST   /faults?vendor=twilio&kind=  break, lose, stall or a status, on the next requests:
//	                                    times=3 (1), method=POST (any), retry_after=2 (seconds)
//	DELETE /faults                      cancels all faults
type Vendors struct {
	Twilio *Twilio
	Vision *Vision
	// URL is the base URL of both. Start sets it; other callers of New set it themselves.
	URL string
}

// New returns vendors without messages or faults.
func New() *Vendors { return &Vendors{Twilio: new(Twilio), Vision: new(Vision)} }

// Start serves the vendors until the test ends.
func Start(t testing.TB) *Vendors {
	t.Helper()
	v := New()
	server := httptest.NewServer(v.Handler())
	t.Cleanup(func() {
		server.CloseClientConnections() // otherwise a stalled reply would block Close
		server.Close()
	})
	v.URL = server.URL
	return v
}

// Handler returns the handler of all paths.
func (v *Vendors) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/2010-04-01/Accounts/"+Account+"/Messages.json", v.Twilio)
	mux.Handle("/v1/images:annotate", v.Vision)
	mux.HandleFunc("GET /inbox", v.inbox)
	mux.HandleFunc("GET /code", v.code)
	mux.HandleFunc("POST /faults", v.order)
	mux.HandleFunc("DELETE /faults", func(http.ResponseWriter, *http.Request) {
		v.Twilio.Heal()
		v.Vision.Heal()
	})
	return mux
}

func (v *Vendors) inbox(w http.ResponseWriter, r *http.Request) {
	shown := v.Twilio.Messages()
	if to := r.URL.Query().Get("to"); to != "" {
		shown = v.Twilio.To(to)
	}
	_ = answer(w, http.StatusOK, map[string]any{"messages": append([]Message{}, shown...)})
}

func (v *Vendors) code(w http.ResponseWriter, r *http.Request) {
	code := v.Twilio.OTP(r.URL.Query().Get("to"))
	if code == "" {
		http.Error(w, "no code was sent to this phone", http.StatusNotFound)
		return
	}
	_, _ = fmt.Fprintln(w, code)
}

func (v *Vendors) order(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	after, _ := strconv.Atoi(query.Get("retry_after"))
	times, err := strconv.Atoi(cmp.Or(query.Get("times"), "1"))
	fault := map[string]Fault{"break": Break, "lose": Lose, "stall": Stall}[query.Get("kind")]
	if status, err := strconv.Atoi(query.Get("kind")); err == nil && status >= 400 && status < 600 {
		fault = Refuse(status, time.Duration(after)*time.Second)
	}
	trouble := map[string]*trouble{"twilio": &v.Twilio.trouble, "vision": &v.Vision.trouble}[query.Get("vendor")]
	if fault == nil || trouble == nil || err != nil || times < 1 {
		http.Error(w, "vendor=twilio|vision, kind=break|lose|stall|STATUS, times=1", http.StatusBadRequest)
		return
	}
	for range times {
		trouble.Next(query.Get("method"), fault)
	}
}

// Environment returns the environment variables with which the product uses the vendors at URL.
func (v *Vendors) Environment() map[string]string {
	return map[string]string{
		"TWILIO_API_URL": v.URL, "TWILIO_ACCOUNT_SID": Account, "TWILIO_AUTH_TOKEN": Token,
		"TWILIO_FROM": Sender, "TWILIO_WHATSAPP_FROM": WhatsApp, "TWILIO_WHATSAPP_CONTENTS": contentsVariable(),
		"GOOGLE_VISION_API_URL": v.URL, "GOOGLE_VISION_API_KEY": VisionKey,
	}
}
