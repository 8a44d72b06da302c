package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func everyPhotoRefused(t *testing.T, s *stage) {
	id := s.draft(t, owner)
	s.consent(t, owner)
	s.photograph(t, owner, id, front)
	s.PhotoInspector.AnswerWith(blurredPhoto)
	s.photograph(t, owner, id, kitchen)
	s.PhotoInspector.AnswerWith(memory.GoodPhoto)
	s.photograph(t, owner, id, object{"type": "AMENITY"})
	s.do(t, owner, http.MethodPost, property(id, "/submission"), nil)
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	photos, appraisal := s.photos(t, id), s.appraisal(t, valuer, id)
	for i, p := range photos {
		assert.Equal(t, []string{"PASSED", "FLAGGED", "PASSED"}[i], p.Status)
		s.do(t, valuer, http.MethodPost, property(id, "/photos/", p.ID, "/flag-resolution"), object{"decision": "REFUSED", "reason": "It is of another house."})
	}
	assert.Equal(t, []string{"photos photo_missing", "photos photo_missing"}, s.mayNotValue(t, id, appraisal), "of the front and of a room")
	for i, still := range []string{"photos photo_missing", "photos." + photos[1].ID + " photo_unresolved"} {
		s.do(t, valuer, http.MethodDelete, property(id, "/photos/", photos[i].ID, "/flag-resolution"), nil, "Idempotency-Key", s.key())
		assert.Equal(t, []string{still}, s.mayNotValue(t, id, appraisal))
	}
	s.do(t, valuer, http.MethodPost, property(id, "/photos/", photos[1].ID, "/flag-resolution"), object{"decision": "ACCEPTED", "reason": "It shows the kitchen."})
	assert.Equal(t, []domain.Risk{domain.RiskEvidenceRefused}, s.awaitsSignOff(t, id, appraisal))
	trail := string(s.do(t, supervisor, http.MethodGet, property(id, "/audit"), nil).body)
	assert.Equal(t, 4, strings.Count(trail, `"photo.resolved"`), "what was taken back stays in the trail")
	assert.Equal(t, 2, strings.Count(trail, `"photo.resolution_taken_back"`))
}

// rooms are three rooms of which each has one photo.
var rooms = []object{kitchen, {"type": "INTERNAL", "room": "BEDROOM"}, {"type": "INTERNAL", "room": "BATHROOM"}}

func onePictureAsFour(t *testing.T, s *stage) {
	id, picture := s.draft(t, owner), []byte(s.key())
	s.consent(t, owner)
	assert.Equal(t, []string{"PASSED"}, s.verdict(t, owner, id, s.shoot(t, owner, id, picture, front)))
	var failed []string
	for _, room := range rooms {
		taken := s.shoot(t, owner, id, picture, room)
		assert.Equal(t, []string{"FAILED", "SAME_BYTES_IN_CASE"}, s.verdict(t, owner, id, taken))
		failed = append(failed, "photos."+taken+" photo_failed")
	}
	refused := s.post(t, owner, property(id, "/submission"), nil)
	assert.Equal(t, "submission_incomplete", refused.code())
	assert.Subset(t, brokenRules(t, refused), failed)
	assert.Contains(t, brokenRules(t, refused), "photos photo_missing", "there is no photo of a room")
}

// onePictureSavedAnew gives each of the four photos bytes of its own.
func onePictureSavedAnew(t *testing.T, s *stage) {
	s.PhotoInspector.AnswerWith(sameHouse)
	defer s.PhotoInspector.AnswerWith(memory.GoodPhoto)
	id := s.draft(t, owner)
	s.consent(t, owner)
	for _, subject := range append([]object{front}, rooms...) {
		s.photograph(t, owner, id, subject)
	}
	s.do(t, owner, http.MethodPost, property(id, "/submission"), nil)
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	var unresolved []string
	for _, p := range s.photos(t, id)[1:] {
		assert.Equal(t, []string{"FLAGGED", "SAME_PICTURE_IN_CASE"}, s.verdict(t, valuer, id, p.ID))
		unresolved = append(unresolved, "photos."+p.ID+" photo_unresolved")
	}
	assert.Len(t, unresolved, 3)
	appraisal := s.appraisal(t, valuer, id)
	assert.Equal(t, unresolved, s.mayNotValue(t, id, appraisal))
	for _, p := range s.photos(t, id)[1:] {
		s.do(t, valuer, http.MethodPost, property(id, "/photos/", p.ID, "/flag-resolution"), object{"decision": "REFUSED", "reason": "It shows the front."})
	}
	assert.Equal(t, []string{"photos photo_missing"}, s.mayNotValue(t, id, appraisal))
}

// onePictureFarFromThePin takes the photos while none of them counts, and then sets the pin right. A
// second photo of one subject may be a retake, until both are within reach.
func onePictureFarFromThePin(t *testing.T, s *stage) {
	id, picture := s.draftOf(t, owner, object{"location": pin(mumbai, 10)}), []byte(s.key())
	s.consent(t, owner)
	first, second := s.shoot(t, owner, id, picture, front), s.shoot(t, owner, id, picture, front)
	for _, far := range []string{first, second} {
		assert.Equal(t, []string{"FAILED", "TOO_FAR_FROM_PROPERTY"}, s.verdict(t, owner, id, far))
	}
	again := []string{second}
	for _, room := range rooms {
		taken := s.shoot(t, owner, id, picture, room)
		assert.Equal(t, []string{"FAILED", "SAME_BYTES_IN_CASE", "TOO_FAR_FROM_PROPERTY"}, s.verdict(t, owner, id, taken))
		again = append(again, taken)
	}
	s.edit(t, owner, id, object{"location": pin(home, 10)})
	assert.Equal(t, []string{"PASSED"}, s.verdict(t, owner, id, first))
	for _, photo := range again {
		assert.Equal(t, []string{"FAILED", "SAME_BYTES_IN_CASE"}, s.verdict(t, owner, id, photo))
	}
	assert.Contains(t, brokenRules(t, s.post(t, owner, property(id, "/submission"), nil)), "photos photo_missing")
}

// sameHouse inspects every photo as one picture.
func sameHouse(data []byte) ports.PhotoInspection {
	detail := make([]float64, domain.FingerprintSide*domain.FingerprintSide)
	for i := range detail {
		detail[i] = float64(i * 7919 % 101)
	}
	seen := memory.GoodPhoto(data)
	seen.Facts.Fingerprint = domain.NewFingerprint(detail)
	seen.Facts.PerceptualHash = 0xf0f0_1234_5678_9abc
	for i := range seen.Facts.Hashes {
		seen.Facts.Hashes[i] = seen.Facts.PerceptualHash
	}
	return seen
}
