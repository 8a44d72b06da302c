package e2e_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestAGrantNeedsASecondAdmin follows proposals over the API.
func TestAGrantNeedsASecondAdmin(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		proposal := s.proposal(t)
		assert.Equal(t, "own_proposal", s.post(t, admin, proposal+"/confirmation", nil).code())
		confirmed := s.do(t, second, http.MethodPost, proposal+"/confirmation", nil)
		assert.Equal(t, "CONFIRMED", confirmed.field("status"))
		made := s.do(t, admin, http.MethodGet, "/api/v1/staff/"+confirmed.field("user_id"), nil)
		assert.Equal(t, string(domain.RoleSupervisor), made.field("role"))
		assert.Equal(t, "proposal_closed", s.post(t, second, proposal+"/confirmation", nil).code())
		list := s.do(t, second, http.MethodGet, "/api/v1/proposals", nil)
		assert.Contains(t, string(list.body), confirmed.field("id"))

		withdrawn := s.proposal(t)
		assert.Equal(t, "not_your_proposal", s.post(t, second, withdrawn+"/withdrawal", nil).code())
		assert.Equal(t, "WITHDRAWN", s.do(t, admin, http.MethodPost, withdrawn+"/withdrawal", nil).field("status"))
		assert.Equal(t, "proposal_closed", s.post(t, second, withdrawn+"/confirmation", nil).code())
		assert.Equal(t, "proposal_not_found", s.send(t, request{
			method: http.MethodGet, path: "/api/v1/proposals/" + string(s.people[owner].ID), token: s.tokens[admin],
		}).code())
		for _, who := range []string{owner, valuer, supervisor} {
			assert.Equal(t, http.StatusForbidden, s.send(t, request{method: http.MethodGet, path: proposal, token: s.tokens[who]}).status, who)
		}

		settings := s.do(t, admin, http.MethodGet, "/api/v1/settings", nil)
		lax := object{
			"min_confidence": 0, "sign_off_amount": object{"amount": 10_000_000_000, "currency": "INR"}, "max_deviation_percent": 100,
			"min_comparables": 3, "search_radius_km": 5, "comparable_max_age_months": 24,
		}
		asked := s.send(t, request{
			method: http.MethodPut, path: "/api/v1/settings", token: s.tokens[admin], body: lax,
			headers: map[string]string{"If-Match": settings.header.Get("ETag")},
		})
		require.Equal(t, http.StatusAccepted, asked.status, "%s", asked.body)
		assert.Equal(t, settings.body, s.do(t, valuer, http.MethodGet, "/api/v1/settings", nil).body)
	})
}

// TestStaffDoNotRenameThemselves follows a name from the claim into the report's valuation.
func TestStaffDoNotRenameThemselves(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		valued := s.inState(t, domain.Valued)
		for _, who := range []string{valuer, supervisor, admin} {
			refused := s.send(t, request{method: http.MethodPatch, path: "/api/v1/me", token: s.tokens[who], body: object{"name": "Mallory", "language": "hi"}})
			assert.Equal(t, http.StatusForbidden, refused.status)
			assert.Equal(t, "name_set_by_admin", refused.code())
			s.do(t, who, http.MethodPatch, "/api/v1/me", object{"language": "en"})
		}
		valuation := s.do(t, valuer, http.MethodGet, property(valued, "/valuation"), nil)
		assert.Equal(t, "Person valuer", valuation.field("valuer_name"))
		s.setAccess(t, valuer, object{"name": "Vikram Nair"})
		valuation = s.do(t, valuer, http.MethodGet, property(valued, "/valuation"), nil)
		assert.Equal(t, "Person valuer", valuation.field("valuer_name"), "as it was at the decision")
		me := s.do(t, owner, http.MethodPatch, "/api/v1/me", object{"name": "Lakshmi Rao"})
		assert.Equal(t, "Lakshmi Rao", me.field("name"), string(me.body))
	})
}
