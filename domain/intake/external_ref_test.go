package intake_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) referred(by domain.Actor, ref string) (domain.Property, error) {
	return w.create().Execute(w.T.Context(), intake.CreatePropertyInput{
		Actor: by, Type: domain.House, ExternalRef: ref, Details: fixture.Details(),
	})
}

func (w *world) refer(id domain.PropertyID, ref string) error {
	_, err := w.update().Execute(w.T.Context(), intake.UpdatePropertyInput{
		Actor: owner, PropertyID: id, Version: w.Property(id).Version, Change: domain.DetailsChange{ExternalRef: &ref},
	})
	return err
}

func TestOpenCasesOfAnOwnerHaveDifferentReferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.referred(owner, "LOS-1")
	require.NoError(t, err)
	blank, err := w.referred(owner, "")
	require.NoError(t, err)
	_, err = w.referred(owner, "")
	require.NoError(t, err, "no reference")
	_, err = w.referred(stranger, "LOS-1")
	require.NoError(t, err, "another owner")
	before := w.Everything()
	_, err = w.referred(owner, "LOS-1")
	fixture.Refused(t, err, domain.KindConflict, "external_ref_taken")
	fixture.Refused(t, w.refer(blank.ID, "LOS-1"), domain.KindConflict, "external_ref_taken")
	assert.Equal(t, before, w.Everything())

	require.NoError(t, w.refer(first.ID, "LOS-1"), "its own")
	require.NoError(t, w.refer(blank.ID, "LOS-2"))
	require.NoError(t, w.refer(first.ID, ""))
	require.NoError(t, w.refer(blank.ID, "LOS-1"), "given up by the first")
	_, err = w.withdraw().Execute(t.Context(), intake.WithdrawPropertyInput{Actor: owner, PropertyID: blank.ID})
	require.NoError(t, err)
	require.NoError(t, w.refer(first.ID, "LOS-1"), "given up with the case")
}

func TestOneOfManyRacingDraftsGetsAReference(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var won atomic.Int32
	var racers sync.WaitGroup
	for range 16 {
		racers.Go(func() {
			_, err := w.referred(owner, "LOS-1")
			if err == nil {
				won.Add(1)
				return
			}
			assert.Equal(t, "external_ref_taken", domain.CodeOf(err))
		})
	}
	racers.Wait()
	assert.EqualValues(t, 1, won.Load())
}

func TestAnEditNamesWhatItCleared(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ready(owner)
	land := domain.Land
	out, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
		Actor: owner, PropertyID: id, Version: w.Property(id).Version, Change: domain.DetailsChange{Type: &land},
	})
	require.NoError(t, err)
	assert.Equal(t, w.Property(id), out.Property)
	assert.Equal(t, domain.Land, out.Property.Type)
	had := fixture.Details()
	for _, field := range out.Cleared {
		assert.Contains(t, had.Fields(), field)
		assert.False(t, land.CanHave(field))
	}
	assert.NotEmpty(t, out.Cleared)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		photos, err := tx.Photos.ByProperty(ctx, id)
		assert.Len(t, photos, 2, "the photos stay")
		return err
	})
}
