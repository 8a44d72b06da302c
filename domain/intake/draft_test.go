package intake_test

import (
	"context"
	"slices"
	"strings"
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

func TestADraftIsOpened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	change := fixture.Details()
	p, err := w.create().Execute(t.Context(), intake.CreatePropertyInput{
		Actor: owner, Type: domain.Villa, ExternalRef: "LOS-4711", Details: change,
	})
	require.NoError(t, err)
	assert.Equal(t, w.Property(p.ID), p)
	assert.Equal(t, domain.Draft, p.State)
	assert.Equal(t, owner.ID, p.OwnerID)
	assert.Equal(t, "LOS-4711", p.ExternalRef)
	assert.Equal(t, *change.Address, p.Details.Address)
	assert.Regexp(t, "^[0-9a-f]{32}$", p.Salt)
	assert.Equal(t, []domain.Action{domain.ActionCreated}, w.Actions(p.ID))
	assert.Len(t, w.Everything().Steps, 2, "created, and complete at once")

	other := w.Property(w.draft(owner))
	assert.NotEqual(t, p.Salt, other.Salt)
	assert.NotEqual(t, p.ID, other.ID)

	before := w.Everything()
	change.Address.Pincode = "12"
	_, err = w.create().Execute(t.Context(), intake.CreatePropertyInput{
		Actor: owner, Type: "CASTLE", ExternalRef: strings.Repeat("x", 65), Details: change,
	})
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, before, w.Everything())
}

func TestWhoSeesAProperty(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft, submitted := w.draft(owner), w.submitted(owner)
	uc := intake.GetProperty{UnitOfWork: w.Store, Clock: w.Clock}
	for _, c := range []struct {
		by  domain.Actor
		id  domain.PropertyID
		see bool
	}{
		{owner, draft, true}, {valuer, draft, false}, {stranger, draft, false},
		{owner, submitted, true}, {valuer, submitted, true}, {stranger, submitted, false}, {admin, submitted, false},
		{owner, "none", false},
	} {
		p, err := uc.Execute(t.Context(), intake.GetPropertyInput{Actor: c.by, PropertyID: c.id})
		if c.see {
			require.NoError(t, err)
			assert.Equal(t, w.Property(c.id), p)
			continue
		}
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
		assert.Zero(t, p)
	}
}

func TestOnesOwnPropertiesNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var ids []domain.PropertyID
	for range 3 {
		ids = append(ids, w.draft(owner))
		w.draft(stranger)
		w.Clock.Advance(time.Second)
	}
	uc := intake.ListProperties{UnitOfWork: w.Store}
	first, err := uc.Execute(t.Context(), intake.ListPropertiesInput{Actor: owner, Page: domain.Page{Limit: 2}})
	require.NoError(t, err)
	rest, err := uc.Execute(t.Context(), intake.ListPropertiesInput{Actor: owner, Page: domain.Page{Limit: 2, Cursor: first.Next}})
	require.NoError(t, err)
	assert.Zero(t, rest.Next)
	var seen []domain.PropertyID
	for _, p := range append(first.Items, rest.Items...) {
		seen = append(seen, p.ID)
	}
	slices.Reverse(ids)
	assert.Equal(t, ids, seen)
}

func TestAnEditNeedsTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft(owner)
	edit := func(by domain.Actor, version int64, area int) (domain.Property, error) {
		out, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
			Actor: by, PropertyID: id, Version: version, Change: domain.DetailsChange{AreaSqFt: &area},
		})
		return out.Property, err
	}
	read := w.Property(id)
	w.Clock.Advance(time.Minute)
	p, err := edit(owner, read.Version, 900)
	require.NoError(t, err)
	assert.Equal(t, w.Property(id), p)
	assert.Equal(t, 900, p.Details.AreaSqFt)
	assert.Equal(t, w.Clock.Now(), p.UpdatedAt)
	assert.Greater(t, p.Version, read.Version)
	assert.Equal(t, []domain.Action{domain.ActionCreated, domain.ActionEdited}, w.Actions(id))

	before := w.Everything()
	_, err = edit(owner, read.Version, 901)
	fixture.Refused(t, err, domain.KindStale, "stale_version")
	_, err = edit(owner, p.Version, -1)
	fixture.Refused(t, err, domain.KindInvalid, "invalid_input")
	_, err = edit(stranger, p.Version, 901)
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	assert.Equal(t, before, w.Everything())

	var won atomic.Int32
	var racers sync.WaitGroup
	for i := range 16 {
		racers.Go(func() {
			_, err := edit(owner, p.Version, 1000+i)
			if err == nil {
				won.Add(1)
				return
			}
			assert.Equal(t, domain.KindStale, domain.KindOf(err))
		})
	}
	racers.Wait()
	assert.EqualValues(t, 1, won.Load())
}

func TestWhatWasSubmittedIsLockedUntilAFollowUpAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	submitted, asked := w.submitted(owner), w.asked()
	area, floor := 900, 3
	edit := func(by domain.Actor, id domain.PropertyID, change domain.DetailsChange) error {
		_, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
			Actor: by, PropertyID: id, Version: w.Property(id).Version, Change: change,
		})
		return err
	}
	before := w.Everything()
	fixture.Refused(t, edit(owner, submitted, domain.DetailsChange{AreaSqFt: &area}), domain.KindConflict, "property_locked")
	fixture.Refused(t, edit(valuer, submitted, domain.DetailsChange{AreaSqFt: &area}), domain.KindNotFound, "property_not_found")
	fixture.Refused(t, edit(owner, asked, domain.DetailsChange{AreaSqFt: &area, Floor: &floor}), domain.KindConflict, "field_locked")
	assert.Equal(t, before, w.Everything())
	require.NoError(t, edit(owner, asked, domain.DetailsChange{AreaSqFt: &area}))
	p := w.Property(asked)
	assert.Equal(t, 900, p.Details.AreaSqFt)
	assert.Equal(t, w.Clock.Now(), p.OpenFollowUp().Items[0].CorrectedAt)
}

func TestADeletedDraftGoesWithItsPhotos(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, kept, submitted := w.ready(owner), w.ready(owner), w.submitted(owner)
	before := w.Everything()
	uc := w.delete()
	for _, by := range []domain.Actor{stranger, valuer} {
		err := uc.Execute(t.Context(), intake.DeletePropertyInput{Actor: by, PropertyID: id})
		fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
	}
	err := uc.Execute(t.Context(), intake.DeletePropertyInput{Actor: owner, PropertyID: submitted})
	fixture.Refused(t, err, domain.KindConflict, "not_a_draft")
	assert.Equal(t, before, w.Everything())

	require.NoError(t, uc.Execute(t.Context(), intake.DeletePropertyInput{Actor: owner, PropertyID: id}))
	after := w.Everything()
	assert.Len(t, after.Properties, 2)
	assert.Len(t, after.Photos, 4)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		photos, err := tx.Photos.ByProperty(ctx, id)
		assert.Empty(t, photos)
		return err
	})
	assert.Equal(t, domain.Draft, w.Property(kept).State)
	job := after.Jobs[len(after.Jobs)-1]
	assert.Equal(t, domain.DeleteFiles(domain.PropertyFolder(id), w.Clock.Now()), job)
	err = uc.Execute(t.Context(), intake.DeletePropertyInput{Actor: owner, PropertyID: id})
	fixture.Refused(t, err, domain.KindNotFound, "property_not_found")
}
