package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestParseEmail(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]domain.Email{
		"asha@example.in":                                            "asha@example.in",
		"Asha.Rao+props@Mail.Example.CO.IN":                          "Asha.Rao+props@mail.example.co.in",
		"o'brien@xn--p1b6ci4b4b3a.in":                                "o'brien@xn--p1b6ci4b4b3a.in",
		strings.Repeat("a", 64) + "@example.in":                      domain.Email(strings.Repeat("a", 64) + "@example.in"),
		"a@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + "in": domain.Email("a@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + "in"),
	} {
		got, err := domain.ParseEmail(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got)
	}
	for _, text := range []string{
		"", "asha", "asha@", "@example.in", "asha@localhost", "asha@example", "asha@example.", "asha@.in", "asha@-a.in", "asha@a_b.in",
		"asha@@example.in", "asha rao@example.in", `"asha rao"@example.in`, "Asha <asha@example.in>", "<asha@example.in>", "asha@[127.0.0.1]",
		"asha@127.0.0.1", "asha.@example.in", ".asha@example.in", "a..b@example.in", " asha@example.in", "asha@example.in ", "asha@example.in,b@example.in",
		"asha@example.in\r\nBcc: b@example.in", "asha@example.in\n", "asha@example.in\x00", "आशा@example.in", "asha@उदाहरण.भारत",
		strings.Repeat("a", 65) + "@example.in", "a@" + strings.Repeat(strings.Repeat("b", 60)+".", 4) + strings.Repeat("c", 10),
	} {
		_, err := domain.ParseEmail(text)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), "%q: %v", text, err)
		assert.NotContains(t, err.Error(), "asha@", "errors never echo the address")
	}
}

func FuzzParseEmail(f *testing.F) {
	f.Add("asha@example.in")
	f.Add("a@b.in\r\nRCPT TO:<x@y.in>")
	f.Fuzz(func(t *testing.T, text string) {
		email, err := domain.ParseEmail(text)
		if err != nil {
			return
		}
		require.NotContains(t, string(email), " ")
		for _, r := range email {
			require.True(t, r > ' ' && r < 0x7f, "%q", email)
		}
		again, err := domain.ParseEmail(string(email))
		require.NoError(t, err)
		require.Equal(t, email, again)
	})
}

func TestEmailIsMasked(t *testing.T) {
	t.Parallel()
	for email, want := range map[domain.Email]string{
		"asha.rao@bank.example.in": "a***@b***.in", "a@b.in": "a***@b***.in",
		"": "***", "asha": "***", "@example.in": "***", "asha@": "***", "asha@localhost": "***", "a@.in": "***",
	} {
		assert.Equal(t, want, email.Masked(), "%q", email)
	}
}

func TestEveryChannelIsListed(t *testing.T) {
	t.Parallel()
	assert.ElementsMatch(t, constants(t, "Channel", "notification.go"), asStrings(domain.Channels))
	to := domain.Recipient{Phone: "+919812345678", Email: "asha@example.in"}
	for _, channel := range domain.Channels {
		require.NotEmpty(t, to.Address(channel), channel)
		assert.Empty(t, domain.Recipient{}.Address(channel), channel)
		assert.NotContains(t, to.Masked(channel), to.Address(channel))
	}
	assert.Equal(t, "asha@example.in", to.Address(domain.ChannelEmail))
	assert.Equal(t, "a***@e***.in", to.Masked(domain.ChannelEmail))
}
