package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// unitToken is a word or a number of an address line.
type unitToken struct {
	text   string
	digits bool
	// glued is true if nothing is between the token and the one before, joined also if it is a
	// hyphen or a slash.
	glued, joined bool
}

// short reports whether the token may call a tower: a number or a single letter.
func (t unitToken) short() bool { return t.digits || unitLetter(t.text) }

// unitSegments splits address lines at line ends, commas and the like, and each segment into
// words and numbers, lower-case and with ASCII digits.
func unitSegments(lines string) [][]unitToken {
	var segments [][]unitToken
	var segment []unitToken
	var text strings.Builder
	digits, between := false, " "
	end := func() {
		if text.Len() == 0 {
			return
		}
		t := unitToken{text: text.String(), digits: digits, glued: between == "", joined: between == "" || between == "-"}
		if digits {
			if t.text = strings.TrimLeft(t.text, "0"); t.text == "" {
				t.text = "0"
			}
		}
		segment, between = append(segment, t), ""
		text.Reset()
	}
	for at, r := range lines {
		abbreviates := r == '०' && text.Len() > 0 && !digits && !startsWithDigit(lines[at+len("०"):])
		r = foldUnitRune(r)
		isDigit := r >= '0' && r <= '9'
		switch {
		case r == 0:
		case abbreviates: // many type a zero for the sign of abbreviation, as in "म०नं० 12"
			end()
			between = " "
		case isDigit || unicode.IsLetter(r) || unicode.IsMark(r) && text.Len() > 0:
			if text.Len() > 0 && digits != isDigit {
				end()
			}
			digits = isDigit
			text.WriteRune(r)
		case strings.ContainsRune(",;:|\n\r()[]", r):
			end()
			if len(segment) > 0 {
				segments = append(segments, segment)
			}
			segment, between = nil, " "
		default:
			end()
			if (r == '/' || unicode.Is(unicode.Pd, r)) && between == "" {
				between = "-"
			} else {
				between = " "
			}
		}
	}
	end()
	if len(segment) > 0 {
		segments = append(segments, segment)
	}
	return segments
}

func startsWithDigit(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r)
}

// foldUnitRune returns the rune in its one spelling, 0 if it has none: lower case, digits as ASCII,
// full-width letters as plain ones, Devanagari without nuqta and with anusvara only.
func foldUnitRune(r rune) rune {
	switch {
	case r == '\'':
		return 0
	case r >= 'A' && r <= 'Z':
		return r - 'A' + 'a'
	case r <= unicode.MaxASCII:
		return r
	case r >= 'Ａ' && r <= 'Ｚ':
		return r - 'Ａ' + 'a'
	case r >= 'ａ' && r <= 'ｚ':
		return r - 'ａ' + 'a'
	case r >= '\u0958' && r <= '\u095f':
		return []rune("कखगजडढफय")[r-'\u0958'] // the letters with nuqta
	case r == '\u093c', r == '’', unicode.Is(unicode.Cf, r):
		return 0
	case r == '\u0901':
		return '\u0902'
	case unicode.IsDigit(r):
		return digitRune(r)
	}
	return unicode.ToLower(r)
}

// digitRune returns the ASCII digit of a decimal digit. Unicode's ranges of digits begin with a
// zero and consist of whole tens.
func digitRune(r rune) rune {
	for _, in := range unicode.Nd.R16 {
		if r >= rune(in.Lo) && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	for _, in := range unicode.Nd.R32 {
		if r >= rune(in.Lo) && r <= rune(in.Hi) {
			return '0' + (r-rune(in.Lo))%10
		}
	}
	return r
}

// unitLetter reports whether the word is a letter that may call a block: a Latin letter, a
// Devanagari consonant, or the name of a Latin letter in Devanagari.
func unitLetter(word string) bool {
	if isASCIILetter(word) || letterNames[word] {
		return true
	}
	runes := []rune(word)
	return len(runes) == 1 && unicode.IsLetter(runes[0]) && !plainWords[word]
}

func isLatin(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return r < 'a' || r > 'z' })
}
