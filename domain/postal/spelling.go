package postal

import (
	"slices"
	"strings"
	"sync"
	"unicode"
)

// ParseState returns the state or union territory that a name means: the English or Hindi name
// of today or of former times, the code, or a usual abbreviation or misspelling. Case,
// punctuation, spaces, "&", "and" and additions such as "State of", "UT of" and "India" are ignored.
func ParseState(name string) (State, bool) {
	if s, ok := bySpelling()[name]; ok { // as in most addresses
		return s, true
	}
	words := wordsOf(name)
	s, ok := bySpelling()[strings.Join(words, "")]
	if !ok {
		s, ok = bySpelling()[strings.Join(slices.DeleteFunc(words, idle), "")]
	}
	return s, ok
}

// bySpelling is the states by each spelling, and by its letters, with and without idle words.
var bySpelling = sync.OnceValue(func() map[string]State {
	m := make(map[string]State, 400)
	for _, s := range states {
		for _, spelling := range append(s.spellings, string(s.code), s.english, s.hindi) {
			words := wordsOf(spelling)
			m[spelling], m[strings.Join(words, "")] = s.code, s.code
			if rest := slices.DeleteFunc(words, idle); len(rest) > 0 {
				m[strings.Join(rest, "")] = s.code
			}
		}
	}
	return m
})

// idle reports whether a word of a state's name distinguishes no state from another.
func idle(word string) bool {
	switch word {
	case "and", "n", "the", "of", "state", "union", "territory", "ut", "u", "t", "govt", "government", "india", "bharat",
		"और", "एवं", "एव", "व", "तथा", "राज्य", "का", "की", "भारत":
		return true
	}
	return false
}

// wordsOf splits a name at everything that is neither letter nor vowel sign. Letters are lower
// case, and what Hindi spells in two ways without a difference in meaning is spelt in one:
// the dot below (ड़, ज़) is left out, and the moon (ँ) is the dot above (ं).
func wordsOf(name string) []string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case r == 0x093C, unicode.Is(unicode.Cf, r): // dot below; joiners that are not seen
		case r >= 0x0958 && r <= 0x095F: // letters that include the dot below
			b.WriteRune([]rune("कखगजडढफय")[r-0x0958])
		case r == 'ँ':
			b.WriteRune('ं')
		case unicode.IsLetter(r), unicode.Is(unicode.M, r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}
