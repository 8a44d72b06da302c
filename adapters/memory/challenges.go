package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type challenges struct {
	tableView[domain.ChallengeID, domain.Challenge]
}

func (s challenges) MarkUsed(ctx context.Context, id domain.ChallengeID, at time.Time) error {
	if err := s.begin(ctx, "MarkUsed"); err != nil {
		return err
	}
	challenge, ok := s.table.get(id)
	switch {
	case !ok:
		return domain.NotFound("challenge")
	case !challenge.UsedAt.IsZero():
		return domain.Conflict("challenge_replayed", "the challenge was already used; ask for a new one before each shot")
	}
	challenge.UsedAt = at
	s.table.put(s.unit, challenge)
	return nil
}

func (s challenges) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Challenge, error) {
	if err := s.begin(ctx, "ByProperty"); err != nil {
		return nil, err
	}
	found := held(s.table, func(c *domain.Challenge) bool { return c.PropertyID == property })
	slices.SortFunc(found, func(a, b *domain.Challenge) int {
		return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	return s.table.copies(found), nil
}
