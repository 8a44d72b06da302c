package memory

import (
	"context"

	"github.com/propflow/propflow/domain"
)

type consents struct {
	tableView[domain.ConsentID, domain.Consent]
	byUser *index[domain.UserID, domain.ConsentID, domain.Consent]
}

func (s consents) ByUser(ctx context.Context, user domain.UserID) ([]domain.Consent, error) {
	if err := s.begin(ctx, "ByUser"); err != nil {
		return nil, err
	}
	newest := order[domain.Consent]{
		key:        func(c domain.Consent) string { return timeKey(c.GivenAt) },
		id:         func(c domain.Consent) string { return string(c.ID) },
		descending: true,
	}
	sorted, _ := newest.sorted(s.byUser.at(user))
	return s.table.copies(sorted), nil
}
