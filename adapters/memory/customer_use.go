package memory

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

type customerUse struct{ *unit }

// sent is what a customer sent on the newest day.
type sent struct {
	day time.Time
	domain.CustomerUse
}

// Use counts drafts by looking at every property: there are few in memory.
func (s customerUse) Use(ctx context.Context, customer domain.UserID, day time.Time, adds domain.CustomerUse) (domain.CustomerUse, error) {
	if err := s.call(ctx, "Customers.Use"); err != nil {
		return domain.CustomerUse{}, err
	}
	before, known := s.store.sent[customer]
	now := before
	if now.day.Before(day) {
		now = sent{day: day}
	}
	now.Submissions += adds.Submissions
	now.Photos += adds.Photos
	s.store.sent[customer] = now
	s.onRollback(func() {
		if delete(s.store.sent, customer); known {
			s.store.sent[customer] = before
		}
	})
	use := domain.CustomerUse{Drafts: adds.Drafts, Submissions: now.Submissions, Photos: now.Photos}
	for _, p := range s.store.properties.held {
		if p.OwnerID == customer && p.State == domain.Draft {
			use.Drafts++
		}
	}
	return use, nil
}
