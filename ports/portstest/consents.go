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
		"keeps every field, newest first":       keepsConsents,
		"keeps those without purposes":          keepsConsentsToAll,
		"a withdrawal waits for those who hold": holdsConsents,
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

// keepsConsentsToAll asserts that no purposes, which mean all, stay none.
func keepsConsentsToAll(t *testing.T, c *cast) {
	consent := fill[domain.Consent](c.filler(1))
	consent.ID, consent.UserID, consent.Purposes = domain.ConsentID(newID()), c.owner.ID, nil
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Consents.Add(ctx, consent) })
	stored := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Consent, error) {
		return tx.Consents.Hold(ctx, c.owner.ID)
	})
	require.Len(t, stored, 1)
	require.Nil(t, stored[0].Purposes)
}

// holdsConsents asserts that of transactions that take something in under a consent, and withdrawals
// of it, none takes something in after a withdrawal: each sees all that committed before.
func holdsConsents(t *testing.T, c *cast) {
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			if i%2 == 0 {
				if _, err := tx.Users.Lock(ctx, c.owner.ID); err != nil {
					return err
				}
				consent := fill[domain.Consent](c.filler(1))
				consent.ID, consent.UserID, consent.Withdrawn = domain.ConsentID(newID()), c.owner.ID, true
				return tx.Consents.Add(ctx, consent)
			}
			before, err := tx.Consents.Hold(ctx, c.owner.ID)
			if err != nil {
				return err
			}
			after, err := tx.Consents.ByUser(ctx, c.owner.ID)
			if err == nil && len(after) != len(before) {
				err = domain.Conflict("withdrawn_meanwhile", "a withdrawal did not wait")
			}
			return err
		})
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
}
