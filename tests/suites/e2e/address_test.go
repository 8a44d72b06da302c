package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// addressThatCannotExist gives a state and pincodes that do not exist, for a new case, for one that
// is edited, and for a comparable. Nothing changes.
func addressThatCannotExist(t *testing.T, s *stage) {
	id := s.draft(t, owner)
	before := s.do(t, owner, http.MethodGet, property(id), nil)
	for name, c := range map[string]struct{ state, pincode, field, rule string }{
		"no such state":       {"Narnia", "560038", "address.state", "enum"},
		"the last pincode":    {"Karnataka", "999999", "address.pincode", "exists"},
		"the first pincode":   {"Karnataka", "100000", "address.pincode", "exists"},
		"a district's number": {"Karnataka", "549001", "address.pincode", "exists"},
	} {
		address := object{"line1": "12, 4th Cross", "city": "Bengaluru", "state": c.state, "pincode": c.pincode}
		created := details()
		created["address"] = address
		for what, a := range map[string]answer{
			"create": s.send(t, request{
				method: http.MethodPost, path: "/api/v1/properties", token: s.tokens[owner], body: created,
				headers: map[string]string{"Idempotency-Key": s.key()},
			}),
			"edit": s.send(t, request{
				method: http.MethodPatch, path: property(id), token: s.tokens[owner], body: object{"address": address},
				headers: map[string]string{"If-Match": before.header.Get("ETag")},
			}),
		} {
			assert.Equal(t, http.StatusBadRequest, a.status, "%s, %s", what, name)
			assert.Equal(t, []string{c.field + " " + c.rule}, brokenRules(t, a), "%s, %s", what, name)
		}
	}
	sale := s.send(t, request{
		method: http.MethodPost, path: "/api/v1/comparables", token: s.tokens[supervisor], headers: map[string]string{"Idempotency-Key": s.key()},
		body: object{
			"source": "BROKER", "source_id": "x", "type": "HOUSE", "city": "Bengaluru", "pincode": "999999", "location": object{"lat": 13, "lng": 77},
			"area_sqft": 900, "sold_on": "2026-02-03", "price": object{"amount": 1_000_000, "currency": "INR"},
		},
	})
	assert.Equal(t, []string{"pincode exists"}, brokenRules(t, sale))
	assert.JSONEq(t, string(before.body), string(s.do(t, owner, http.MethodGet, property(id), nil).body))
}

// brokenRules returns the fields of a problem with the rules that they break.
func brokenRules(t *testing.T, a answer) (rules []string) {
	t.Helper()
	var problem struct {
		Errors []struct{ Field, Rule string }
	}
	require.NoError(t, json.Unmarshal(a.body, &problem))
	for _, e := range problem.Errors {
		rules = append(rules, e.Field+" "+e.Rule)
	}
	return rules
}

// addressElsewhere gives a case in Bengaluru the pincode of Delhi and the state Kerala: not refused,
// shown to the valuer, never to the owner, and valued with a second signature only.
func addressElsewhere(t *testing.T, s *stage) {
	id := s.draft(t, owner)
	a := s.do(t, owner, http.MethodGet, property(id), nil)
	s.do(t, owner, http.MethodPatch, property(id), object{
		"address": object{"line1": "1 Hill Road", "city": "Mumbai", "state": "केरल", "pincode": "110001"},
	}, "If-Match", a.header.Get("ETag"))
	s.consent(t, owner)
	s.photograph(t, owner, id, front, kitchen)
	s.do(t, owner, http.MethodPost, property(id, "/submission"), nil)

	var seen struct {
		Fit struct {
			Elsewhere  bool                  `json:"elsewhere"`
			CannotTell bool                  `json:"cannot_tell"`
			DistanceKM float64               `json:"distance_km"`
			LimitKM    float64               `json:"limit_km"`
			Differs    bool                  `json:"state_differs"`
			Address    struct{ Code string } `json:"address_state"`
			Pincode    struct{ Code string } `json:"pincode_state"`
			District   string                `json:"pincode_district"`
		} `json:"address_fit"`
	}
	require.NoError(t, json.Unmarshal(s.do(t, valuer, http.MethodGet, property(id), nil).body, &seen))
	assert.True(t, seen.Fit.Elsewhere)
	assert.False(t, seen.Fit.CannotTell)
	assert.InDelta(t, 1740, seen.Fit.DistanceKM, 10)
	assert.InDelta(t, 57.6, seen.Fit.LimitKM, 0.001)
	assert.True(t, seen.Fit.Differs)
	assert.Equal(t, []string{"KL", "DL", "New Delhi"}, []string{seen.Fit.Address.Code, seen.Fit.Pincode.Code, seen.Fit.District})
	for _, path := range []string{property(id), "/api/v1/properties"} {
		assert.NotContains(t, string(s.do(t, owner, http.MethodGet, path, nil).body), "address_fit", path)
	}
	s.do(t, valuer, http.MethodPost, property(id, "/claim"), nil)
	assert.Equal(t, []domain.Risk{domain.RiskAddressElsewhere}, s.awaitsSignOff(t, id, s.appraisal(t, valuer, id)))
}

// TestAnOwnerFindsAPincode looks one up by its number and by the place where the owner is.
func TestAnOwnerFindsAPincode(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		a := s.do(t, owner, http.MethodGet, "/api/v1/pincodes/560034", nil)
		assert.Equal(t, []string{"KA", "कर्नाटक", "Bengaluru Urban", "GOOD"},
			[]string{a.field("state.code"), a.field("state.hindi"), a.field("district"), a.field("quality")})
		assert.Contains(t, a.field("attribution"), "Government Open Data License - India")
		unknown := s.send(t, request{method: http.MethodGet, path: "/api/v1/pincodes/560999", token: s.tokens[owner]})
		assert.Equal(t, "pincode_not_found", unknown.code())
		assert.Equal(t, http.StatusUnauthorized, s.send(t, request{method: http.MethodGet, path: "/api/v1/pincodes/560034"}).status)

		var near struct {
			Items []struct {
				Area struct {
					Pincode, Quality, Attribution string
					State                         struct{ Code string }
				}
				DistanceKM float64 `json:"distance_km"`
			}
		}
		require.NoError(t, json.Unmarshal(s.do(t, owner, http.MethodGet, "/api/v1/pincodes?lat=12.9719&lng=77.6412", nil).body, &near))
		require.Len(t, near.Items, 5)
		last := 0.0
		for _, n := range near.Items {
			assert.Equal(t, "KA", n.Area.State.Code)
			assert.Contains(t, []string{"GOOD", "FAIR"}, n.Area.Quality)
			assert.NotEmpty(t, n.Area.Attribution)
			assert.GreaterOrEqual(t, n.DistanceKM, last)
			last = n.DistanceKM
		}
	})
}
