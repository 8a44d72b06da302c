package domain

import (
	"net/mail"
	"regexp"
	"strings"
)

// Recipient has the addresses at which the channels reach a person.
type Recipient struct {
	Phone Phone
	Email Email // empty if none is known
}

// Recipient returns the addresses of the user.
func (u User) Recipient() Recipient { return Recipient{Phone: u.Phone, Email: u.Email} }

// Address returns what the channel sends to: an e-mail address or a phone number. It is empty if
// the recipient has none.
func (r Recipient) Address(c Channel) string {
	if c == ChannelEmail {
		return string(r.Email)
	}
	return string(r.Phone)
}

// Masked returns the address of the channel as it may be logged, "***" if there is none.
func (r Recipient) Masked(c Channel) string {
	if c == ChannelEmail {
		return r.Email.Masked()
	}
	return r.Phone.Masked()
}

// Email is an e-mail address, such as asha@example.in. It is personal data: log Masked only.
type Email string

// maxEmail is the length in bytes up to which mail servers must accept an address (RFC 5321,
// 4.5.3.1.3, less the angle brackets).
const maxEmail = 254

// emailPattern matches what mail servers in general deliver to: an ASCII dot-atom at a host name
// with a dot. RFC 5321 or 5322 also allow quoted names, comments, address literals and line
// breaks. They do not match, because no mailbox needs them and some software misreads them.
var emailPattern = regexp.MustCompile(
	"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$")

// ParseEmail parses an address and lowers the case of its host, because case has no meaning there.
// Error: KindInvalid, for the field "email".
func ParseEmail(s string) (Email, error) {
	address, err := mail.ParseAddress(s)
	var v Violations
	v.Require(err == nil && address.Address == s && len(s) <= maxEmail && emailPattern.MatchString(s),
		"email", "format", "must be an e-mail address such as name@example.in")
	if err := v.Err(); err != nil {
		return "", err
	}
	name, host, _ := strings.Cut(s, "@")
	return Email(name + "@" + strings.ToLower(host)), nil
}

// Masked returns the address with all but the first character of its name and of its host, and
// the last label of the host, hidden: "a***@e***.in".
func (e Email) Masked() string {
	name, host, ok := strings.Cut(string(e), "@")
	dot := strings.LastIndexByte(host, '.')
	if !ok || name == "" || dot < 1 {
		return "***"
	}
	return name[:1] + "***@" + host[:1] + "***" + host[dot:]
}
