package twilio

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/propflow/propflow/adapters/internal/httpcall"
)

// maxReply bounds a reply in bytes: pageSize messages of 1,600 escaped characters fit.
const maxReply = 4 << 20

// api describes Twilio's API to httpcall.
func (c Config) api() httpcall.API {
	return httpcall.API{Name: "twilio", MaxReply: maxReply, Sign: c.sign, Code: code}
}

func (c Config) sign(r *http.Request) {
	r.SetBasicAuth(c.AccountSID, c.AuthToken)
	r.Header.Set("Accept", "application/json")
	if r.Method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// code returns the code of Twilio's error dictionary in a refusal, or 0 if it has none.
func code(_ int, reply []byte) int {
	var problem struct {
		Code int `json:"code"`
	}
	_ = json.Unmarshal(reply, &problem) // a proxy's error page has no code
	return problem.Code
}

// call makes one request, once, unless the circuit is open, and decodes the reply into the
// value that into points to. Its errors are of type *httpcall.Failure.
func (m *Messenger) call(ctx context.Context, method string, query, form url.Values, into any) error {
	target := m.messages
	if query != nil {
		target += "?" + query.Encode()
	}
	return m.client.Do(ctx, method, target, []byte(form.Encode()), func(reply []byte) error {
		if json.Unmarshal(reply, into) != nil { // its error may quote the reply
			return httpcall.Unreadable("the reply is not the JSON that is documented")
		}
		return nil
	})
}

// refusesNumber reports whether Twilio will never deliver to the number, for any sender and at
// any time, by the codes of its error dictionary. Refusals that a change of the account could
// lift, such as 21408 (region not enabled), do not count.
func refusesNumber(f httpcall.Failure) bool {
	switch f.Code {
	case 21211, // invalid 'To' phone number
		21217, // the number does not appear to be valid
		21265, // a short code
		21268, // a premium-rate or information-service number
		21610, // the recipient has unsubscribed
		21614, // not a mobile number
		21635, // a landline
		63003, // no such address on the channel
		63024: // invalid recipient on the channel
		return f.Status == http.StatusBadRequest || f.Status == http.StatusForbidden
	default:
		return false
	}
}
