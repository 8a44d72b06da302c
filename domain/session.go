package domain

import "time"

// Lifetimes of proofs of identity.
const (
	OTPTTL            = 5 * time.Minute
	OTPMaxAttempts    = 5
	OTPDigits         = 6
	AccessTokenTTL    = 15 * time.Minute
	SecondFactorTTL   = 5 * time.Minute
	TOTPMaxAttempts   = 5
	TOTPLockout       = 15 * time.Minute
	TOTPPerHour       = 20 // tries per user and hour, from all networks
	OTPResendAfter    = 30 * time.Second
	OTPPerPhone       = 5 // requests per OTPPerPhoneWindow
	OTPPerPhoneWindow = 15 * time.Minute
	OTPVerifyPerHour  = 20 // tries per phone and hour, over all codes
)

// Identity is what an access token proves.
type Identity struct {
	Actor     Actor
	SessionID SessionID
	ExpiresAt time.Time
	// SecondFactorPending is true for the short-lived token of a user who has given only the
	// first factor. It permits enrolment and verification of the second and nothing else.
	SecondFactorPending bool
}

// TokenPair is the result of a completed login.
type TokenPair struct {
	AccessToken      string
	AccessExpiresAt  time.Time
	RefreshToken     string
	RefreshExpiresAt time.Time
}
