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

// undoable makes a rollback restore what the customer sent.
func (s customerUse) undoable(customer domain.UserID) {
	before, known := s.store.sent[customer]
	s.onRollback(func() {
		if delete(s.store.sent, customer); known {
			s.store.sent[customer] = before
		}
	})
}

func (s customerUse) forget(customer domain.UserID) {
	s.undoable(customer)
	delete(s.store.sent, customer)
}

// Use counts drafts by looking at every property: there are few in memory.
func (s customerUse) Use(ctx context.Context, customer domain.UserID, day time.Time, adds domain.CustomerUse) (domain.CustomerUse, error) {
	if err := s.call(ctx, "Customers.Use"); err != nil {
		return domain.CustomerUse{}, err
	}
	before := s.store.sent[customer]
	now := before
	if now.day.Before(day) {
		now = sent{day: day}
	}
	now.Submissions += adds.Submissions
	now.Photos += adds.Photos
	s.undoable(customer)
	s.store.sent[customer] = now
	_, erased := s.store.privacy.erasures.held[customer]
	use := domain.CustomerUse{Drafts: adds.Drafts, Submissions: now.Submissions, Photos: now.Photos, Erased: erased}
	for _, p := range s.store.properties.held {
		if p.OwnerID == customer && p.State == domain.Draft {
			use.Drafts++
		}
	}
	return use, nil
}
