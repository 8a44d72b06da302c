package phone

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const region = "IN"

// maxRunes is generous: "+91" and ten digits with separators between all of them.
const maxRunes = 40

var _ ports.PhoneNumbers = Numbers{}

// Numbers reads Indian mobile numbers.
type Numbers struct{}

// Parse returns the E.164 form of a number that can receive an SMS. It accepts numbers with or
// without country code, trunk 0 or 00; with spaces, dashes, dots, slashes and parentheses; and
// in the digits of each script in zeros.
//
// FIXED_LINE_OR_MOBILE counts as mobile. In Google's metadata this is the type of ranges that
// belong to mobile operators but share their first digits with a landline area, e.g.
// +91 84162 …. The owner of such a SIM must be able to log in, and a landline merely gets no
// SMS. Landlines, toll-free and other numbers are refused, as are extensions and letters.
//
// Errors: KindInvalid naming the field "phone", without the value.
func (Numbers) Parse(raw string) (domain.Phone, error) {
	number, err := parse(raw)
	if err != nil {
		return "", err
	}
	return domain.Phone(phonenumbers.Format(number, phonenumbers.E164)), nil
}

func parse(raw string) (*phonenumbers.PhoneNumber, error) {
	if raw = strings.TrimSpace(raw); raw == "" {
		return nil, refuse("required", "a phone number is needed")
	}
	if len([]rune(raw)) > maxRunes || strings.ContainsFunc(raw, foreign) {
		return nil, refuse("format", "must be a phone number in digits")
	}
	number, err := phonenumbers.Parse(strings.Map(plain, raw), region)
	if err != nil || !phonenumbers.IsValidNumberForRegion(number, region) {
		return nil, refuse("format", "must be a valid Indian mobile number, e.g. +91 98123 45678")
	}
	switch phonenumbers.GetNumberType(number) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return number, nil
	default:
		return nil, refuse("mobile", "must be a mobile number, because a code is sent to it by SMS")
	}
}

// zeros are the digits zero of the scripts that people in India type in.
const zeros = "0०০੦૦୦௦౦೦൦٠۰０"

const dropped = -1 // strings.Map leaves such a rune out

// plain returns the ASCII form of r, or r if there is none. It returns dropped for invisible
// formatting characters, because phones wrap numbers in them when they are copied.
func plain(r rune) rune {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return '0' + r - zero
		}
	}
	switch {
	case unicode.Is(unicode.Cf, r):
		return dropped
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Pd, r):
		return '-'
	case r == '＋':
		return '+'
	}
	return r
}

// foreign reports whether r has no place in a phone number. The library would read letters as
// keypad digits, and ";ext=" and "#" as the beginning of an extension.
func foreign(r rune) bool {
	r = plain(r)
	return r != dropped && !strings.ContainsRune("0123456789+-(). /", r)
}

func refuse(rule, message string) error {
	var v domain.Violations
	v.Require(false, "phone", rule, message)
	return v.Err()
}
