package twilio

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

const (
	// pageSize is the number of messages that are listed, newest first: more than one person gets
	// while a message is being retried.
	pageSize = "200"
	// lookBack is how far back a message is searched for if its Key contains no time.
	lookBack = 24 * time.Hour
	// clockSkew is how far Twilio's clock, which has whole seconds, may be behind ours.
	clockSkew = time.Minute
	// trialPrefix is the text that Twilio puts before every message of a trial account.
	trialPrefix = "Sent from your Twilio trial account - "
)

// search describes a message as Twilio lists it if it was sent.
type search struct {
	to, from, text string
	since          time.Time // the earliest creation
}

// search returns the search for the message that form creates.
func (m *Messenger) search(message domain.Message, form url.Values) search {
	now := m.clock.Now()
	since := now
	if message.Key != "" {
		since = now.Add(-lookBack)
		if made, ok := madeAt(message.Key); ok && !made.After(now) {
			since = made
		}
	}
	return search{
		to: form.Get("To"), from: form.Get("From"), text: plain(message.Text),
		since: since.Add(-clockSkew).Truncate(time.Second),
	}
}

// madeAt returns the time in a UUIDv7 (RFC 9562, 5.7). It reports false for any other key.
func madeAt(key string) (time.Time, bool) {
	if len(key) != 36 || key[14] != '7' {
		return time.Time{}, false
	}
	b, err := hex.DecodeString(key[:8] + key[9:13])
	if err != nil {
		return time.Time{}, false
	}
	var ms int64
	for _, v := range b {
		ms = ms<<8 | int64(v)
	}
	return time.UnixMilli(ms), true
}

// find returns the SID of the message that s describes, or "" if Twilio lists none.
func (m *Messenger) find(ctx context.Context, s search) (string, error) {
	var page struct {
		Messages []struct {
			SID       string `json:"sid"`
			From      string `json:"from"`
			Body      string `json:"body"`
			Direction string `json:"direction"`
			Created   string `json:"date_created"` // RFC 2822
		} `json:"messages"`
	}
	query := url.Values{"To": {s.to}, "PageSize": {pageSize}}
	if err := m.call(ctx, http.MethodGet, query, nil, &page); err != nil {
		return "", err
	}
	for _, listed := range page.Messages {
		created, err := time.Parse(time.RFC1123Z, listed.Created)
		if err != nil || created.Before(s.since) || listed.From != s.from || listed.Direction == "inbound" {
			continue
		}
		if plain(strings.TrimPrefix(listed.Body, trialPrefix)) == s.text {
			return listed.SID, nil
		}
	}
	return "", nil
}

// plain joins the words of a text with single spaces, because carriers and templates differ
// in white space.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }
