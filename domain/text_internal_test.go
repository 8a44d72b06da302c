package domain

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAReasonIsWritten checks that a reason needs words and not only characters.
func TestAReasonIsWritten(t *testing.T) {
	t.Parallel()
	for reason, ok := range map[string]bool{
		"no sale of this size nearby": true,
		"good walls":                  false, // nine letters and a space
		"good walls.":                 false,
		"good walls2":                 true, // double letters count
		"आस-पास कोई बिक्री नहीं हुई": true, // vowel signs are marks
		"பக்கத்தில் விற்பனை இல்லை":   true,
		"Plot 12/4, sector 9":            true,
		"..........":                     false,
		"- - - - - - - - - - - -":        false,
		"no........":                     false,
		"aaaaaaaaaaaaaaaaaaaa":           false,
		"a a a a a a a a a":              false,
		"ok          ok":                 false,
		"??????????!!":                   false,
		"\u00a0\u00a0\u00a0\u2003\u2003": false,
		"\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b": false, // zero-width spaces
		"👍👍👍👍👍👍👍👍👍👍👍👍":                                                 false,
		strings.Repeat("word ", 10):                                    true,
		strings.Repeat("word ", 10) + "more":                           false, // 54 characters
		"a wrong\x00sale nearby":                                       false,
		"a wrong\xffsale nearby":                                       false,
	} {
		assert.Equal(t, ok, reasonWithin(reason, 10, 50), "%q", reason)
	}
	assert.True(t, reasonWithin("3", 1, 10), "a short answer")
	assert.False(t, reasonWithin("?", 1, 10))
	assert.True(t, reasonWithin("", 0, 10), "a reason that is not asked for")
}
