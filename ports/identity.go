package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// Clock returns the current time, in UTC.
type Clock interface {
	Now() time.Time
}

// IDs makes identifiers: UUIDv7, so that later ones sort after earlier ones.
type IDs interface {
	New() string
}

// Entropy makes unpredictable bytes.
type Entropy interface {
	// Bytes returns n random bytes.
	Bytes(n int) []byte
}

// PhoneNumbers reads phone numbers as people write them.
type PhoneNumbers interface {
	// Parse returns the E.164 form of an Indian mobile number. Errors: KindInvalid naming
	// the field "phone".
	Parse(raw string) (domain.Phone, error)
}

// AccessTokens signs and checks the short-lived proofs that requests carry.
type AccessTokens interface {
	// Issue signs an identity.
	Issue(identity domain.Identity) (string, error)
	// Verify reads a token. Errors: KindUnauthenticated "invalid_token" and "token_expired".
	Verify(token string, now time.Time) (domain.Identity, error)
}

// SecondFactors makes and checks time-based one-time passwords (RFC 6238).
type SecondFactors interface {
	// Enrol makes a new secret, and the otpauth URI that an authenticator app reads.
	Enrol(account string) (secret, uri string, err error)
	// Check returns the 30 s time step that the code belongs to, within one step of now.
	Check(secret, code string, now time.Time) (step int64, ok bool)
}

// RateLimiter counts requests.
type RateLimiter interface {
	// Allow counts one request of the key against its limit per window and reports whether it
	// is allowed. A limit below 1 allows none. Errors: KindUnavailable.
	Allow(ctx context.Context, key string, limit int, window time.Duration, now time.Time) (RateLimit, error)
}

// RateLimit is the state of a limit after a request.
type RateLimit struct {
	Allowed   bool
	Limit     int
	Remaining int
	// ResetAfter is the time until the whole limit is available again, or until a refused
	// request may be retried.
	ResetAfter time.Duration
}
