package app

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/app/config"
)

func TestWhereTwilioIsToReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ callback, public, want string }{
		{"", "", ""},
		{"", "http://localhost:8000", ""}, // nobody outside reaches it
		{"", "https://propflow.example", "https://propflow.example/vendors/twilio/status"},
		{"", "https://example.com/propflow/", "https://example.com/propflow/vendors/twilio/status"},
		{"http://tunnel.example/twilio", "https://propflow.example", "http://tunnel.example/twilio"},
	} {
		var cfg config.Servers
		cfg.TwilioStatusCallback, cfg.PublicURL = c.callback, c.public
		assert.Equal(t, c.want, statusCallback(cfg))
	}
}
