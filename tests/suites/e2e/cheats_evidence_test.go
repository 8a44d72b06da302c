package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// twoOwners submits one property by two owners. TestTwoOwnersOfOneFlatAreLinkedForStaffOnly has the
// photos and what the owners see.
func twoOwners(t *testing.T, s *stage) {
	same := object{"external_ref": "LOS-2026-" + s.key(), "address": object{
		"line1": s.key() + ", 5th Cross", "city": "Bengaluru", "state": "Karnataka", "pincode": "560038",
	}}
	cases := map[string]string{}
	for _, who := range []string{owner, stranger} {
		id := s.draftOf(t, who, same)
		s.consent(t, who)
		s.photograph(t, who, id, front, kitchen)
		assert.Equal(t, "SUBMITTED", s.do(t, who, http.MethodPost, property(id, "/submission"), nil).field("state"))
		cases[who] = id
	}
	for who, other := range map[string]string{owner: stranger, stranger: owner} {
		var listed struct {
			Items []struct {
				Kind     domain.LinkKind
				Property string `json:"property_id"`
			}
		}
		require.NoError(t, json.Unmarshal(s.do(t, valuer, http.MethodGet, property(cases[who], "/links"), nil).body, &listed))
		require.Len(t, listed.Items, 1)
		assert.Equal(t, domain.LinkSameProperty, listed.Items[0].Kind)
		assert.Equal(t, cases[other], listed.Items[0].Property)
		s.do(t, valuer, http.MethodPost, property(cases[who], "/claim"), nil)
		assert.Equal(t, []domain.Risk{domain.RiskSamePropertyElsewhere}, s.awaitsSignOff(t, cases[who], s.appraisal(t, valuer, cases[who])))
	}
}

func incomeWithoutEvidence(t *testing.T, s *stage) {
	id := s.inState(t, domain.UnderReview)
	amount, _ := s.appraisal(t, valuer, id)["amount"].(object)["amount"].(float64)
	appraisal := object{
		"amount":      object{"amount": int64(amount * 1.2), "currency": "INR"},
		"methodology": "INCOME", "comparable_ids": []string{}, "fewer_comparables_reason": "..........",
	}
	nothing := []string{"rationale rationale_too_short", "fewer_comparables_reason fewer_reason_missing"}
	assert.Equal(t, nothing, s.mayNotValue(t, id, appraisal))
	appraisal["rationale"] = strings.Repeat(". ", 50)
	assert.Equal(t, nothing, s.mayNotValue(t, id, appraisal), "dots explain nothing")
	appraisal["rationale"] = "The flat is let at 60,000 rupees a month; homes like it yield four per cent a year."
	appraisal["fewer_comparables_reason"] = "No other flat is let in this building."
	assert.Equal(t, []domain.Risk{domain.RiskFewComparables, domain.RiskNoMarketEvidence}, s.awaitsSignOff(t, id, appraisal))
}

// sale is a flat near home that was sold.
func (s *stage) sale(area int, price int64) object {
	return object{
		"source": "BROKER", "source_id": s.key(), "type": "APARTMENT", "city": "Bengaluru", "pincode": "560038", "location": home,
		"area_sqft": area, "price": object{"amount": price, "currency": "INR"}, "sold_on": s.monthsAgo(3),
	}
}

func comparableUnlikeIt(t *testing.T, s *stage) {
	id := s.inState(t, domain.UnderReview)
	appraisal := s.appraisal(t, valuer, id)
	chosen := appraisal["comparable_ids"].([]string)
	kiosk := s.do(t, admin, http.MethodPost, "/api/v1/comparables", s.sale(1, 15_000)).field("id")
	appraisal["comparable_ids"] = append([]string{kiosk}, chosen...)
	assert.Equal(t, []string{"comparable_ids[0] comparable_over_adjusted"}, s.mayNotValue(t, id, appraisal))
	larger := s.do(t, admin, http.MethodPost, "/api/v1/comparables", s.sale(1700, 25_500_000)).field("id")
	appraisal["comparable_ids"] = append([]string{larger}, chosen...)
	assert.Equal(t, []domain.Risk{domain.RiskOverAdjusted}, s.awaitsSignOff(t, id, appraisal))
}

