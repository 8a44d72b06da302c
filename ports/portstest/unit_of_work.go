package portstest

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// errUndo makes a transaction roll back.
var errUndo = errors.New("undo")

// UnitOfWork checks that a unit of work commits everything or nothing. open returns an
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

// everything writes through every port of Tx.
type everything struct {
	c            *cast
	doomed       domain.Property // is deleted
	user         domain.User
	consent      domain.Consent
	challenge    domain.Challenge
	photo        domain.Photo
	comparable   domain.Comparable
	valuation    domain.Valuation
	notification domain.Notification
	key          domain.IdempotencyKey
}

func newEverything(c *cast) everything {
	f := c.filler(1)
	return everything{
		c: c, doomed: c.draft(c.owner, noon), user: fill[domain.User](f), consent: fill[domain.Consent](f), challenge: fill[domain.Challenge](f),
		photo: fill[domain.Photo](f), comparable: fill[domain.Comparable](f), valuation: fill[domain.Valuation](f),
		notification: fill[domain.Notification](f),
		key:          domain.IdempotencyKey{UserID: c.owner.ID, Operation: "op", Key: "key", Fingerprint: "print"},
	}
}

func (e everything) write(ctx context.Context, tx ports.Tx) error {
	property, err := tx.Properties.Lock(ctx, e.c.property.ID)
	if err != nil {
		return err
	}
	property.ExternalRef = "changed"
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return err
	}
	settings.MinConfidence = 77
	_, err = tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: property.ID, At: noon, Action: domain.ActionEdited})
	return errors.Join(
		err,
		tx.Properties.Update(ctx, &property),
		tx.Properties.Delete(ctx, e.doomed.ID),
		tx.Users.Add(ctx, e.user),
		tx.Consents.Add(ctx, e.consent),
		tx.Challenges.Add(ctx, e.challenge),
		tx.Photos.Add(ctx, e.photo),
		tx.Comparables.Add(ctx, e.comparable),
		tx.Valuations.Add(ctx, e.valuation),
		tx.Notifications.Add(ctx, e.notification),
		tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: property.ID, At: noon}),
		tx.Settings.Update(ctx, &settings),
		tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: e.key, Result: []byte("1"), CreatedAt: noon}),
		tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobSendDigest, RunAt: noon}),
		tx.Events.Append(ctx, domain.Event{Action: domain.ActionEdited, PropertyID: property.ID, At: noon}),
	)
}

// check asserts that all of it is there, or nothing.
func (e everything) check(t *testing.T, there bool) {
	t.Helper()
	found := func(name string, fn func(ctx context.Context, tx ports.Tx) (bool, error)) {
		t.Helper()
		got, err := ports.Read(t.Context(), e.c.uow, fn)
		if !domain.IsKind(err, domain.KindNotFound) {
			assert.NoError(t, err, name)
		}
		assert.Equal(t, there, got, "%s: is the write there?", name)
	}
	found("users", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Users.Get(ctx, e.user.ID)
		return err == nil, err
	})
	found("consents", func(ctx context.Context, tx ports.Tx) (bool, error) {
		all, err := tx.Consents.ByUser(ctx, e.consent.UserID)
		return len(all) > 0, err
	})
	found("properties", func(ctx context.Context, tx ports.Tx) (bool, error) {
		p, err := tx.Properties.Get(ctx, e.c.property.ID)
		return p.ExternalRef == "changed" && p.Version == 1, err
	})
	found("deleted property", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Properties.Get(ctx, e.doomed.ID)
		return domain.IsKind(err, domain.KindNotFound), nil
	})
	found("challenges", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Challenges.Lock(ctx, e.challenge.ID)
		return err == nil, err
	})
	found("photos", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Photos.Get(ctx, e.photo.ID)
		return err == nil, err
	})
	found("comparables", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Comparables.Get(ctx, e.comparable.ID)
		return err == nil, err
	})
	found("valuations", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Valuations.Get(ctx, e.valuation.ID)
		return err == nil, err
	})
	found("notifications", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := tx.Notifications.Get(ctx, e.notification.ID)
		return err == nil, err
	})
	found("steps", func(ctx context.Context, tx ports.Tx) (bool, error) {
		steps, err := tx.Steps.Between(ctx, noon, noon.AddDate(0, 0, 1))
		return len(steps) == 1, err
	})
	found("settings", func(ctx context.Context, tx ports.Tx) (bool, error) {
		s, err := tx.Settings.Get(ctx)
		return s.MinConfidence == 77, err
	})
	found("audit", func(ctx context.Context, tx ports.Tx) (bool, error) {
		chain, err := tx.Audit.Chain(ctx, e.c.property.ID)
		return len(chain) == 1, err
	})
	found("idempotency", func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, ok, err := tx.Idempotency.Find(ctx, e.key, noon)
		return ok, err
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
	do(t, c.uow, e.write) // nothing is left in the way
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

// rerunIsHarmless does not force a rerun, which is the store's own affair; but where there
// is one, nothing of the other runs may stay.
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
	var leaked ports.Tx
	do(t, c.uow, func(_ context.Context, tx ports.Tx) error {
		leaked = tx
		return nil
	})
	_, err := leaked.Users.Get(t.Context(), c.owner.ID)
	require.Error(t, err)
	require.Error(t, leaked.Users.Add(t.Context(), domain.NewCustomer(domain.UserID(newID()), newPhone(), noon)))
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
