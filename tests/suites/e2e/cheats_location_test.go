package e2e_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// mumbai is 846 km from home. Homes are three times as dear there.
var mumbai = object{"lat": 19.0760, "lng": 72.8777}

var askForPin = object{"items": []object{{"kind": "CORRECT_FIELD", "field": "location", "message": "Please set the pin at the house."}}}

// salesInMumbai adds some as an admin.
func (s *stage) salesInMumbai(t *testing.T) {
	t.Helper()
	for i := range 6 {
		s.do(t, admin, http.MethodPost, "/api/v1/comparables", object{
			"source": "REGISTRY", "source_id": s.key(), "type": "APARTMENT", "city": "Mumbai", "pincode": "400098",
			"location": object{"lat": 19.0760 + float64(i)/500, "lng": 72.8777}, "area_sqft": 1200 + 10*i,
			"price": object{"amount": 54_000_000 + 1_500_000*i, "currency": "INR"}, "sold_on": s.monthsAgo(2 + i),
		})
	}
}

// movedPin returns a case whose pin its owner moved in a follow-up, and its photos.
func (s *stage) movedPin(t *testing.T) (id string, photos []photo) {
	t.Helper()
	id = s.underReview(t, object{"address": object{
		"line1": s.key() + ", 5th Block", "city": "Bengaluru", "state": "Karnataka", "pincode": "560034", // whose place is known well
	}})
	s.do(t, valuer, http.MethodPost, property(id, "/follow-ups"), askForPin)
	s.tick()
	s.edit(t, owner, id, object{"location": pin(mumbai, 10)})
	return id, s.photos(t, id)
}

func (s *stage) answerPin(t *testing.T, id string) answer {
	t.Helper()
	return s.post(t, owner, property(id, "/follow-ups/answer"), object{"answers": []object{{"item_id": s.item(t, id)}}})
}

func pinMoves(t *testing.T, s *stage) {
	s.salesInMumbai(t)
	id, photos := s.movedPin(t)
	var far []string
	for _, p := range photos {
		assert.Equal(t, []string{"FAILED", "TOO_FAR_FROM_PROPERTY"}, s.verdict(t, owner, id, p.ID))
		far = append(far, "photos."+p.ID+" photo_too_far")
	}
	assert.Len(t, far, 2)
	assert.ElementsMatch(t, far, s.mayMoveOn(t, owner, id))
	refused := s.answerPin(t, id)
	assert.Equal(t, "evidence_incomplete", refused.code())
	assert.ElementsMatch(t, far, brokenRules(t, refused))
	assert.Contains(t, string(refused.body), "Take it again at the property, or set the place on the map back.")

	s.edit(t, owner, id, object{"location": pin(home, 10)})
	for _, p := range photos {
		assert.Equal(t, []string{"PASSED"}, s.verdict(t, owner, id, p.ID), "the earlier verdict is back")
	}
	assert.Empty(t, s.mayMoveOn(t, owner, id))
	assert.Equal(t, "SUBMITTED", s.answerPin(t, id).field("state"))
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	assert.Equal(t, []domain.Risk{domain.RiskLocationMoved}, s.awaitsSignOff(t, id, s.appraisal(t, valuer, id)))
	assert.Equal(t, "APPROVED", s.do(t, supervisor, http.MethodPost, property(id, "/sign-off"), nil).field("state"))
}

func pinMovesWithPhotos(t *testing.T, s *stage) {
	s.salesInMumbai(t)
	id, before := s.movedPin(t)
	for _, subject := range []object{front, kitchen} {
		taken := s.shootAt(t, mumbai, owner, id, []byte(s.key()), subject)
		assert.Equal(t, []string{"PASSED"}, s.verdict(t, owner, id, taken))
	}
	assert.Equal(t, "SUBMITTED", s.answerPin(t, id).field("state"))
	after := s.photos(t, id)
	assert.Len(t, after, 4, "none is deleted")
	for i, p := range before {
		assert.Equal(t, p.ID, after[i].ID)
		assert.NotEmpty(t, after[i].ReplacedBy)
	}
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	assert.Subset(t, s.awaitsSignOff(t, id, s.appraisal(t, valuer, id)), []domain.Risk{domain.RiskLocationMoved, domain.RiskAddressElsewhere})
}

func pinImprecise(t *testing.T, s *stage) {
	unknown := object{"lat": home["lat"], "lng": home["lng"]}
	for name, location := range map[string]object{"10 km": pin(home, 10_000), "none": unknown, "0": pin(home, 0)} {
		id := s.draftOf(t, owner, object{"location": location})
		s.consent(t, owner)
		s.photograph(t, owner, id, front, kitchen)
		assert.Equal(t, []string{"location pin_imprecise"}, s.mayMoveOn(t, owner, id), name)
		refused := s.post(t, owner, property(id, "/submission"), nil)
		assert.Equal(t, "submission_incomplete", refused.code(), name)
		assert.Equal(t, []string{"location pin_imprecise"}, brokenRules(t, refused), name)
		assert.Contains(t, string(refused.body), "stand under the open sky or at a window", name)
		s.do(t, owner, http.MethodPost, property(id, "/withdrawal"), nil)
	}
	for accuracy, want := range map[float64][]domain.Risk{100: {}, 100.5: {domain.RiskPinImprecise}} {
		id := s.underReview(t, object{"location": pin(home, accuracy)})
		_, risks := blocking(t, s.do(t, valuer, http.MethodPost, property(id, "/valuation-preview"), s.appraisal(t, valuer, id)))
		assert.Equal(t, want, risks)
		s.do(t, owner, http.MethodPost, property(id, "/withdrawal"), nil)
	}
}
