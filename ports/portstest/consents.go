package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ConsentStore checks a ports.ConsentStore. open returns an empty store.
func ConsentStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"keeps every field, newest first": keepsConsents,
	})
}

func keepsConsents(t *testing.T, c *cast) {
	byUser := func(id domain.UserID) []domain.Consent {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Consent, error) { return tx.Consents.ByUser(ctx, id) })
	}
	require.Empty(t, byUser(c.owner.ID))
	var want []domain.Consent
	for i := range 4 {
		consent := fill[domain.Consent](c.filler(i + 1))
		consent.UserID, consent.GivenAt = c.owner.ID, noon.Add(time.Duration(i/2)*time.Hour)
		want = append(want, consent)
	}
	others := fill[domain.Consent](c.filler(1))
	others.UserID = c.valuer.ID
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, consent := range append(shuffled(want), others) {
			mine := tidy(consent)
			if err := tx.Consents.Add(ctx, mine); err != nil {
				return err
			}
			scramble(mine)
		}
		return nil
	})
	slices.SortFunc(want, byTime(func(c domain.Consent) time.Time { return c.GivenAt }, func(c domain.Consent) domain.ConsentID { return c.ID }))
	slices.Reverse(want)
	same(t, want, byUser(c.owner.ID))
	isolated(t, func() []domain.Consent { return byUser(c.owner.ID) })
}
