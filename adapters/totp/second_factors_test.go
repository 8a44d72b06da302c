package totp_test

import (
	"encoding/base32"
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/totp"
)

// counting is entropy that can be told apart from real entropy and from itself.
type counting struct{ next byte }

func (c *counting) Bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		c.next++
		b[i] = c.next
	}
	return b
}

// rfcSecret is the key of the test vectors of RFC 6238, appendix B.
var rfcSecret = base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))

func TestCheckKnowsTheVectorsOfRFC6238(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	// The vectors have eight digits; six are their last six.
	for seconds, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, ok := factors.Check(rfcSecret, code, time.Unix(seconds, 0))
		assert.True(t, ok, "at %d", seconds)
		assert.Equal(t, seconds/30, step)
	}
}

func TestCheckAllowsOneStepEitherWay(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	start := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC) // a step begins here
	own := start.Unix() / 30
	code := codeAt(t, rfcSecret, own)
	for _, c := range []struct {
		at   time.Time
		good bool
	}{
		{start.Add(-30*time.Second - time.Nanosecond), false},
		{start.Add(-30 * time.Second), true},
		{start, true},
		{start.Add(30*time.Second - time.Nanosecond), true},
		{start.Add(60*time.Second - time.Nanosecond), true},
		{start.Add(60 * time.Second), false},
	} {
		step, ok := factors.Check(rfcSecret, code, c.at)
		assert.Equal(t, c.good, ok, "%s", c.at)
		if c.good {
			assert.Equal(t, own, step, "the code's own step, whenever it is given: %s", c.at)
		} else {
			assert.Zero(t, step)
		}
	}
}

func TestCheckRefusesEverythingElse(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	now := time.Unix(59, 0)
	empty := codeAt(t, "", 1)
	for name, c := range map[string]struct{ secret, code string }{
		"wrong code":      {rfcSecret, "287083"},
		"too short":       {rfcSecret, "28708"},
		"too long":        {rfcSecret, "2870822"},
		"empty code":      {rfcSecret, ""},
		"letters":         {rfcSecret, "28708a"},
		"broken secret":   {"not base 32!", "287082"},
		"no secret":       {"", empty},
		"a blank secret":  {" \t", empty},
		"another secret":  {base32.StdEncoding.EncodeToString([]byte("98765432109876543210")), "287082"},
		"the full vector": {rfcSecret, "94287082"},
	} {
		_, ok := factors.Check(c.secret, c.code, now)
		assert.False(t, ok, name)
	}
	_, ok := factors.Check(rfcSecret, "287082", time.Unix(-90, 0))
	assert.False(t, ok, "there were no steps before 1970")
}

func TestEnrolMakesASecretThatAuthenticatorsRead(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	secret, uri, err := factors.Enrol("Asha Rao: +91********10")
	require.NoError(t, err)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	require.NoError(t, err)
	assert.Equal(t, (&counting{}).Bytes(20), raw, "160 bits, all from the entropy port")

	parsed, err := url.Parse(uri)
	require.NoError(t, err)
	assert.Equal(t, "otpauth", parsed.Scheme)
	assert.Equal(t, "totp", parsed.Host)
	assert.Equal(t, "/PropFlow:Asha Rao: +91********10", parsed.Path)
	assert.Equal(t, url.Values{
		"secret": {secret}, "issuer": {"PropFlow"}, "period": {"30"}, "digits": {"6"}, "algorithm": {"SHA1"},
	}, parsed.Query())

	other, _, err := factors.Enrol("Asha Rao")
	require.NoError(t, err)
	assert.NotEqual(t, secret, other)
}

func TestEnrolNeedsNames(t *testing.T) {
	t.Parallel()
	_, _, err := totp.New("PropFlow", &counting{}).Enrol("")
	assert.Error(t, err)
	_, _, err = totp.New("", &counting{}).Enrol("Asha")
	assert.Error(t, err)
}

func TestEveryEnrolledSecretChecksItsOwnCodes(t *testing.T) {
	t.Parallel()
	factors := totp.New("PropFlow", &counting{})
	rapid.Check(t, func(t *rapid.T) {
		secret, _, err := factors.Enrol("someone")
		require.NoError(t, err)
		now := time.Unix(rapid.Int64Range(60, 1<<33).Draw(t, "now"), 0)
		off := rapid.Int64Range(-1, 1).Draw(t, "off")
		want := now.Unix()/30 + off
		step, ok := factors.Check(secret, codeAt(t, secret, want), now)
		require.True(t, ok)
		// Two neighbouring steps share a code about once in a million.
		require.InDelta(t, want, step, 2)
	})
}

func codeAt(t require.TestingT, secret string, step int64) string {
	code, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	require.NoError(t, err)
	return code
}
