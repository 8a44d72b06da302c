package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// Quotas counts uses against several rates at once. Unlike a RateLimiter it is exact: in no window
// of a rate are there more uses than that rate allows. It remembers as many uses of a key as its
// greatest rate allows, so it is meant for what is rare or dear. Errors: KindUnavailable.
type Quotas interface {
	// Take counts one use of the key, unless a rate allows no further one: a use that is refused
	// counts against none of the rates.
	Take(ctx context.Context, key string, rates []domain.Rate, now time.Time) (Quota, error)
	// Add counts one use of the key even if a rate allows no further one.
	Add(ctx context.Context, key string, rates []domain.Rate, now time.Time) (Quota, error)
	// GiveBack takes back one use that was counted at the given Quota.At. It does nothing if there
	// is none.
	GiveBack(ctx context.Context, key string, at time.Time) error
}

// Quota is the state of a key after a use or a refusal.
type Quota struct {
	// Wait is how long it takes until a refused use may be tried again; 0 if the use was counted.
	Wait time.Duration
	// At is when the use was counted, for GiveBack.
	At time.Time
	// Used is the used part of the rate that is nearest to its end, in percent, rounded down.
	Used int
}
