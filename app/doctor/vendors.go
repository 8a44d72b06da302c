package doctor

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const vendorsArea area = "vendors"

const (
	twilioURL = "https://api.twilio.com"
	maxReply  = 64 << 10
)

// vendors returns the checks of our accounts. Vision is not called, because each call costs
// money.
func (d Doctor) vendors() []check {
	return []check{{string(vendorsArea), "Twilio", d.twilio}, {string(vendorsArea), "Vision", d.vision}}
}

func (d Doctor) vision(context.Context) []Finding {
	if d.Config.VisionKey == "" {
		return []Finding{vendorsArea.ok("Vision: off, photos are not analysed")}
	}
	return []Finding{vendorsArea.ok("Vision: a key is set (not tried: each call costs money)")}
}

func (d Doctor) twilio(ctx context.Context) []Finding {
	c := d.Config.Vendors
	if name, faulty := d.faulty("TWILIO_"); faulty {
		return []Finding{vendorsArea.find(Warning, "set it first", "Twilio: not checked, as %s cannot be used", name)}
	}
	if c.TwilioAccountSID == "" {
		return []Finding{vendorsArea.ok("Twilio: off, messages go to the console")}
	}
	base := c.TwilioURL
	if base == "" {
		base = twilioURL
	}
	response, err := ask(ctx, http.MethodGet, strings.TrimRight(base, "/")+"/2010-04-01/Accounts/"+url.PathEscape(c.TwilioAccountSID)+".json", func(r *http.Request) {
		r.SetBasicAuth(c.TwilioAccountSID, c.TwilioAuthToken)
	})
	if err != nil {
		return []Finding{vendorsArea.find(Warning, "see status.twilio.com and the way out (NAT, proxy): jobs try again by themselves", "Twilio: not reachable: %s", cause(err))}
	}
	defer func() { _ = response.Body.Close() }() // an error of closing a read body does not matter
	return append([]Finding{account(response)}, d.senders()...)
}

// account evaluates Twilio's answer.
func account(response *http.Response) Finding {
	const correct = "correct TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, deploy, then propflow jobs retry ID"
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusNotFound:
		return vendorsArea.find(Critical, correct, "Twilio: the credentials are refused (status %d)", code)
	case code != http.StatusOK:
		return vendorsArea.find(Warning, "see status.twilio.com: jobs try again by themselves", "Twilio: answers with status %d", code)
	}
	var reply struct {
		Status string `json:"status"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, maxReply)).Decode(&reply); err != nil {
		return vendorsArea.find(Warning, "see that TWILIO_API_URL leads to Twilio", "Twilio: the answer is no account")
	}
	if reply.Status != "active" {
		return vendorsArea.find(Critical, "see the account in Twilio's console: most often it has not been paid", "Twilio: the account is not active")
	}
	return vendorsArea.ok("Twilio: the account is active")
}

// senders reports channels without a sender.
func (d Doctor) senders() (found []Finding) {
	for _, sender := range [][2]string{{"TWILIO_FROM", d.Config.TwilioFrom}, {"TWILIO_WHATSAPP_FROM", d.Config.TwilioWhatsAppFrom}} {
		if sender[1] == "" {
			found = append(found, vendorsArea.find(Warning, "set "+sender[0]+" to a registered sender", "Twilio: %s is not set, so that channel sends nothing", sender[0]))
		}
	}
	return found
}
