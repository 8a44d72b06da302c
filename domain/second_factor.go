package domain

import (
	"slices"
	"time"
)

// Limits of second factors.
const (
	EnrolmentTTL  = 24 * time.Hour // of an enrolment code
	RecoveryCodes = 10             // that a factor comes with
)

// TOTP is a user's second factor (RFC 6238).
type TOTP struct {
	// Secret is the base-32 secret as ports.SecretBox sealed it, or in the clear if the release
	// before wrote it. It is never logged, and never returned after enrolment.
	Secret    string
	Confirmed bool  // a first code was verified
	LastStep  int64 // the last time step used; a code is good once
	// Next is the sealed secret of the authenticator that is to replace this one, empty if none.
	Next string
	// Recovery has the hash of each recovery code that was not used. Its key is the secret, so
	// that the codes of an earlier secret are good for nothing.
	Recovery []string
}

// Enrolment permits the holder of a code to enrol a second factor. It is empty if there is none.
type Enrolment struct {
	CodeHash  string // hex SHA-256
	ExpiresAt time.Time
}

// PermitEnrolment replaces what the user has of a second factor by an enrolment with a new code. The
// caller has checked that this may be done to the user.
func (u *User) PermitEnrolment(codeHash string, now time.Time) {
	u.TOTP, u.UpdatedAt = TOTP{}, now
	u.Enrolment = Enrolment{CodeHash: codeHash, ExpiresAt: now.Add(EnrolmentTTL)}
}

// Open reports whether the code, by its hash, permits to enrol now. Hashes are compared without
// care for time, because what that reveals of a hash does not reveal the code.
func (e Enrolment) Open(codeHash string, now time.Time) bool {
	return e.CodeHash != "" && e.CodeHash == codeHash && now.Before(e.ExpiresAt)
}

// HasFactor reports whether there is a secret to check codes with: a confirmed one, or one that
// may still be confirmed. A secret that the release before enrolled without a code may not.
func (u User) HasFactor(now time.Time) bool {
	return u.TOTP.Secret != "" && (u.TOTP.Confirmed || now.Before(u.Enrolment.ExpiresAt))
}

// Confirm records that the user proved to have the secret by the code of a time step. It uses up the
// enrolment, and the factor gets the recovery codes with these hashes.
func (u *User) Confirm(secret string, step int64, recovery []string) {
	u.TOTP = TOTP{Secret: secret, Confirmed: true, LastStep: step, Recovery: recovery}
	u.Enrolment = Enrolment{}
}

// UseRecovery uses up the recovery code with this hash, and reports whether there was one.
func (t *TOTP) UseRecovery(hash string) bool {
	i := slices.Index(t.Recovery, hash)
	if i < 0 {
		return false
	}
	t.Recovery = slices.Delete(slices.Clone(t.Recovery), i, i+1)
	return true
}

// WithoutSecrets returns the user as others may see it, without the secrets and hashes of the second
// factor.
func (u User) WithoutSecrets() User {
	u.TOTP.Secret, u.TOTP.Next, u.TOTP.Recovery = "", "", nil
	u.Enrolment = Enrolment{}
	return u
}
