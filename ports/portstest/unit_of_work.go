package portstest

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// errUndo makes a transaction roll back.
var errUndo = errors.New("undo")

// UnitOfWork checks a ports.UnitOfWork, which commits everything or nothing. open returns an
// empty store.
func UnitOfWork(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	for name, check := range map[string]func(t *testing.T, c *cast){
		"binds every port of Tx":            bindsEveryPort,
		"commits":                           commitsEverything,
		"rolls back on an error":            rollsBackOnError,
		"rolls back on a panic":             rollsBackOnPanic,
		"rolls back when it is cancelled":   rollsBackOnCancel,
		"a cancelled one does not begin":    cancelledDoesNotBegin,
		"a rerun leaves one run's effects":  rerunIsHarmless,
		"a transaction sees what it writes": seesItsOwnWrites,
		"tx is useless afterwards":          txIsUselessAfterwards,
		"racing transactions all commit":    racingTransactionsCommit,
		"a saved change leaves its effects": savedChangeLeavesEffects,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, populate(t, open(t)))
		})
	}
}

func bindsEveryPort(t *testing.T, c *cast) {
	do(t, c.uow, func(_ context.Context, tx ports.Tx) error {
		v := reflect.ValueOf(tx)
		for i := range v.NumField() {
			assert.False(t, v.Field(i).IsNil(), "Tx.%s is not bound", v.Type().Field(i).Name)
		}
		return nil
	})
}

func commitsEverything(t *testing.T, c *cast) {
	e := newEverything(c)
	e.check(t, false)
	do(t, c.uow, e.write)
	e.check(t, true)
}

func rollsBackOnError(t *testing.T, c *cast) {
	e := newEverything(c)
	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := e.write(ctx, tx); err != nil {
			return err
		}
		return errUndo
	})
	require.ErrorIs(t, err, errUndo)
	e.check(t, false)
	do(t, c.uow, e.write) // nothing was left that conflicts
	e.check(t, true)
}

func rollsBackOnPanic(t *testing.T, c *cast) {
	e := newEverything(c)
	require.PanicsWithValue(t, "oh", func() {
		_ = c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			assert.NoError(t, e.write(ctx, tx))
			panic("oh")
		})
	})
	e.check(t, false)
	do(t, c.uow, e.write)
	e.check(t, true)
}

func rollsBackOnCancel(t *testing.T, c *cast) {
	e := newEverything(c)
	ctx, cancel := context.WithCancel(t.Context())
	err := c.uow.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		err := e.write(ctx, tx)
		cancel()
		return err
	})
	require.ErrorIs(t, err, context.Canceled)
	e.check(t, false)
}

func cancelledDoesNotBegin(t *testing.T, c *cast) {
	e := newEverything(c)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.uow.Do(ctx, e.write), context.Canceled)
	e.check(t, false)
}

// rerunIsHarmless cannot force a rerun, because the store decides about those. If there is one,
// nothing of the other runs may stay.
func rerunIsHarmless(t *testing.T, c *cast) {
	const rounds = 20
	for range rounds {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: c.property.ID, At: noon})
		})
	}
	steps := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) {
		return tx.Steps.Between(ctx, noon, noon.AddDate(0, 0, 1))
	})
	require.Len(t, steps, rounds)
}

func seesItsOwnWrites(t *testing.T, c *cast) {
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		u := domain.NewCustomer(domain.UserID(newID()), newPhone(), noon)
		if err := tx.Users.Add(ctx, u); err != nil {
			return err
		}
		got, err := tx.Users.ByPhone(ctx, u.Phone)
		assert.Equal(t, u, got)
		return err
	})
}

func txIsUselessAfterwards(t *testing.T, c *cast) {
	var leaked [3]ports.Tx
	do(t, c.uow, func(_ context.Context, tx ports.Tx) error {
		leaked[0] = tx
		return nil
	})
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		leaked[1] = tx
		return tx.Security.Append(ctx, c.securityEvent(1))
	})
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		leaked[2] = tx
		return errors.Join(tx.Security.Append(ctx, c.securityEvent(3)), errUndo)
	}), errUndo)
	for i, tx := range &leaked {
		_, err := tx.Users.Get(t.Context(), c.owner.ID)
		require.Error(t, err, i)
		require.Error(t, tx.Users.Add(t.Context(), domain.NewCustomer(domain.UserID(newID()), newPhone(), noon)), i)
		require.Error(t, tx.Security.Append(t.Context(), c.securityEvent(2)), i)
		_, err = tx.Security.List(t.Context(), domain.SecurityFilter{}, domain.Page{Limit: 1})
		require.Error(t, err, i)
	}
	require.Len(t, c.securityLog(domain.SecurityFilter{}), 1)
}

func racingTransactionsCommit(t *testing.T, c *cast) {
	errs := race(racers, func(int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			user, err := tx.Users.Lock(ctx, c.owner.ID)
			if err != nil {
				return err
			}
			if err := tx.Users.Update(ctx, &user); err != nil {
				return err
			}
			return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: c.property.ID, UserID: user.ID, At: noon})
		})
	})
	require.NoError(t, errors.Join(errs...))
	steps := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) {
		return tx.Steps.Between(ctx, noon, noon.AddDate(0, 0, 1))
	})
	require.Len(t, steps, racers)
}

// newIDs is a ports.IDs.
type newIDs struct{}

func (newIDs) New() string { return newID() }

// savedChangeLeavesEffects checks what Tx.Save writes when a claim is saved as the use case
// does.
func savedChangeLeavesEffects(t *testing.T, c *cast) {
	p := c.keep(c.submitted(noon))
	claim := func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, p.ID)
		if err != nil {
			return err
		}
		change, err := p.ClaimFor(c.valuer.Actor(), noon)
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, newIDs{})
	}
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return errors.Join(claim(ctx, tx), errUndo)
	}), errUndo)
	require.Empty(t, c.chain(p.ID))
	do(t, c.uow, claim)
	fails(t, c.uow, domain.KindConflict, "already_claimed", claim)

	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		after, err := tx.Properties.Get(ctx, p.ID)
		assert.NoError(t, err)
		assert.Equal(t, domain.UnderReview, after.State)
		notified, err := tx.Notifications.List(ctx, ports.NotificationFilter{PropertyID: p.ID}, domain.Page{Limit: 100})
		assert.NoError(t, err)
		assert.NotEmpty(t, notified.Items)
		steps, err := tx.Steps.Between(ctx, noon, noon.Add(time.Second))
		assert.Equal(t, []domain.Step{{Kind: domain.StepClaimed, PropertyID: p.ID, UserID: c.valuer.ID, At: noon}}, steps)
		return err
	})
	chain := c.chain(p.ID)
	require.Len(t, chain, 1)
	require.Equal(t, domain.ActionClaimed, chain[0].Action)
}
