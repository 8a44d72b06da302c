package domain

import "time"

// LoginID names one attempt to log in. The client that asked for a code gets it, and it alone can
// use up the tries of that code.
type LoginID string

// LoginAttempt is one attempt to log in with a one-time code. It has no number and no code, only
// keyed hashes of them, so that what is in the store is not enough to log in.
type LoginAttempt struct {
	ID LoginID
	// Subject is the keyed hash of the phone number.
	Subject string
	// CodeHash is the keyed hash of the attempt's id, number and code.
	CodeHash  string
	ExpiresAt time.Time
}

// CodeCheck is the result of a try of a code.
type CodeCheck int

// The results of a try. CodeUnknown means that there is no such attempt: it never began, was
// completed, has expired, or OTPMaxAttempts tries missed.
const (
	CodeUnknown CodeCheck = iota
	CodeMissed
	CodeMatched
)
