package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// textWithin reports whether s, without white space at its ends, is valid UTF-8 of least to
// most characters and holds no control characters but line breaks and tabs.
func textWithin(s string, least, most int) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	n := utf8.RuneCountInString(strings.TrimSpace(s))
	return n >= least && n <= most
}
