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

// deliveryOf returns the delivery that a status of Twilio's stands for, and reports whether the
// status is final. The others ("queued", "sending", "sent", …) come before a final one.
func deliveryOf(status string) (domain.Delivery, bool) {
	switch status {
	case "delivered", "read":
		return domain.DeliveryDelivered, true
	case "undelivered", "failed":
		return domain.DeliveryUndelivered, true
	}
	return "", false
}

// StatusHandler returns the handler of Config.StatusCallback. For every genuine report of a final
// status it calls report with the SID of the message and its delivery. Reports may be repeated
// and come in any order. It answers 204; 403 if the signature is wrong or missing or there is no
// callback URL, 400 for a form that cannot be read or lacks the SID or the status, 405 for any
// method but POST, and 500 if report fails.
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

// genuine reports whether Twilio signed the request. The signed URL is the configured one,
// which Twilio got with the message. The request's own may differ, because proxies change it.
func (m *Messenger) genuine(r *http.Request) bool {
	if m.config.StatusCallback == "" {
		return false
	}
	got, err := base64.StdEncoding.DecodeString(r.Header.Get("X-Twilio-Signature"))
	return err == nil && hmac.Equal(got, signature(m.config.AuthToken, m.config.StatusCallback, r.PostForm))
}

// signature returns Twilio's signature: the HMAC-SHA1, keyed with the auth token, of the URL
// followed by each form field's name and value, sorted by name
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
