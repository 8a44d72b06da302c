package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Bytes of codes that people type. Neither can be guessed, so hashes of them need no stretching.
const (
	enrolmentBytes = 15 // 120 bits: 24 characters
	recoveryBytes  = 10 // 80 bits: 16 characters
)

// codeText writes codes in Crockford's base 32, which leaves out letters that look like digits.
var codeText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newCode draws a code of n random bytes, in groups of four characters.
func newCode(entropy ports.Entropy, n int) string {
	text := codeText.EncodeToString(entropy.Bytes(n))
	var groups []string
	for len(text) > 4 {
		groups, text = append(groups, text[:4]), text[4:]
	}
	return strings.Join(append(groups, text), "-")
}

// misread maps what people type to what a code has.
var misread = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

// plainCode returns the code without regard to how it was typed.
func plainCode(typed string) string { return misread.Replace(strings.ToUpper(typed)) }

// enrolmentHash returns what is stored of an enrolment code.
func enrolmentHash(code string) string {
	sum := sha256.Sum256([]byte("enrolment:" + plainCode(code)))
	return hex.EncodeToString(sum[:])
}

// recoveryHash returns what is stored of a recovery code of the factor with the secret. The key
// binds it to that factor, and hides it from readers of the database.
func recoveryHash(secret, code string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("recovery:" + plainCode(code)))
	return hex.EncodeToString(h.Sum(nil))
}

// newRecoveryCodes draws the recovery codes of a factor, and their hashes.
func newRecoveryCodes(entropy ports.Entropy, secret string) (codes, hashes []string) {
	for range domain.RecoveryCodes {
		code := newCode(entropy, recoveryBytes)
		codes, hashes = append(codes, code), append(hashes, recoveryHash(secret, code))
	}
	return codes, hashes
}

// enrolment is a new enrolment code. It is drawn before the unit of work, which may run again or
// find that an earlier request had issued another code.
type enrolment struct{ text, hash string }

func newEnrolment(entropy ports.Entropy) enrolment {
	code := newCode(entropy, enrolmentBytes)
	return enrolment{code, enrolmentHash(code)}
}

// added returns the output without secrets, with the code if its user is permitted to enrol by it.
func (e enrolment) added(out StaffOutput) StaffOutput {
	if out.Enrolment.CodeHash == e.hash {
		out.EnrolmentCode, out.EnrolmentExpiresAt = e.text, out.Enrolment.ExpiresAt
	}
	out.User = out.WithoutSecrets()
	return out
}
