package portstest

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports"
)

// SecondFactors checks a ports.SecondFactors.
func SecondFactors(t *testing.T, open func(t *testing.T) ports.SecondFactors) {
	for name, check := range map[string]func(t *testing.T, factors ports.SecondFactors){
		"makes the codes of RFC 6238": makesCodesOfRFC6238,
		"accepts one step around now": acceptsOneStep,
		"refuses other codes":         refusesOtherCodes,
		"enrols":                      enrols,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

func makesCodesOfRFC6238(t *testing.T, factors ports.SecondFactors) {
	// Appendix B of RFC 6238, SHA-1: the last six of the eight digits there.
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for seconds, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		step, ok := factors.Check(secret, code, time.Unix(seconds, 0))
		assert.True(t, ok, "code at %d s", seconds)
		assert.Equal(t, seconds/30, step)
	}
}

func acceptsOneStep(t *testing.T, factors ports.SecondFactors) {
	const secret, code, at = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "005924", 1234567890 // the first second of a step
	for after, want := range map[int64]bool{-31: false, -30: true, -1: true, 0: true, 29: true, 59: true, 60: false} {
		step, ok := factors.Check(secret, code, time.Unix(at+after, 0))
		assert.Equal(t, want, ok, "%d s later", after)
		if ok {
			assert.Equal(t, int64(at/30), step, "the step is the code's, not now's")
		}
	}
}

func refusesOtherCodes(t *testing.T, factors ports.SecondFactors) {
	for _, c := range []struct{ secret, code string }{
		{"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "005925"}, {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", ""},
		{"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "5924"}, {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "0005924"},
		{"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJA", "005924"}, {"not base 32!", "005924"}, {"", "005924"}, {"", ""},
	} {
		_, ok := factors.Check(c.secret, c.code, time.Unix(1234567890, 0))
		assert.False(t, ok, "%q for %q", c.code, c.secret)
	}
}

func enrols(t *testing.T, factors ports.SecondFactors) {
	seen := make(map[string]bool)
	for range 20 {
		secret, uri, err := factors.Enrol("Asha (VALUER) & co")
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(secret), 26, "16 bytes at least (RFC 4226, 4)")
		require.False(t, seen[secret])
		seen[secret] = true
		link, err := url.Parse(uri)
		require.NoError(t, err)
		require.Equal(t, "otpauth://totp", link.Scheme+"://"+link.Host)
		require.Contains(t, link.Path, "Asha (VALUER) & co")
		require.Equal(t, secret, link.Query().Get("secret"))
		require.NotEmpty(t, link.Query().Get("issuer"))
		for parameter, only := range map[string]string{"digits": "6", "period": "30", "algorithm": "SHA1"} {
			require.Contains(t, []string{"", only}, link.Query().Get(parameter), parameter)
		}
	}
}
