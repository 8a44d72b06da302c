package capture_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/tests/kit/fixture"
)

func (w *world) resolve() capture.ResolveFlag {
	return capture.ResolveFlag{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

var accepted = capture.ResolveFlagInput{
	Actor: valuer, Key: domain.IdempotencyKey{UserID: valuer.ID, Operation: "resolveFlag", Key: "key", Fingerprint: "a"},
	PropertyID: "p", PhotoID: "p-living", Decision: domain.FlagAccepted, Reason: "Sharp enough",
}

func TestAFlagIsResolvedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	photo, err := w.resolve().Execute(t.Context(), accepted)
	require.NoError(t, err)
	assert.Equal(t, &domain.FlagResolution{Decision: domain.FlagAccepted, Reason: "Sharp enough", By: valuer.ID, At: w.Clock.Now()}, photo.Resolution)
	assert.Equal(t, photo, w.Photo("p-living"))
	after := w.Everything()
	entry := after.Audit[len(after.Audit)-1]
	assert.Equal(t, domain.ActionPhotoResolved, entry.Action)
	assert.Equal(t, []domain.Fact{{Name: "photo", Value: "p-living"}, {Name: "decision", Value: "ACCEPTED"}}, entry.Stated())

	again, err := w.resolve().Execute(t.Context(), accepted)
	require.NoError(t, err)
	assert.Equal(t, photo, again)
	assert.Equal(t, after, w.Everything())

	in := accepted
	in.Key.Fingerprint = "b"
	_, err = w.resolve().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindKeyReused, "idempotency_key_reused")
	in.Key.Key = "another"
	_, err = w.resolve().Execute(t.Context(), in)
	fixture.Refused(t, err, domain.KindConflict, "flag_already_resolved")
	assert.Equal(t, after, w.Everything())
}

func TestWhoMayResolveWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.claimed("p")
	w.claimed("q")
	w.submitted("waiting", owner)
	w.submitted("own", valuer)
	w.Draft("draft", owner)
	before := w.Everything()
	for _, c := range []struct {
		kind  domain.Kind
		code  string
		alter func(in *capture.ResolveFlagInput)
	}{
		{domain.KindInvalid, "invalid_input", func(in *capture.ResolveFlagInput) { in.Reason = "" }},
		{domain.KindInvalid, "invalid_input", func(in *capture.ResolveFlagInput) { in.Decision = "MAYBE" }},
		{domain.KindNotFound, "property_not_found", func(in *capture.ResolveFlagInput) { in.PropertyID = "none" }},
		{domain.KindNotFound, "property_not_found", func(in *capture.ResolveFlagInput) { in.PropertyID = "draft" }},
		{domain.KindNotFound, "property_not_found", func(in *capture.ResolveFlagInput) { in.Actor = stranger }},
		{domain.KindNotFound, "photo_not_found", func(in *capture.ResolveFlagInput) { in.PhotoID = "none" }},
		{domain.KindNotFound, "photo_not_found", func(in *capture.ResolveFlagInput) { in.PhotoID = "q-living" }},
		{domain.KindForbidden, "own_property", func(in *capture.ResolveFlagInput) { in.PropertyID = "own" }},
		{domain.KindConflict, "illegal_transition", func(in *capture.ResolveFlagInput) { in.PropertyID = "waiting" }},
		{domain.KindConflict, "claim_not_held", func(in *capture.ResolveFlagInput) { in.Actor = rival }},
		{domain.KindConflict, "photo_not_flagged", func(in *capture.ResolveFlagInput) { in.PhotoID = "p-front" }},
	} {
		in := accepted
		c.alter(&in)
		_, err := w.resolve().Execute(t.Context(), in)
		fixture.Refused(t, err, c.kind, c.code)
		assert.Equal(t, before, w.Everything(), c.code)
	}
}
