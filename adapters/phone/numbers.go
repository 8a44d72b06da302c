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

// Parse returns the E.164 form of a number that an SMS can reach: with or without country
// code, trunk 0 or 00, with spaces, dashes, dots and brackets, in any script's digits.
//
// FIXED_LINE_OR_MOBILE counts as mobile. Google's metadata says so of ranges that mobile
// operators hold and that share their first digits with a landline area, e.g. +91 84162 …;
// whoever owns such a SIM must be able to log in, and a landline merely gets no SMS. Landlines,
// toll-free and other numbers are refused, as are extensions and letters.
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

// zeros begin the digits of the scripts that people in India type in.
const zeros = "0०০੦૦୦௦౦೦൦٠۰０"

const dropped = -1 // strings.Map leaves such a rune out

// plain returns the ASCII character that r stands for, dropped for marks without a shape
// (phones wrap numbers in them when they are copied), and r where there is none.
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

// foreign tells what no plain phone number holds: letters would be read as keypad digits,
// ";ext=" and "#" as an extension.
func foreign(r rune) bool {
	r = plain(r)
	return r != dropped && !strings.ContainsRune("0123456789+-(). /", r)
}

func refuse(rule, message string) error {
	var v domain.Violations
	v.Require(false, "phone", rule, message)
	return v.Err()
}
