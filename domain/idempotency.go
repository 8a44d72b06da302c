package domain

import "time"

// IdempotencyTTL is how long an answered key is remembered.
const IdempotencyTTL = 24 * time.Hour

// IdempotencyKey identifies a request that a client may repeat, for example after a lost answer,
// and that must take effect only once. Requests without a key have the zero IdempotencyKey; each
// of them takes effect.
type IdempotencyKey struct {
	UserID    UserID
	Operation string // the operationId
	Key       string // 1…255 characters, the client's choice
	// Fingerprint is a hash of the request, by which a key that comes with a different request
	// is refused.
	Fingerprint string
}

// IdempotencyRecord is a key with the result of its request, which repeats get too.
type IdempotencyRecord struct {
	Key       IdempotencyKey
	Result    []byte // the use case's output, as JSON
	CreatedAt time.Time
}