// otherMarkets names sales of a plot and of a flat in Mumbai for a flat in Bengaluru.
func otherMarkets(t *testing.T, s *stage) {
	id := s.inState(t, domain.UnderReview)
	appraisal := s.appraisal(t, valuer, id)
	chosen := appraisal["comparable_ids"].([]string)
	for i, change := range []object{{"type": "LAND"}, {"location": mumbai}} {
		other := s.sale(1250, int64(18_750_000+1_000_000*i))
		for name, value := range change {
			other[name] = value
		}
		chosen[i] = s.do(t, admin, http.MethodPost, "/api/v1/comparables", other).field("id")
		assert.Equal(t, []string{"fewer_comparables_reason fewer_reason_missing"}, s.mayNotValue(t, id, appraisal), "%v", change)
	}
	appraisal["fewer_comparables_reason"] = "Nothing else was sold around it for years."
	assert.Equal(t, []domain.Risk{domain.RiskFewComparables}, s.awaitsSignOff(t, id, appraisal))
}

func saleOfOneRupee(t *testing.T, s *stage) {
	for who, path := range map[string]string{admin: "/api/v1/comparables", supervisor: "/api/v1/comparables"} {
		refused := s.post(t, who, path, s.sale(1800, 1))
		assert.Equal(t, http.StatusBadRequest, refused.status)
		assert.Equal(t, []string{"price plausible"}, brokenRules(t, refused))
	}
	for price, want := range map[string]int{"1": http.StatusBadRequest, "27000000": http.StatusOK} {
		imported := s.send(t, keyed(request{
			method: http.MethodPost, path: "/api/v1/comparables/import", token: s.tokens[admin], headers: map[string]string{"Content-Type": "text/csv"},
			body: []byte("source,source_id,type,locality,city,pincode,lat,lng,area_sqft,bedrooms,bathrooms,year_built,price,sold_on\n" +
				"BROKER," + s.key() + ",APARTMENT,Indiranagar,Bengaluru,560038,12.9719,77.6412,1800,3,2,2014," + price + ",2026-05-14\n"),
		}, s.key()))
		assert.Equal(t, want, imported.status, "%s", imported.body)
	}
}

func plotWithRooms(t *testing.T, s *stage) {
	land := details()
	land["type"], land["bedrooms"], land["floor"] = "LAND", 3, 4
	refused := s.post(t, owner, "/api/v1/properties", land)
	assert.Equal(t, http.StatusBadRequest, refused.status)
	for _, field := range []string{"bedrooms", "floor", "bathrooms", "year_built"} {
		assert.Contains(t, strings.Join(brokenRules(t, refused), ", "), field+" ")
		delete(land, field)
	}
	land["address"].(object)["line1"] = s.key() + ", 4th Cross"
	id := s.do(t, owner, http.MethodPost, "/api/v1/properties", land).field("id")
	tag := s.do(t, owner, http.MethodGet, property(id), nil).header.Get("ETag")
	edited := s.send(t, request{
		method: http.MethodPatch, path: property(id), token: s.tokens[owner], body: object{"bedrooms": 3}, headers: map[string]string{"If-Match": tag},
	})
	assert.Equal(t, http.StatusBadRequest, edited.status)
	assert.Equal(t, http.StatusBadRequest, s.post(t, owner, property(id, "/photo-challenges"), kitchen).status)

	flat := s.draft(t, owner)
	s.consent(t, owner)
	s.photograph(t, owner, flat, front, kitchen)
	s.edit(t, owner, flat, object{"type": "LAND"})
	body := string(s.do(t, owner, http.MethodGet, property(flat), nil).body)
	assert.NotContains(t, body, `"bedrooms"`)
	assert.NotContains(t, body, `"floor"`)
	assert.Equal(t, []string{"photos photo_missing"}, s.mayMoveOn(t, owner, flat), "of the side; the kitchen does not count")
	s.photograph(t, owner, flat, object{"type": "SIDE"})
	s.do(t, owner, http.MethodPost, property(flat, "/submission"), nil)
	s.do(t, valuer, http.MethodPost, property(flat, "/claim"), nil)
	for _, item := range []object{
		{"kind": "CORRECT_FIELD", "field": "bedrooms", "message": "How many?"}, {"kind": "ADD_PHOTO", "type": "INTERNAL", "room": "KITCHEN", "message": "Show it."},
	} {
		assert.Equal(t, http.StatusBadRequest, s.post(t, valuer, property(flat, "/follow-ups"), object{"items": []object{item}}).status)
	}
	s.do(t, owner, http.MethodPost, property(flat, "/withdrawal"), nil)
}
