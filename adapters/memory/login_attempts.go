package memory

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
)

// LoginAttempts is a ports.LoginAttempts.
type LoginAttempts struct {
	faults   *Faults
	mu       sync.Mutex
	attempts *expiring[domain.LoginID, loginAttempt]
}

type loginAttempt struct {
	domain.LoginAttempt
	misses      int
	undelivered bool
}

// NewLoginAttempts returns an empty LoginAttempts. faults may be nil.
func NewLoginAttempts(faults *Faults) *LoginAttempts {
	return &LoginAttempts{faults: faults, attempts: newExpiring[domain.LoginID](func(a loginAttempt, now time.Time) bool {
		return !now.Before(a.ExpiresAt)
	})}
}

// Begin implements ports.LoginAttempts.
func (l *LoginAttempts) Begin(ctx context.Context, attempt domain.LoginAttempt) error {
	if err := l.faults.outside(ctx, "LoginAttempts.Begin"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts.put(attempt.ID, loginAttempt{LoginAttempt: attempt}, attempt.ExpiresAt.Add(-domain.OTPTTL))
	return nil
}

// Renew implements ports.LoginAttempts.
func (l *LoginAttempts) Renew(ctx context.Context, attempt domain.LoginAttempt, now time.Time) (bool, error) {
	if err := l.faults.outside(ctx, "LoginAttempts.Renew"); err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	before, ok := l.attempts.get(attempt.ID, now)
	if !ok || before.Subject != attempt.Subject {
		return false, nil
	}
	before.LoginAttempt = attempt
	l.attempts.held[attempt.ID] = before
	return true, nil
}

// Try implements ports.LoginAttempts.
func (l *LoginAttempts) Try(ctx context.Context, id domain.LoginID, codeHash string, now time.Time) (domain.CodeCheck, error) {
	if err := l.faults.outside(ctx, "LoginAttempts.Try"); err != nil {
		return domain.CodeUnknown, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	attempt, ok := l.attempts.get(id, now)
	if !ok {
		return domain.CodeUnknown, nil
	}
	if subtle.ConstantTimeCompare([]byte(attempt.CodeHash), []byte(codeHash)) == 1 {
		delete(l.attempts.held, id)
		return domain.CodeMatched, nil
	}
	if attempt.misses++; attempt.misses >= domain.OTPMaxAttempts {
		delete(l.attempts.held, id)
	} else {
		l.attempts.held[id] = attempt
	}
	return domain.CodeMissed, nil
}

// Undelivered implements ports.LoginAttempts.
func (l *LoginAttempts) Undelivered(ctx context.Context, id domain.LoginID) error {
	if err := l.faults.outside(ctx, "LoginAttempts.Undelivered"); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if attempt, ok := l.attempts.held[id]; ok {
		attempt.undelivered = true
		l.attempts.held[id] = attempt
	}
	return nil
}

// TakeUndelivered implements ports.LoginAttempts.
func (l *LoginAttempts) TakeUndelivered(ctx context.Context, id domain.LoginID, subject string, now time.Time) (bool, error) {
	if err := l.faults.outside(ctx, "LoginAttempts.TakeUndelivered"); err != nil {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	attempt, ok := l.attempts.get(id, now)
	if !ok || attempt.Subject != subject || !attempt.undelivered {
		return false, nil
	}
	attempt.undelivered = false
	l.attempts.held[id] = attempt
	return true, nil
}
