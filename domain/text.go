package domain

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textWithin reports whether s is valid UTF-8 of at most most characters, and of at least least
// without the white space at its ends, with no control characters but line breaks and tabs.
func textWithin(s string, least, most int) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return utf8.RuneCountInString(strings.TrimSpace(s)) >= least && utf8.RuneCountInString(s) <= most
}

// lineWithin is textWithin for text that must stay on one line, such as a name. What follows a
// line break in it could be mistaken for a line of the report that shows it.
func lineWithin(s string, least, most int) bool {
	return textWithin(s, least, most) && !strings.ContainsAny(s, "\n\r\t")
}

// requireReason records the rule that a person's reason breaks: "length" if it has fewer than
// least or more than most characters, or "words" if too few of them are letters or digits.
func (v *Violations) requireReason(reason, field string, least, most int) {
	if !textWithin(reason, least, most) {
		v.Require(false, field, "length", fmt.Sprintf("must be %d to %d characters", least, most))
		return
	}
	v.Require(reasonWithin(reason, least, most), field, "words", fmt.Sprintf("must have at least %d letters or digits", least))
}

// reasonWithin is textWithin for what a person must give reasons in: a note, a message, an answer.
// Of its characters, at least least must be letters, their marks, or digits. Of a character that
// is repeated, as in "aaaaaaaaaa", only the first two count.
func reasonWithin(s string, least, most int) bool {
	return textWithin(s, least, most) && written(s) >= least
}

// written returns the number of letters, marks and digits in s. A third one in a row of the same
// character and all that follow it are not counted: no language spells a word with them.
func written(s string) int {
	count, run := 0, 0
	var before rune
	for _, r := range s {
		if r == before {
			run++
		} else {
			before, run = r, 1
		}
		if run <= 2 && unicode.In(r, unicode.L, unicode.M, unicode.Nd) {
			count++
		}
	}
	return count
}
