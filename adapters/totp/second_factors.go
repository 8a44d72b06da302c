package totp

import (
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/propflow/propflow/ports"
)

const (
	stepSeconds = 30
	secretBytes = 20 // the length of the hash (RFC 4226, 4, R6)
)

var _ ports.SecondFactors = SecondFactors{}

// SecondFactors makes and checks time-based one-time passwords.
type SecondFactors struct {
	issuer  string
	entropy ports.Entropy
}

// New returns SecondFactors that authenticator apps list under the issuer's name.
func New(issuer string, entropy ports.Entropy) SecondFactors {
	return SecondFactors{issuer: issuer, entropy: entropy}
}

// Enrol makes a secret of 160 bits in base-32, and its otpauth URI. Errors: an empty account
// or issuer.
func (f SecondFactors) Enrol(account string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: f.issuer, AccountName: account, Secret: f.entropy.Bytes(secretBytes),
		Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	if err != nil {
		return "", "", fmt.Errorf("enrol second factor: %w", err)
	}
	return key.Secret(), key.URL(), nil
}

// Check returns the time step, in units of 30 s since 1970, that the code belongs to: the step
// of now, the one before or the one after. It reports false for any other code. An empty or
// malformed secret has no codes.
func (f SecondFactors) Check(secret, code string, now time.Time) (step int64, ok bool) {
	if strings.TrimSpace(secret) == "" {
		return 0, false // anybody can compute the codes of an empty key
	}
	current := now.Unix() / stepSeconds
	for _, step := range []int64{current, current - 1, current + 1} {
		if step < 0 {
			continue
		}
		match, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{
			Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
		if err == nil && match {
			return step, true
		}
	}
	return 0, false
}
