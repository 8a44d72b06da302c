package system

import (
	"crypto/rand"
	"time"

	"github.com/google/uuid"

	"github.com/propflow/propflow/ports"
)

var (
	_ ports.Clock   = Clock{}
	_ ports.IDs     = IDs{}
	_ ports.Entropy = Entropy{}
)

// Clock is the machine's clock.
type Clock struct{}

// Now returns the current time in UTC, in whole microseconds and without a monotonic reading,
// so that a time read back from a store equals the one written to it.
func (Clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// IDs makes UUIDv7 (RFC 9562, 5.7).
type IDs struct{}

// New returns a UUIDv7 in its canonical text form. Within one process each sorts after the
// one before it, even within a millisecond.
func (IDs) New() string {
	// The only error is that of crypto/rand, which ends the process rather than return one.
	return uuid.Must(uuid.NewV7()).String()
}

// Entropy is the operating system's cryptographic random generator.
type Entropy struct{}

// Bytes returns n random bytes. It does not fail: if the system has no randomness,
// crypto/rand ends the process.
func (Entropy) Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
