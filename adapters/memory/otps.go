package memory

import (
	"context"
	"crypto/subtle"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
)

// OTPs is a ports.OTPs.
type OTPs struct {
	faults *Faults
	mu     sync.Mutex
	codes  *expiring[domain.Phone, otp]
}

type otp struct {
	hash      string
	expiresAt time.Time
	misses    int
}

// NewOTPs returns an empty OTPs. faults may be nil.
func NewOTPs(faults *Faults) *OTPs {
	return &OTPs{faults: faults, codes: newExpiring[domain.Phone](func(o otp, now time.Time) bool {
		return !now.Before(o.expiresAt)
	})}
}

// Put implements ports.OTPs.
func (o *OTPs) Put(ctx context.Context, phone domain.Phone, hash string, expiresAt time.Time) error {
	if err := o.faults.outside(ctx, "OTPs.Put"); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.codes.put(phone, otp{hash: hash, expiresAt: expiresAt}, expiresAt.Add(-domain.OTPTTL))
	return nil
}

// Take implements ports.OTPs.
func (o *OTPs) Take(ctx context.Context, phone domain.Phone, hash string, now time.Time) (bool, error) {
	if err := o.faults.outside(ctx, "OTPs.Take"); err != nil {
		return false, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	code, ok := o.codes.get(phone, now)
	if !ok {
		return false, nil
	}
	if subtle.ConstantTimeCompare([]byte(code.hash), []byte(hash)) == 1 {
		delete(o.codes.held, phone)
		return true, nil
	}
	if code.misses++; code.misses >= domain.OTPMaxAttempts {
		delete(o.codes.held, phone)
	} else {
		o.codes.held[phone] = code
	}
	return false, nil
}
