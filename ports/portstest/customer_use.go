package portstest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// CustomerUseStore checks a ports.CustomerUseStore.
func CustomerUseStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"adds up the day, and begins anew on the next": addsUpTheDay,
		"forgets what was rolled back":                 forgetsRolledBackUse,
		"counts those who come at once":                countsUseAtOnce,
		"tells of an erasure that it waited for":       tellsOfErasure,
	})
}

func (c *cast) use(customer domain.UserID, day time.Time, adds domain.CustomerUse) (use domain.CustomerUse) {
	c.t.Helper()
	require.NoError(c.t, c.uow.Do(c.t.Context(), func(ctx context.Context, tx ports.Tx) (err error) {
		use, err = tx.Customers.Use(ctx, customer, day, adds)
		return err
	}))
	return use
}

func addsUpTheDay(t *testing.T, c *cast) {
	today := domain.Date(noon)
	drafts := c.use(c.owner.ID, today, domain.CustomerUse{}).Drafts // those of the cast
	require.Equal(t, domain.CustomerUse{Drafts: drafts + 1, Photos: 2}, c.use(c.owner.ID, today, domain.CustomerUse{Drafts: 1, Photos: 2}))
	require.Equal(t, domain.CustomerUse{Drafts: drafts, Photos: 2, Submissions: 1}, c.use(c.owner.ID, today, domain.CustomerUse{Submissions: 1}))
	require.Zero(t, c.use(c.valuer.ID, today, domain.CustomerUse{}).Photos, "of somebody else")
	tomorrow := today.AddDate(0, 0, 1)
	require.Equal(t, domain.CustomerUse{Drafts: drafts, Photos: 1}, c.use(c.owner.ID, tomorrow, domain.CustomerUse{Photos: 1}))
	require.Equal(t, domain.CustomerUse{Drafts: drafts, Photos: 2}, c.use(c.owner.ID, today, domain.CustomerUse{Photos: 1}), "a clock that is behind")
}

func forgetsRolledBackUse(t *testing.T, c *cast) {
	today := domain.Date(noon)
	refused := errors.New("refused")
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Customers.Use(ctx, c.owner.ID, today, domain.CustomerUse{Photos: 5, Submissions: 5})
		require.NoError(t, err)
		return refused
	}), refused)
	got := c.use(c.owner.ID, today, domain.CustomerUse{Photos: 1})
	require.Equal(t, 1, got.Photos)
	require.Zero(t, got.Submissions)
}

func countsUseAtOnce(t *testing.T, c *cast) {
	today := domain.Date(noon)
	const many = 20
	seen := make(chan int, many)
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			seen <- c.use(c.owner.ID, today, domain.CustomerUse{Submissions: 1}).Submissions
		})
	}
	all.Wait()
	close(seen)
	counts := map[int]bool{}
	for n := range seen {
		counts[n] = true
	}
	require.Len(t, counts, many, "each saw another number")
	require.True(t, counts[many])
}

func tellsOfErasure(t *testing.T, c *cast) {
	today := domain.Date(noon)
	require.False(t, c.use(c.owner.ID, today, domain.CustomerUse{}).Erased)
	var waiting sync.WaitGroup
	var wait sync.Once // the transaction may run again
	erased := make([]bool, 10)
	require.NoError(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if _, err := tx.Customers.Use(ctx, c.owner.ID, today, domain.CustomerUse{}); err != nil {
			return err
		}
		wait.Do(func() {
			for i := range erased {
				waiting.Go(func() { erased[i] = c.use(c.owner.ID, today, domain.CustomerUse{}).Erased })
			}
		})
		return tx.Erasures.Add(ctx, domain.Erasure{UserID: c.owner.ID, AskedAt: noon})
	}))
	waiting.Wait()
	require.NotContains(t, erased, false)
	require.False(t, c.use(c.valuer.ID, today, domain.CustomerUse{}).Erased, "somebody else")
}
