package domain

import (
	"regexp"
	"time"
)

// Reference is the name of a submitted property for people: PF-YYYYMMDD-XXXXXX, the day of
// submission in India and six random Crockford base-32 characters.
type Reference string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

var referencePattern = regexp.MustCompile(`^PF-\d{8}-[0-9A-HJKMNP-TV-Z]{6}$`)

// NewReference makes a reference from six random bytes. References may collide: if the store
// refuses one because it exists, the caller must draw again.
func NewReference(now time.Time, random [6]byte) Reference {
	code := make([]byte, len(random))
	for i, b := range random {
		code[i] = crockford[b%32]
	}
	return Reference("PF-" + now.In(IST).Format("20060102") + "-" + string(code))
}

// Valid reports whether the reference is well formed.
func (r Reference) Valid() bool { return referencePattern.MatchString(string(r)) }
