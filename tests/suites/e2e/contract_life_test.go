package e2e_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

type object = map[string]any

func details() object {
	return object{
		"type": "APARTMENT", "area_sqft": 1250, "bedrooms": 3, "bathrooms": 2, "floor": 4, "year_built": 2014,
		"address":  object{"line1": "12, 4th Cross", "locality": "Indiranagar", "city": "Bengaluru", "state": "Karnataka", "pincode": "560038"},
		"location": pin(home, 10),
	}
}

// pin returns the location at the place with the accuracy in metres.
func pin(place object, accuracy float64) object {
	return object{"lat": place["lat"], "lng": place["lng"], "accuracy_m": accuracy}
}

func property(id string, rest ...string) string {
	return "/api/v1/properties/" + id + strings.Join(rest, "")
}

func (s *stage) draft(t *testing.T, who string) string {
	t.Helper()
	body := details()
	body["address"].(object)["line1"] = s.key() + ", 4th Cross" // a house of its own, so that no two are linked
	return s.do(t, who, http.MethodPost, "/api/v1/properties", body).field("id")
}

// home is the place of every property and every phone.
var home = object{"lat": 12.9719, "lng": 77.6412}

// announce asks for a challenge and announces a photo of the bytes, taken at home; it returns the
// request that was sent and its answer.
func (s *stage) announce(t *testing.T, who, id string, data []byte, subject object) (object, answer) {
	t.Helper()
	return s.announceAt(t, home, who, id, data, subject)
}

// announceAt is announce for a photo that was taken at the place.
func (s *stage) announceAt(t *testing.T, place object, who, id string, data []byte, subject object) (object, answer) {
	t.Helper()
	challenge := s.do(t, who, http.MethodPost, property(id, "/photo-challenges"), subject).field("id")
	sum := sha256.Sum256(data)
	photo := object{
		"challenge_id": challenge, "sha256": hex.EncodeToString(sum[:]), "bytes": len(data), "content_type": "image/jpeg",
		"device": object{"captured_at": s.on.Clock.Now(), "location": place, "accuracy_m": 5, "model": "Pixel 8"},
	}
	for name, value := range subject {
		photo[name] = value
	}
	return photo, s.do(t, who, http.MethodPost, property(id, "/photos"), photo)
}

// upload sends the bytes of an announced photo to where they go.
func (s *stage) upload(t *testing.T, announced answer, data []byte) {
	t.Helper()
	var to struct {
		Upload struct {
			URL     string            `json:"url"`
			Headers map[string]string `json:"headers"`
		} `json:"upload"`
	}
	require.NoError(t, json.Unmarshal(announced.body, &to))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, to.Upload.URL, bytes.NewReader(data))
	require.NoError(t, err)
	for name, value := range to.Upload.Headers {
		r.Header.Set(name, value)
	}
	response, err := s.client.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Less(t, response.StatusCode, 300)
}

// photograph takes photos of the subjects from challenge to verdict and returns the id of the
// first.
func (s *stage) photograph(t *testing.T, who, id string, subjects ...object) string {
	t.Helper()
	var photos []string
	for _, subject := range subjects {
		data := []byte(id + s.key())
		_, announced := s.announce(t, who, id, data, subject)
		s.upload(t, announced, data)
		photo := announced.field("photo.id")
		s.do(t, who, http.MethodPost, property(id, "/photos/", photo, "/completion"), nil)
		photos = append(photos, photo)
	}
	s.idle(t)
	return photos[0]
}

// consent agrees to the notice in force.
func (s *stage) consent(t *testing.T, who string) {
	t.Helper()
	version := s.do(t, who, http.MethodGet, "/api/v1/consent-notice", nil).field("version")
	s.do(t, who, http.MethodPost, "/api/v1/consents", object{"version": version, "language": "en"})
}

var (
	front    = object{"type": "FRONT"}
	kitchen  = object{"type": "INTERNAL", "room": "KITCHEN"}
	question = object{"items": []object{{"kind": "ANSWER_QUESTION", "message": "Is the balcony closed?"}}}
)

// appraisal is a valuer's appraisal by the sales of the suggestion.
func (s *stage) appraisal(t *testing.T, who, id string) object {
	t.Helper()
	var suggested struct {
		Amount      object
		Comparables []struct{ Comparable struct{ ID string } }
	}
	a := s.do(t, who, http.MethodGet, property(id, "/valuation-suggestion"), nil)
	require.NoError(t, json.Unmarshal(a.body, &suggested))
	var ids []string
	for _, c := range suggested.Comparables[:3] {
		ids = append(ids, c.Comparable.ID)
	}
	return object{
		"amount": suggested.Amount, "methodology": "SALES_COMPARISON", "comparable_ids": ids, "rationale": "At the level of three sales close by.",
	}
}

// inState brings a new property of the owner into the state and returns its id.
func (s *stage) inState(t *testing.T, state domain.State) string {
	t.Helper()
	id := s.draft(t, owner)
	post := func(who, path string, body any) answer {
		return s.do(t, who, http.MethodPost, property(id, path), body)
	}
	if state == domain.Draft {
		return id
	}
	s.consent(t, owner)
	s.photograph(t, owner, id, front, kitchen)
	post(owner, "/submission", nil)
	if state != domain.Submitted && state != domain.Withdrawn {
		post(valuer, "/claim", nil)
	}
	switch state {
	case domain.Withdrawn:
		post(owner, "/withdrawal", nil)
	case domain.FollowUpRequired:
		post(valuer, "/follow-ups", question)
	case domain.Rejected:
		post(valuer, "/rejection", object{"code": "OTHER", "note": "Not a home at all."})
	case domain.AwaitingSignOff:
		post(valuer, "/flag", object{"reason": "A second pair of eyes, please."})
		post(valuer, "/valuations", s.appraisal(t, valuer, id))
	case domain.Approved:
		s.Faults.Down("ReportRenderer.Render")
		post(valuer, "/valuations", s.appraisal(t, valuer, id))
		s.idle(t)
	case domain.Valued:
		post(valuer, "/valuations", s.appraisal(t, valuer, id))
		s.idle(t)
	case domain.Draft, domain.Submitted, domain.UnderReview:
	}
	require.Equal(t, string(state), s.do(t, owner, http.MethodGet, property(id), nil).field("state"))
	return id
}
