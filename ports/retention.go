package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// Retention deletes what is kept no longer. Every method may return KindUnavailable.
type Retention interface {
	// DeleteCase removes a property with its challenges, photos, valuations, notifications and
	// steps. Its audit chain is kept. Errors: KindNotFound "property_not_found".
	DeleteCase(ctx context.Context, id domain.PropertyID) error
	// DeleteCustomer removes a customer who asked for erasure and has no property, with all that
	// was kept about the customer, consents too. Errors: KindNotFound "user_not_found", also if
	// the user is no customer, KindConflict "erasure_not_requested" and "user_has_cases". The user's
	// register ends with an entry of that time.
	DeleteCustomer(ctx context.Context, id domain.UserID, now time.Time) error
	// Forget deletes at most limit rows of the kind that are older than before, the oldest
	// first, and returns how many it deleted. Of domain.ExpiringNumbers it empties them instead.
	Forget(ctx context.Context, kind domain.Expiring, before time.Time, limit int) (int, error)
}
