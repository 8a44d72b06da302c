package intake_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
)

// announced lists the cases for which links were announced, in order.
func (w *world) announced() (cases []domain.PropertyID) {
	for _, e := range w.Everything().Events {
		if e.Action == domain.ActionLinked {
			cases = append(cases, e.PropertyID)
		}
	}
	return cases
}

func TestASubmissionAnnouncesItsLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.submitted(owner)
	withdrawn := w.submitted(owner)
	_, err := w.withdraw().Execute(t.Context(), intake.WithdrawPropertyInput{Actor: owner, PropertyID: withdrawn})
	require.NoError(t, err)
	require.Equal(t, []domain.PropertyID{older}, w.announced(), "the second case of one owner")
	before := w.Property(older)

	draft := w.ready(stranger)
	assert.Len(t, w.announced(), 1, "a draft is linked to no case")
	_, err = w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: stranger, PropertyID: draft})
	require.NoError(t, err)
	assert.Equal(t, []domain.PropertyID{older, older}, w.announced(), "not for the withdrawn one")
	assert.Equal(t, before, w.Property(older))
}

func TestACorrectedAddressAnnouncesWhatItLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	older := w.submitted(owner)
	w.Ready("p", stranger, domain.PhotoPassed)
	w.Submit("p", stranger)
	w.Claim("p")
	w.Ask("p", domain.FollowUpItem{ID: "1", Kind: domain.CorrectField, Field: domain.FieldAddress, Message: "Which number?"})
	correct := func(line1 string) {
		t.Helper()
		address := w.Property("p").Details.Address
		address.Line1 = line1
		_, err := w.update().Execute(t.Context(), intake.UpdatePropertyInput{
			Actor: stranger, PropertyID: "p", Version: w.Property("p").Version, Change: domain.DetailsChange{Address: &address},
		})
		require.NoError(t, err)
	}
	correct("99, 4th Cross")
	assert.Empty(t, w.announced())
	correct("H.No. 12, 4 CROSS")
	assert.Equal(t, []domain.PropertyID{older}, w.announced())
	correct("12, 4th Cross")
	assert.Len(t, w.announced(), 1, "it was linked before")
}

func TestASubmissionThatCannotAnnounceChangesNothing(t *testing.T) {
	t.Parallel()
	for _, call := range []string{"Links.Candidates", "Events.Append"} {
		w := newWorld(t)
		w.submitted(owner)
		draft := w.ready(stranger)
		before := w.Everything()
		w.Faults.Down(call)
		_, err := w.submit().Execute(t.Context(), intake.SubmitPropertyInput{Actor: stranger, PropertyID: draft})
		require.Error(t, err, call)
		w.Faults.Up()
		assert.Equal(t, before, w.Everything(), call)
	}
}
