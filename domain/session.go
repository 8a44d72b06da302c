package domain

import "time"

// Lifetimes of proofs of identity.
const (
	OTPTTL          = 5 * time.Minute
	OTPMaxAttempts  = 5
	OTPDigits       = 6
	AccessTokenTTL  = 15 * time.Minute
	SecondFactorTTL = 5 * time.Minute
	TOTPMaxAttempts = 5
	TOTPLockout     = 15 * time.Minute
	TOTPPerHour     = 20 // tries per user and hour, from all networks
)

// OTPLimits is how often one-time codes are sent.
type OTPLimits struct {
	// PerClient is the number of codes that one network of clients may ask for in an hour.
	PerClient int
	// ResendAfter is the time between two codes for one number; 0 for none.
	ResendAfter time.Duration
	// PerHour and PerDay are the codes that devices which are not known to a number may ask for,
	// all together. A device that is known to it may ask for as many by itself.
	PerHour, PerDay int
	// BudgetMinute and BudgetHour are the codes of the whole installation. Once they are used up,
	// codes are sent to the numbers of users only.
	BudgetMinute, BudgetHour int
}

// DefaultOTPLimits are the limits unless an operator sets others. Mobile carriers and branches share
// an address, so PerClient must not be lower.
var DefaultOTPLimits = OTPLimits{
	PerClient: 600, ResendAfter: 30 * time.Second, PerHour: 10, PerDay: 30, BudgetMinute: 300, BudgetHour: 6000,
}

// Number returns the rates of codes for one number, or for one device of it.
func (l OTPLimits) Number() []Rate {
	rates := []Rate{{l.PerHour, time.Hour}, {l.PerDay, 24 * time.Hour}}
	if l.ResendAfter > 0 {
		rates = append(rates, Rate{1, l.ResendAfter})
	}
	return rates
}

// Budget returns the rates of codes of the installation.
func (l OTPLimits) Budget() []Rate {
	return []Rate{{l.BudgetMinute, time.Minute}, {l.BudgetHour, time.Hour}}
}

// Wrong codes of one network of clients in an hour, from devices that are not known to
// the number. IPv6 networks are households, IPv4 addresses are shared by many.
const (
	OTPMissesIPv4 = 300
	OTPMissesIPv6 = 30
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
