package portstest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ChallengeStore checks a ports.ChallengeStore. open returns an empty store.
func ChallengeStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	lock := func(ctx context.Context, tx ports.Tx, id domain.ChallengeID) (domain.Challenge, error) {
		return tx.Challenges.Lock(ctx, id)
	}
	kept[domain.ChallengeID, domain.Challenge]{
		thing: "challenge",
		id:    func(c domain.Challenge) domain.ChallengeID { return c.ID },
		make: func(c *cast) (first, second, bare domain.Challenge) {
			first, second = fill[domain.Challenge](c.filler(1)), fill[domain.Challenge](c.filler(2))
			first.ID = domain.ChallengeID(newID())
			bare = first
			bare.Subject, bare.UsedAt = domain.Subject{Type: domain.PhotoFront}, time.Time{}
			return first, second, bare
		},
		add:  func(ctx context.Context, tx ports.Tx, c domain.Challenge) error { return tx.Challenges.Add(ctx, c) },
		get:  lock,
		lock: lock,
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"is used once":                 usedOnce,
		"one of many racing uses wins": oneUseWins,
		"lists a property's, oldest first": func(t *testing.T, c *cast) {
			var want []domain.Challenge
			for range 3 {
				want = append(want, c.challenge())
			}
			slices.SortFunc(want, func(a, b domain.Challenge) int { return cmp.Compare(a.ID, b.ID) }) // at the same time
			of := func(id domain.PropertyID) []domain.Challenge {
				return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Challenge, error) {
					return tx.Challenges.ByProperty(ctx, id)
				})
			}
			same(t, want, of(c.property.ID))
			require.Empty(t, of(c.other.ID))
		},
	})
}

func usedOnce(t *testing.T, c *cast) {
	challenge := c.challenge()
	use := func(ctx context.Context, tx ports.Tx) error {
		return tx.Challenges.MarkUsed(ctx, challenge.ID, noon.Add(time.Minute))
	}
	do(t, c.uow, use)
	fails(t, c.uow, domain.KindConflict, "challenge_replayed", use)
	challenge.UsedAt = noon.Add(time.Minute)
	same(t, challenge, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Challenge, error) {
		return tx.Challenges.Lock(ctx, challenge.ID)
	}))
	fails(t, c.uow, domain.KindNotFound, "challenge_not_found", func(ctx context.Context, tx ports.Tx) error {
		return tx.Challenges.MarkUsed(ctx, domain.ChallengeID(newID()), noon)
	})
}

func oneUseWins(t *testing.T, c *cast) {
	challenge := c.challenge()
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Challenges.MarkUsed(ctx, challenge.ID, noon)
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
}
