package memory

import (
	"regexp"
	"strings"

	"github.com/propflow/propflow/domain"
)

// PhoneNumbers is a ports.PhoneNumbers that checks only the form of Indian mobile numbers:
// ten digits, the first 6 to 9.
type PhoneNumbers struct{}

var (
	phoneFiller   = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")
	phonePattern  = regexp.MustCompile(`^(?:\+91|0091|91|0)?([6-9][0-9]{9})$`)
	phoneMaxBytes = 32
)

// Parse implements ports.PhoneNumbers.
func (PhoneNumbers) Parse(raw string) (domain.Phone, error) {
	var digits []string
	if len(raw) <= phoneMaxBytes {
		digits = phonePattern.FindStringSubmatch(phoneFiller.Replace(raw))
	}
	var v domain.Violations
	v.Require(digits != nil, "phone", "format", "must be an Indian mobile number")
	if err := v.Err(); err != nil {
		return "", err
	}
	return domain.Phone("+91" + digits[1]), nil
}
