package intake_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// TestNoPlaceIsTakenInWithoutConsent: a draft may be opened without a place, but not with one.
func TestNoPlaceIsTakenInWithoutConsent(t *testing.T) {
	t.Parallel()
	w := &world{fixture.New(t)}
	before := w.Everything()
	in := intake.CreatePropertyInput{Actor: owner, Type: domain.Apartment, Details: fixture.Details()}
	_, err := w.create().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	assert.Equal(t, before, w.Everything())

	in.Details.Location = nil
	draft, err := w.create().Execute(t.Context(), in)
	require.NoError(t, err)
	edit := func(change domain.DetailsChange) (domain.Property, error) {
		out, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
			Actor: owner, PropertyID: draft.ID, Version: w.Property(draft.ID).Version, Change: change,
		})
		return out.Property, err
	}
	place := domain.DetailsChange{Location: fixture.Details().Location}
	area := 900
	_, err = edit(place)
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	_, err = edit(domain.DetailsChange{AreaSqFt: &area})
	require.NoError(t, err, "nothing that needs consent")
	w.Consent(owner, domain.PurposeValuation)
	_, err = edit(place)
	require.NoError(t, err)
}

// TestNoPositionIsLookedUpWithoutConsent: that of a customer, which is where they are.
func TestNoPositionIsLookedUpWithoutConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	near := func(by domain.Actor) error {
		uc := intake.ListNearestPincodes{UnitOfWork: w.Store}
		_, err := uc.Execute(t.Context(), intake.ListNearestPincodesInput{Actor: by, At: domain.Point{Lat: 12.9719, Lng: 77.6412}})
		return err
	}
	require.NoError(t, near(owner))
	w.Withdraw(owner, domain.PurposeImageAnalysis)
	require.NoError(t, near(owner))
	w.Withdraw(owner)
	fixture.Refused(t, near(owner), domain.KindConflict, "consent_required")
	require.NoError(t, near(fixture.Valuer), "staff look up where a property is, not themselves")
	w.Faults.Down("Consents.ByUser")
	assert.True(t, domain.IsKind(near(owner), domain.KindUnavailable))
}

// TestADraftFromBeforeAsksAtItsNextEdit: one with a place, one with photos only; its owner may still
// clear the place, delete it or withdraw.
func TestADraftFromBeforeAsksAtItsNextEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.ready(owner)
	w.Withdraw(owner)
	w.Clock.Advance(time.Second)
	w.consent(owner, "2026-11-01") // as the release before
	area := 900
	edit := func(change domain.DetailsChange) error {
		_, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{Actor: owner, PropertyID: id, Version: w.Property(id).Version, Change: change})
		return err
	}
	fixture.Refused(t, edit(domain.DetailsChange{AreaSqFt: &area}), domain.KindConflict, "consent_required")
	fixture.Refused(t, edit(domain.DetailsChange{Clear: []domain.Field{domain.FieldLocation}}), domain.KindConflict, "consent_required")
	_, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	blocking, err := intake.CheckSubmission{UnitOfWork: w.Store}.Execute(t.Context(), intake.CheckSubmissionInput{Actor: owner, PropertyID: id})
	require.NoError(t, err)
	require.Len(t, blocking, 1)
	assert.Equal(t, domain.BlockedConsent, blocking[0].Code)

	bare := w.draft(stranger)
	w.Withdraw(stranger)
	clearing := intake.UpdatePropertyInput{
		Actor: stranger, PropertyID: bare, Version: w.Property(bare).Version, Change: domain.DetailsChange{Clear: []domain.Field{domain.FieldLocation}},
	}
	_, err = w.update().Execute(t.Context(), clearing)
	require.NoError(t, err, "a place may be cleared")

	w.Clock.Advance(time.Second)
	w.Consent(owner)
	require.NoError(t, edit(domain.DetailsChange{AreaSqFt: &area}))
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: owner, PropertyID: id})
	require.NoError(t, err)
}
