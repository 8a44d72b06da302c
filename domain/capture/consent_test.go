package capture_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// TestNoPhotoIsTakenInWithoutConsent asks at every step between the shutter and the inspection,
// because consent may be withdrawn between any two.
func TestNoPhotoIsTakenInWithoutConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	file := []byte("a photo")
	announce := w.newPhoto("p", front, file)
	out := w.announced("p", living, file)
	require.Equal(t, http.StatusOK, w.upload(out.Upload, file))
	w.Withdraw(owner)
	before := w.Everything()

	_, err := w.issue().Execute(t.Context(), capture.IssueChallengeInput{Actor: owner, PropertyID: "p", Subject: front})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	_, err = w.create().Execute(t.Context(), announce)
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	_, err = w.complete().Execute(t.Context(), capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: out.Photo.ID})
	fixture.Refused(t, err, domain.KindConflict, "consent_required")
	assert.Equal(t, before, w.Everything())

	w.Clock.Advance(time.Second)
	w.Consent(owner, domain.PurposeValuation)
	_, err = w.create().Execute(t.Context(), announce)
	require.NoError(t, err)
	_, err = w.complete().Execute(t.Context(), capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: out.Photo.ID})
	require.NoError(t, err)
}

// analysing makes the analyzer answer, and counts its calls.
func (w *world) analysing(meanwhile func()) *int {
	calls := 0
	w.ImageAnalyzer.AnswerWith(func([]byte) (domain.ImageAnalysis, error) {
		calls++
		meanwhile()
		return domain.ImageAnalysis{Done: true, Labels: []domain.Label{{Name: "House", Score: 0.9}}}, nil
	})
	return &calls
}

func TestWithoutConsentToAnalysisAPhotoIsJudgedWithout(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	calls := w.analysing(func() {})
	before := w.processing("p", front, []byte("before"))
	w.Withdraw(owner, domain.PurposeImageAnalysis) // the job waits already
	require.NoError(t, w.inspect().Execute(t.Context(), string(before)))
	assert.Zero(t, *calls)
	judged := w.Photo(before)
	assert.Equal(t, domain.PhotoPassed, judged.Status, "the case goes on")
	assert.False(t, judged.Analysis.Done)

	after := w.processing("p", living, []byte("after")) // photos are still taken in
	w.Clock.Advance(time.Second)
	w.Consent(owner)
	require.NoError(t, w.inspect().Execute(t.Context(), string(after)))
	assert.Equal(t, 1, *calls)
	assert.True(t, w.Photo(after).Analysis.Done)
}

func TestAWithdrawalDuringTheAnalysisDropsItsAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	id := w.processing("p", front, []byte("a photo"))
	calls := w.analysing(func() { w.Withdraw(owner, domain.PurposeImageAnalysis) })
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Equal(t, 1, *calls)
	assert.Equal(t, domain.ImageAnalysis{}, w.Photo(id).Analysis)
	assert.Equal(t, domain.PhotoPassed, w.Photo(id).Status)
}

// TestAPhotoWithoutConsentIsNotInspected: only one of an earlier release can wait for it.
func TestAPhotoWithoutConsentIsNotInspected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Draft("p", owner)
	calls := w.analysing(func() {})
	id := w.processing("p", front, []byte("a photo"))
	w.Withdraw(owner)
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Zero(t, *calls)
	waiting := w.Photo(id)
	assert.Equal(t, domain.PhotoAwaitingUpload, waiting.Status)
	assert.Zero(t, waiting.Facts)
	actions := w.Actions("p")
	assert.Equal(t, domain.ActionPhotoCreated, actions[len(actions)-1], "the history says that it is as it was announced")

	w.Clock.Advance(time.Second)
	w.Consent(owner)
	_, err := w.complete().Execute(t.Context(), capture.CompletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: id})
	require.NoError(t, err)
	require.NoError(t, w.inspect().Execute(t.Context(), string(id)))
	assert.Equal(t, domain.PhotoPassed, w.Photo(id).Status)
}
