package memory

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

type consents struct {
	tableView[domain.ConsentID, domain.Consent]
	byUser *index[domain.UserID, domain.ConsentID, domain.Consent]
}

func (s consents) ByUser(ctx context.Context, user domain.UserID) ([]domain.Consent, error) {
	return s.list(ctx, "ByUser", user)
}

// Hold needs no lock: transactions run one after the other.
func (s consents) Hold(ctx context.Context, user domain.UserID) ([]domain.Consent, error) {
	return s.list(ctx, "Hold", user)
}

func (s consents) list(ctx context.Context, method string, user domain.UserID) ([]domain.Consent, error) {
	if err := s.begin(ctx, method); err != nil {
		return nil, err
	}
	newest := order[domain.Consent]{
		at:         func(c *domain.Consent) time.Time { return c.GivenAt },
		id:         func(c *domain.Consent) string { return string(c.ID) },
		descending: true,
	}
	given := s.byUser.at(user, all)
	return s.table.copies(newest.sorted(given, len(given))), nil
}
