package twilio

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio signs so; HMAC does not need a hash without collisions
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
)

// maxReport bounds a report in bytes.
const maxReport = 64 << 10

// deliveryOf says which of Twilio's statuses are the end of a message's way. The others
// ("queued", "sending", "sent", …) are stations on it.
func deliveryOf(status string) (domain.Delivery, bool) {
	switch status {
	case "delivered", "read":
		return domain.DeliveryDelivered, true
	case "undelivered", "failed":
		return domain.DeliveryUndelivered, true
	}
	return "", false
}

// StatusHandler returns the handler of Config.StatusCallback. It calls report with the SID of
// a message and what became of it for every genuine report of Twilio's that says so. Reports
// may be repeated and come in any order. It answers 204; 403 where the signature is wrong or
// missing or there is no callback URL, 400 for a form that cannot be read or names no
// message, 405 for anything but POST, and 500 where report fails.
func (m *Messenger) StatusHandler(report func(ctx context.Context, providerID string, delivery domain.Delivery) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxReport)
		if err := r.ParseForm(); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if !m.genuine(r) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		id, status := r.PostForm.Get("MessageSid"), r.PostForm.Get("MessageStatus")
		if id == "" || status == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if delivery, final := deliveryOf(status); final {
			if err := report(r.Context(), id, delivery); err != nil {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// genuine reports whether Twilio signed the request. The URL is the configured one, as it
// was handed to Twilio, since proxies change the request's own.
func (m *Messenger) genuine(r *http.Request) bool {
	if m.config.StatusCallback == "" {
		return false
	}
	got, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Twilio-Signature"))
	return err == nil && hmac.Equal(got, signature(m.config.AuthToken, m.config.StatusCallback, r.PostForm))
}

// signature is Twilio's: HMAC-SHA1 by the auth token over the URL, followed by each form
// field's name and value, sorted by name
// (https://www.twilio.com/docs/usage/security#validating-requests).
func signature(token, target string, form url.Values) []byte {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	var text strings.Builder
	text.WriteString(target)
	for _, name := range names {
		values := slices.Sorted(slices.Values(form[name]))
		for _, value := range slices.Compact(values) { // as Twilio's own libraries do
			text.WriteString(name + value)
		}
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text.String()))
	return mac.Sum(nil)
}
