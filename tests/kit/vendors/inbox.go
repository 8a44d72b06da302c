package vendors

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// Messages returns every message that Twilio accepted, oldest first.
func (t *Twilio) Messages() []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.taken)
}

// To returns the messages to a phone, newest first. It compares the last ten digits, so the
// number may have any format.
func (t *Twilio) To(phone string) []Message {
	var found []Message
	for _, m := range slices.Backward(t.Messages()) {
		if digits(string(m.To)) == digits(phone) {
			found = append(found, m)
		}
	}
	return found
}

var sixDigits = regexp.MustCompile(`\b\d{6}\b`)

// OTP returns the newest one-time code that was sent to a phone, or "" if there is none.
func (t *Twilio) OTP(phone string) string {
	for _, m := range t.To(phone) {
		if code := sixDigits.FindString(m.Text); code != "" && !strings.Contains(m.Text, "PF-") {
			return code
		}
	}
	return ""
}

// AwaitOTP returns the newest one-time code that was sent to a phone, once it is another one than
// before. Error: none came until ctx ended.
func (t *Twilio) AwaitOTP(ctx context.Context, phone, before string) (string, error) {
	for {
		if code := t.OTP(phone); code != "" && code != before {
			return code, nil
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return "", fmt.Errorf("no code came for %s: %w", domain.Phone(phone).Masked(), ctx.Err())
		}
	}
}

// Text is a text that one recipient got on one channel.
type Text struct {
	To      domain.Phone
	Channel domain.Channel
	Text    string
}

// Copies returns the messages that Twilio accepted, grouped by text, oldest first.
func (t *Twilio) Copies() map[Text][]Message {
	copies := make(map[Text][]Message)
	for _, m := range t.Messages() {
		text := Text{m.To, m.Channel, m.Text}
		copies[text] = append(copies[text], m)
	}
	return copies
}

// digits returns the last ten digits of a number, which identify an Indian subscriber.
func digits(phone string) string {
	only := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	return only[max(0, len(only)-10):]
}
