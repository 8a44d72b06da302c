package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// movePin moves the pin as its owner, with every photo judged by it.
func (k *kase) movePin(t testing.TB, to domain.Point) {
	t.Helper()
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Location: pin(to)}, k.Photos, k.Now)
	})
	for i := range k.Photos {
		k.Photos[i].JudgePlace(k.Property.Details.Location, k.Now)
	}
}

func correctPin(t testing.TB) *kase {
	t.Helper()
	return asked(t, domain.FollowUpItem{ID: "1", Kind: domain.CorrectField, Field: domain.FieldLocation, Message: "Is this the house?"}).later(time.Minute)
}

func retaken(id domain.PhotoID, subject domain.Subject, at domain.Point, when time.Time) domain.Photo {
	return with(photo(id, subject), func(p *domain.Photo) {
		p.CreatedAt, p.Device.Location = when, &at
	})
}

// The case of the table: a follow-up asks to correct the location, and the pin moves 846 km.
func TestAPinCannotLeaveItsPhotos(t *testing.T) {
	t.Parallel()
	k := correctPin(t)
	k.movePin(t, *north(846))
	before := snapshot(t, k)
	_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "1"})
	requireError(t, err, domain.KindConflict, "evidence_incomplete")
	assert.Equal(t, []string{"photos.front photo_too_far", "photos.kitchen photo_too_far"}, brokenFields(t, err))
	assertUnchanged(t, before, k)

	t.Run("set back", func(t *testing.T) {
		t.Parallel()
		k := correctPin(t)
		k.movePin(t, *north(846))
		k.movePin(t, home)
		_, replaced, err := k.answer(domain.FollowUpAnswer{ItemID: "1"})
		require.NoError(t, err)
		assert.Empty(t, replaced)
		assert.Equal(t, []domain.Risk{domain.RiskLocationMoved}, atStep(k, domain.GateValuation).Risks, "for the rest of the case's life")
	})
	t.Run("taken again, although nobody asked", func(t *testing.T) {
		t.Parallel()
		k := correctPin(t)
		there := *north(846)
		k.movePin(t, there)
		for _, subject := range []domain.Subject{front, kitchen} {
			require.NoError(t, k.Property.MayAddPhoto(subject, k.Photos))
		}
		requireError(t, k.Property.MayAddPhoto(side, k.Photos), domain.KindConflict, "property_locked")
		k.Photos = append(k.Photos, retaken("front-2", front, there, k.Now), retaken("kitchen-2", kitchen, there, k.Now))
		_, replaced, err := k.answer(domain.FollowUpAnswer{ItemID: "1"})
		require.NoError(t, err)
		assert.Equal(t, map[domain.PhotoID]domain.PhotoID{"front": "front-2", "kitchen": "kitchen-2"}, replaced)
	})
	t.Run("the new photos must be there too", func(t *testing.T) {
		t.Parallel()
		k := correctPin(t)
		k.movePin(t, *north(846))
		k.Photos = append(k.Photos, retaken("front-2", front, home, k.Now), retaken("kitchen-2", kitchen, home, k.Now))
		_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "1"})
		requireError(t, err, domain.KindConflict, "evidence_incomplete")
	})
	t.Run("all places for retakes", func(t *testing.T) {
		t.Parallel()
		k := correctPin(t)
		k.Photos = append(k.Photos, fronts(28)...)
		k.movePin(t, *north(846))
		assert.NoError(t, k.Property.MayAddPhoto(front, k.Photos), "what will be replaced does not count")
	})
}

// Small steps add up: each is measured from the pin that was submitted.
func TestTheMoveIsMeasuredFromTheFirstPin(t *testing.T) {
	t.Parallel()
	k := correctPin(t)
	for _, km := range []float64{0.06, 0.12, 0.06, 0} {
		k.movePin(t, *north(km))
	}
	assert.InDelta(t, 120, k.Property.PinMovedM, 1)
	assert.Equal(t, &home, k.Property.FirstPin)
}

// A case of the release before has no first pin: the one before the first move is taken for it.
func TestTheFirstPinOfAnOldCase(t *testing.T) {
	t.Parallel()
	k := correctPin(t)
	k.Property.FirstPin = nil
	k.movePin(t, *north(0.3))
	k.movePin(t, *north(0.2))
	assert.Equal(t, &home, k.Property.FirstPin)
	assert.InDelta(t, 300, k.Property.PinMovedM, 1)
}

// What the gate blocks on is unlocked, so that no owner is caught between a question and a rule
// that came with a new release.
func TestTheGateUnlocksWhatItAsksFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(*kase)
		mend   domain.DetailsChange
		locked domain.DetailsChange
	}{
		"pin":   {pinAccuracy(0), domain.DetailsChange{Location: pin(home)}, domain.DetailsChange{Address: ptr(address())}},
		"state": {func(k *kase) { k.Property.Details.Address.State = "Narnia" }, domain.DetailsChange{Address: ptr(address())}, domain.DetailsChange{AreaSqFt: ptr(9)}},
		"photos that an older release left out of reach": {func(k *kase) {
			for i := range k.Photos {
				k.Photos[i].Device.Location = north(5)
			}
		}, domain.DetailsChange{Location: pin(*north(5))}, domain.DetailsChange{AreaSqFt: ptr(9)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := asked(t, question("1")).later(time.Minute)
			c.spoil(k)
			_, err := k.Property.Edit(owner, c.locked, k.Photos, k.Now)
			requireError(t, err, domain.KindConflict, "field_locked")
			_, _, err = k.answer(domain.FollowUpAnswer{ItemID: "1", Text: "yes"})
			requireError(t, err, domain.KindConflict, "evidence_incomplete")
			_, err = k.Property.Edit(owner, c.mend, k.Photos, k.Now)
			require.NoError(t, err)
			_, _, err = k.answer(domain.FollowUpAnswer{ItemID: "1", Text: "yes"})
			assert.NoError(t, err)
		})
	}
}

// A valuer who refused the only front and asked something else does not catch the owner.
func TestARefusedFrontMayBeTakenAgain(t *testing.T) {
	t.Parallel()
	k := asked(t, question("1")).later(time.Minute)
	k.Photos[0].Resolution = &domain.FlagResolution{Decision: domain.FlagRefused}
	answer := domain.FollowUpAnswer{ItemID: "1", Text: "yes"}
	_, _, err := k.answer(answer)
	requireError(t, err, domain.KindConflict, "evidence_incomplete")
	blocking, err := k.Property.CheckSubmission(owner, domain.Evidence{Photos: k.Photos})
	require.NoError(t, err)
	require.Len(t, blocking, 1)
	assert.Equal(t, domain.PhotoFront, blocking[0].Need)
	require.NoError(t, k.Property.MayAddPhoto(front, k.Photos))
	k.Photos = append(k.Photos, retaken("front-2", front, home, k.Now))
	_, _, err = k.answer(answer)
	require.NoError(t, err)
	assert.Equal(t, []domain.Risk{domain.RiskEvidenceRefused}, atStep(k, domain.GateValuation).Risks)
}
