package intake_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// limit sets the limits of customers.
func (w *world) limit(limits domain.CustomerLimits) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		settings, err := tx.Settings.Get(ctx)
		if err != nil {
			return err
		}
		settings.Limits = limits.Or(settings.Limits)
		return tx.Settings.Update(ctx, &settings)
	})
}

func TestDraftsAtATimeAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.limit(domain.CustomerLimits{OpenDrafts: 3})
	open := func(by domain.Actor) (domain.Property, error) {
		return w.create().Execute(t.Context(), intake.CreatePropertyInput{Actor: by, Type: domain.Land})
	}
	var made atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := open(owner); err == nil {
				made.Add(1)
			} else {
				assert.Equal(t, "too_many_drafts", domain.CodeOf(err))
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 3, made.Load(), "also if they come at once")
	_, err := open(stranger)
	require.NoError(t, err, "each customer has a limit of their own")
	before := w.Everything()
	_, err = open(owner)
	fixture.Refused(t, err, domain.KindConflict, "too_many_drafts")
	assert.Equal(t, before, w.Everything())
}

// The request is in flight when the erasure is accepted, so that its session was asked about before.
func TestNoCaseIsOpenedAfterAnErasure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		return tx.Erasures.Add(ctx, domain.Erasure{UserID: owner.ID, AskedAt: w.Clock.Now()})
	})
	before := w.Everything()
	_, err := w.create().Execute(t.Context(), intake.CreatePropertyInput{Actor: owner, Type: domain.Land})
	fixture.Refused(t, err, domain.KindUnauthenticated, "session_ended")
	assert.Equal(t, before, w.Everything())
}

func TestSubmissionsOfADayAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.limit(domain.CustomerLimits{SubmissionsPerDay: 2})
	submit := func() error {
		_, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: w.ready(owner)})
		return err
	}
	require.NoError(t, submit())
	require.NoError(t, submit())
	fixture.Refused(t, submit(), domain.KindTooMany, "too_many_submissions")
	w.Clock.Advance(24 * time.Hour)
	require.NoError(t, submit())
}
