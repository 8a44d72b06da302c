package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// LoginAttempts keeps attempts to log in until they expire. Every method may return
// KindUnavailable.
type LoginAttempts interface {
	// Begin stores a new attempt.
	Begin(ctx context.Context, attempt domain.LoginAttempt) error
	// Renew replaces the code and the expiry of an attempt that has the same subject; its misses
	// stay. It returns false if there is no such attempt at now.
	Renew(ctx context.Context, attempt domain.LoginAttempt, now time.Time) (bool, error)
	// Try compares the hash with the attempt's. The attempt ends with the first match, so that a
	// code works once, and with the miss number domain.OTPMaxAttempts.
	Try(ctx context.Context, id domain.LoginID, codeHash string, now time.Time) (domain.CodeCheck, error)
	// Undelivered notes that the code of an attempt could not be sent. It does nothing if there
	// is no such attempt.
	Undelivered(ctx context.Context, id domain.LoginID) error
	// TakeUndelivered reports whether the code of the subject's attempt could not be sent, and
	// forgets that it was not: of several calls one returns true.
	TakeUndelivered(ctx context.Context, id domain.LoginID, subject string, now time.Time) (bool, error)
}
