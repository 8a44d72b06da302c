package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestNoCaseIsTalkedIntoAValue tries by turns what went through before there was an evidence gate.
// The last one takes away access and comes last.
func TestNoCaseIsTalkedIntoAValue(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		for _, cheat := range []struct {
			name string
			try  func(t *testing.T, s *stage)
		}{
			{"a follow-up moves the pin 846 km, the photos stay", pinMoves},
			{"a follow-up moves the pin 846 km, with photos of the new place", pinMovesWithPhotos},
			{"the valuer refuses every photo, then values", everyPhotoRefused},
			{"an address in Mumbai, Kerala, with a pincode of Delhi and a pin in Bengaluru", addressElsewhere},
			{"an address in Narnia, and pincodes that do not exist", addressThatCannotExist},
			{"one picture as four photos", onePictureAsFour},
			{"one picture as four photos, saved anew", onePictureSavedAnew},
			{"one picture as four photos, taken while the pin is elsewhere", onePictureFarFromThePin},
			{"two owners of one property", twoOwners},
			{"an income approach without evidence", incomeWithoutEvidence},
			{"a comparable that is nothing like it", comparableUnlikeIt},
			{"comparables of other markets", otherMarkets},
			{"a sale of one rupee", saleOfOneRupee},
			{"a pin accurate to 10 km, to nothing, or to 0", pinImprecise},
			{"a plot with bedrooms, a floor and a kitchen", plotWithRooms},
			{"the owner reads the trail before the decision", trailBeforeTheDecision},
			{"the owner reads of other borrowers", otherBorrowers},
			{"a valuer disappears with a claim", valuerDisappears},
			{"a valuer is disabled with a claim", valuerIsDisabled},
		} {
			t.Run(cheat.name, func(t *testing.T) { cheat.try(t, s) })
		}
	})
}

// blocking returns what the gate names in an answer of checkSubmission or previewValuation, in the
// words of brokenRules, and the risks.
func blocking(t *testing.T, a answer) (reasons []string, risks []domain.Risk) {
	t.Helper()
	var gate struct {
		Blocking []struct {
			Code, Field string
			Photo       string `json:"photo_id"`
		}
		Risks []domain.Risk
	}
	require.NoError(t, json.Unmarshal(a.body, &gate))
	for _, b := range gate.Blocking {
		if b.Photo != "" {
			b.Field += "." + b.Photo
		}
		reasons = append(reasons, b.Field+" "+b.Code)
	}
	return reasons, gate.Risks
}

// mayMoveOn returns what keeps the owner from submitting or answering.
func (s *stage) mayMoveOn(t *testing.T, who, id string) []string {
	t.Helper()
	reasons, _ := blocking(t, s.do(t, who, http.MethodGet, property(id, "/submission"), nil))
	return reasons
}

// mayNotValue asks for a preview and for the valuation, which must be refused for the same reasons,
// and returns these.
func (s *stage) mayNotValue(t *testing.T, id string, appraisal object) []string {
	t.Helper()
	preview, _ := blocking(t, s.do(t, valuer, http.MethodPost, property(id, "/valuation-preview"), appraisal))
	refused := s.post(t, valuer, property(id, "/valuations"), appraisal)
	assert.Equal(t, http.StatusConflict, refused.status, "%s", refused.body)
	assert.Equal(t, "evidence_incomplete", refused.code())
	assert.ElementsMatch(t, preview, brokenRules(t, refused))
	return preview
}

// awaitsSignOff values the case, which must then wait for a second signature, and returns the
// risks. A preview must name the same.
func (s *stage) awaitsSignOff(t *testing.T, id string, appraisal object) []domain.Risk {
	t.Helper()
	reasons, foreseen := blocking(t, s.do(t, valuer, http.MethodPost, property(id, "/valuation-preview"), appraisal))
	assert.Empty(t, reasons)
	valued := s.do(t, valuer, http.MethodPost, property(id, "/valuations"), appraisal)
	assert.Equal(t, string(domain.AwaitingSignOff), valued.field("status"))
	var valuation struct{ Risks []domain.Risk }
	require.NoError(t, json.Unmarshal(valued.body, &valuation))
	assert.Equal(t, foreseen, valuation.Risks)
	return valuation.Risks
}

// edit changes details of a case as its owner, who must be allowed to.
func (s *stage) edit(t *testing.T, who, id string, change object) {
	t.Helper()
	tag := s.do(t, who, http.MethodGet, property(id), nil).header.Get("ETag")
	s.do(t, who, http.MethodPatch, property(id), change, "If-Match", tag)
}

// monthsAgo returns a day for a sale that the model counts whenever the test runs: on servers, the
// clock is today's.
func (s *stage) monthsAgo(n int) string {
	return domain.Date(s.on.Clock.Now()).AddDate(0, -n, 0).Format(time.DateOnly)
}

// tick moves the clock of a stage on memory, so that what follows is later than what was.
func (s *stage) tick() {
	if s.ground == nil {
		s.Clock.Advance(time.Second)
	}
}

// draftOf adds a draft with these details instead of the usual.
func (s *stage) draftOf(t *testing.T, who string, change object) string {
	t.Helper()
	body := details()
	for name, value := range change {
		body[name] = value
	}
	return s.do(t, who, http.MethodPost, "/api/v1/properties", body).field("id")
}

// underReview adds a case of the owner with these details, which the valuer reviews.
func (s *stage) underReview(t *testing.T, change object) string {
	t.Helper()
	id := s.draftOf(t, owner, change)
	s.consent(t, owner)
	s.photograph(t, owner, id, front, kitchen)
	s.do(t, owner, http.MethodPost, property(id, "/submission"), nil)
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	return id
}

// photo is a photo as its owner or staff see it.
type photo struct {
	ID, Type, Room, Status string
	Findings               []struct{ Code string }
	ReplacedBy             string `json:"replaced_by"`
}

func (s *stage) photos(t *testing.T, id string) []photo {
	t.Helper()
	var listed struct{ Items []photo }
	require.NoError(t, json.Unmarshal(s.do(t, valuer, http.MethodGet, property(id, "/photos"), nil, "PropFlow-Reason", why).body, &listed))
	return listed.Items
}

// verdict returns the status of a photo with its findings, as its owner sees them.
func (s *stage) verdict(t *testing.T, who, id, photoID string) []string {
	t.Helper()
	var p photo
	require.NoError(t, json.Unmarshal(s.do(t, who, http.MethodGet, property(id, "/photos/", photoID), nil).body, &p))
	verdict := []string{p.Status}
	for _, f := range p.Findings {
		verdict = append(verdict, f.Code)
	}
	return verdict
}
