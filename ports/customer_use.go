package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// CustomerUseStore counts what customers have and send.
type CustomerUseStore interface {
	// Use adds to what the customer sent on the day, a midnight in UTC as domain.Date returns it,
	// and returns the sums, with the number of drafts there will be with those added, and whether
	// the customer has asked for erasure. Another transaction that uses the same customer's waits
	// until this one ends. What was deleted still
	// counts. A day before the newest one counts as that.
	Use(ctx context.Context, customer domain.UserID, day time.Time, adds domain.CustomerUse) (domain.CustomerUse, error)
}
