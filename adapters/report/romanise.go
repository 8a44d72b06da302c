package report

import (
	"strings"
	"unicode"
)

// The scripts of India that descend from Brahmi have Unicode blocks of 128 in a common order:
// the same offset is the same letter in each of them. The tables map offsets to the Latin
// letters of ISO 15919:2001.
const (
	firstIndic = 0x0900 // Devanagari, then Bengali, Gurmukhi, Gujarati, Oriya,
	tamil      = 0x0B80 // Tamil, Telugu, Kannada,
	afterIndic = 0x0D80 // Malayalam
	blockSize  = 0x80

	nukta  = 0x3C
	virama = 0x4D
	addak  = 'ੱ' // Gurmukhi: doubles the consonant after it
)

var vowels = map[rune]string{
	0x05: "a", 0x06: "ā", 0x07: "i", 0x08: "ī", 0x09: "u", 0x0A: "ū", 0x0B: "r̥", 0x0C: "l̥",
	0x0D: "ê", 0x0E: "e", 0x0F: "ē", 0x10: "ai", 0x11: "ô", 0x12: "o", 0x13: "ō", 0x14: "au",
	0x60: "r̥̄", 0x61: "l̥̄",
}

var vowelSigns = map[rune]string{
	0x3E: "ā", 0x3F: "i", 0x40: "ī", 0x41: "u", 0x42: "ū", 0x43: "r̥", 0x44: "r̥̄", 0x45: "ê",
	0x46: "e", 0x47: "ē", 0x48: "ai", 0x49: "ô", 0x4A: "o", 0x4B: "ō", 0x4C: "au", 0x62: "l̥", 0x63: "l̥̄",
}

var consonants = map[rune]string{
	0x15: "k", 0x16: "kh", 0x17: "g", 0x18: "gh", 0x19: "ṅ", 0x1A: "c", 0x1B: "ch", 0x1C: "j", 0x1D: "jh",
	0x1E: "ñ", 0x1F: "ṭ", 0x20: "ṭh", 0x21: "ḍ", 0x22: "ḍh", 0x23: "ṇ", 0x24: "t", 0x25: "th", 0x26: "d",
	0x27: "dh", 0x28: "n", 0x29: "ṉ", 0x2A: "p", 0x2B: "ph", 0x2C: "b", 0x2D: "bh", 0x2E: "m", 0x2F: "y",
	0x30: "r", 0x31: "ṟ", 0x32: "l", 0x33: "ḷ", 0x34: "ḻ", 0x35: "v", 0x36: "ś", 0x37: "ṣ", 0x38: "s", 0x39: "h",
}

// dotted are the consonants that a nukta turns into others; NFC has no composed form.
var dotted = map[rune]string{
	0x15: "q", 0x16: "k͟h", 0x17: "ġ", 0x1C: "z", 0x21: "ṛ", 0x22: "ṛh", 0x2B: "f", 0x2F: "ẏ", 0x32: "ḷ", 0x38: "ś",
}

var marks = map[rune]string{
	0x01: "m̐", 0x02: "ṁ", 0x03: "ḥ", 0x3D: "’", 0x50: "ōṁ", 0x64: ".", 0x65: ".",
}

// irregular are letters whose offset means something else in other scripts. They have no
// inherent vowel.
var irregular = map[rune]string{
	'॰': ".", 'ৎ': "t", 'ੰ': "ṁ", 'ൺ': "ṇ", 'ൻ': "n", 'ർ': "r", 'ൽ': "l", 'ൾ': "ḷ", 'ൿ': "k",
}

// lone are consonants outside the common order.
var lone = map[rune]string{'ৰ': "r", 'ৱ': "v", 'ੜ': "ṛ"}

// romanise writes Indian scripts in Latin letters by ISO 15919 and reports whether there were
// any. Words begin with a capital, because most are names. Long e and o are marked only in
// scripts that have short ones too, which are those of the south.
func romanise(s string) (string, bool) {
	if !strings.ContainsFunc(s, indic) {
		return s, false
	}
	w := romaniser{wordStart: true}
	runes := []rune(s)
	for i, r := range runes {
		if !indic(r) {
			w.flush()
			w.out.WriteRune(r)
			w.wordStart = !unicode.IsLetter(r) && !unicode.IsMark(r)
			continue
		}
		w.letter(r, i+1 < len(runes) && indic(runes[i+1]) && offset(runes[i+1]) == nukta)
	}
	w.flush()
	return w.out.String(), true
}

func indic(r rune) bool { return r >= firstIndic && r < afterIndic }

func offset(r rune) rune { return (r - firstIndic) % blockSize }

type romaniser struct {
	out       strings.Builder
	inherent  bool // a consonant waits for its vowel
	double    bool // an addak waits for its consonant
	wordStart bool
}

// flush writes the inherent vowel of a consonant if no other vowel follows it.
func (w *romaniser) flush() {
	if w.inherent {
		w.out.WriteByte('a')
		w.inherent = false
	}
}

func (w *romaniser) write(latin string) {
	if w.wordStart {
		runes := []rune(latin)
		runes[0] = unicode.ToTitle(runes[0])
		latin = string(runes)
	}
	w.out.WriteString(latin)
	w.wordStart = false
}

func (w *romaniser) consonant(latin string) {
	w.flush()
	if w.double {
		w.write(string([]rune(latin)[:1]))
		w.double = false
	}
	w.write(latin)
	w.inherent = true
}

// letter writes one letter; dot is true if a nukta follows it.
func (w *romaniser) letter(r rune, dot bool) {
	at := offset(r)
	if latin, ok := irregular[r]; ok {
		w.flush()
		w.write(latin)
		return
	}
	if latin, ok := lone[r]; ok {
		w.consonant(latin)
		return
	}
	if latin, ok := consonants[at]; ok {
		if other, ok := dotted[at]; ok && dot {
			latin = other
		}
		w.consonant(latin)
		return
	}
	switch latin, ok := vowelSigns[at]; {
	case ok:
		w.inherent = false
		w.write(length(r, latin))
		return
	case at == virama:
		w.inherent = false
		return
	case at == nukta:
		return
	case r == addak:
		w.flush()
		w.double = true
		return
	}
	w.flush()
	switch latin, ok := vowels[at]; {
	case ok:
		w.write(length(r, latin))
	case marks[at] != "":
		w.write(marks[at])
	case at >= 0x66 && at <= 0x6F:
		w.write(string('0' + at - 0x66))
	default:
		w.out.WriteRune(r) // kept, because no table has it
	}
}

// length drops the macron from e and o in scripts that have only one of each.
func length(r rune, latin string) string {
	switch {
	case r >= tamil:
		return latin
	case latin == "ē":
		return "e"
	case latin == "ō":
		return "o"
	}
	return latin
}
