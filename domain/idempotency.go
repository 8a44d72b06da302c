package domain

import "time"

// IdempotencyTTL is how long an answered key is remembered.
const IdempotencyTTL = 24 * time.Hour

// IdempotencyKey is a client's promise that requests with this key are one request. The
// zero key promises nothing.
type IdempotencyKey struct {
	UserID    UserID
	Operation string // the operationId
	Key       string // 1…255 characters, the client's choice
	// Fingerprint is a hash of the request, so that a key cannot be used for two.
	Fingerprint string
}

// IdempotencyRecord is a key and the result that it stands for.
type IdempotencyRecord struct {
	Key       IdempotencyKey
	Result    []byte // the use case's output, as JSON
	CreatedAt time.Time
}
