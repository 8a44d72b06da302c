package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// entered asks for a code for the number and enters it.
func (s *stage) entered(t *testing.T, phone domain.Phone) answer {
	t.Helper()
	before := s.code(phone)
	login := s.post(t, "", "/api/v1/auth/otp", object{"phone": phone}).field("login_id")
	a := s.post(t, "", "/api/v1/auth/otp/verify", object{"login_id": login, "phone": phone, "code": s.nextCode(t, phone, before)})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	return a
}

// casesOf lists the cases of the owner who logged in so.
func (s *stage) casesOf(t *testing.T, login answer) []string {
	t.Helper()
	a := s.send(t, request{method: http.MethodGet, path: "/api/v1/properties", token: login.field("access_token")})
	require.Equal(t, http.StatusOK, a.status, "%s", a.body)
	return s.ids(t, a)
}

// reissued lets the owner's number rest until somebody begins anew with it. It returns the newcomer's
// login, and the id of the former customer as an ADMIN finds it.
func (s *stage) reissued(t *testing.T) (newcomer answer, former string) {
	t.Helper()
	phone := s.people[owner].Phone
	s.rest(t, phone)
	asked := s.entered(t, phone)
	require.Equal(t, "PINCODE_REQUIRED", asked.field("outcome"))
	newcomer = s.post(t, "", "/api/v1/auth/otp/pincode", object{"login_id": asked.field("login_id"), "phone": phone})
	require.Equal(t, http.StatusOK, newcomer.status, "%s", newcomer.body)

	var log struct {
		Items []struct {
			TargetID string `json:"target_id"`
		}
	}
	events := s.do(t, admin, http.MethodGet, "/api/v1/security-events?code=number_reissued", nil)
	require.NoError(t, json.Unmarshal(events.body, &log))
	require.Len(t, log.Items, 1)
	return newcomer, log.Items[0].TargetID
}

// restores has two ADMINs give the number to the customer.
func (s *stage) restores(t *testing.T, customer string, phone domain.Phone) {
	t.Helper()
	proposed := s.post(t, admin, "/api/v1/customers/"+customer+"/number", object{"phone": phone, "reason": "Identified at the branch."})
	require.Equal(t, http.StatusAccepted, proposed.status, "%s", proposed.body)
	assert.Equal(t, string(phone), s.do(t, second, http.MethodGet, "/api/v1/proposals/"+proposed.field("id"), nil).field("number.phone"))
	confirmation := "/api/v1/proposals/" + proposed.field("id") + "/confirmation"
	assert.Equal(t, "own_proposal", s.post(t, admin, confirmation, nil).code())
	confirmed := s.do(t, second, http.MethodPost, confirmation, nil)
	assert.Equal(t, "CONFIRMED", confirmed.field("status"))
	assert.Equal(t, customer, confirmed.field("user_id"))
}

// TestAFormerCustomerFindsTheirCasesAgain follows people whose number was reissued after 90 days, with a
// valued case: by another number, and by the same one if they began anew with it themselves.
func TestAFormerCustomerFindsTheirCasesAgain(t *testing.T) {
	t.Parallel()
	t.Run("another number", func(t *testing.T) {
		onBothStages(t, func(t *testing.T, s *stage) {
			valued := s.inState(t, domain.Valued)
			newcomer, former := s.reissued(t)
			assert.Empty(t, s.casesOf(t, newcomer))
			hidden := request{method: http.MethodGet, path: property(valued), token: newcomer.field("access_token")}
			assert.Equal(t, "property_not_found", s.send(t, hidden).code())

			trail := s.do(t, deputy, http.MethodGet, property(valued, "/audit"), nil, domain.CaseReasonField, why)
			assert.Contains(t, string(trail.body), former, "a supervisor may find the id, too")
			other := domain.Phone(s.newNumber())
			s.restores(t, former, other)
			back := s.entered(t, other)
			assert.Equal(t, "AUTHENTICATED", back.field("outcome"))
			assert.Equal(t, former, back.field("user.id"))
			assert.Equal(t, []string{valued}, s.casesOf(t, back))
			assert.Empty(t, s.casesOf(t, newcomer), "goes on with the old number, and without the cases")
		})
	})
	t.Run("the same number", func(t *testing.T) {
		onBothStages(t, func(t *testing.T, s *stage) {
			valued := s.inState(t, domain.Valued)
			newcomer, former := s.reissued(t)
			s.restores(t, former, s.people[owner].Phone)
			ended := s.post(t, "", "/api/v1/auth/refresh", object{"refresh_token": newcomer.field("refresh_token")})
			assert.Equal(t, "session_ended", ended.code())
			back := s.entered(t, s.people[owner].Phone)
			assert.Equal(t, "AUTHENTICATED", back.field("outcome"))
			assert.Equal(t, []string{valued}, s.casesOf(t, back))
			for _, code := range []string{"number_taken", "number_restored"} {
				events := s.do(t, admin, http.MethodGet, "/api/v1/security-events?code="+code, nil)
				assert.Contains(t, string(events.body), string(s.people[second].ID), code)
				assert.NotContains(t, string(events.body), string(s.people[owner].Phone), code)
			}
		})
	})
	t.Run("a number in use", func(t *testing.T) {
		onBothStages(t, func(t *testing.T, s *stage) {
			s.inState(t, domain.Valued)
			newcomer, former := s.reissued(t)
			drafted := s.send(t, request{
				method: http.MethodPost, path: "/api/v1/properties", token: newcomer.field("access_token"), body: object{"type": "LAND"},
				headers: map[string]string{"Idempotency-Key": s.key()},
			})
			require.Equal(t, http.StatusCreated, drafted.status, "%s", drafted.body)
			refused := s.post(t, admin, "/api/v1/customers/"+former+"/number", object{"phone": s.people[owner].Phone, "reason": "Identified at the branch."})
			assert.Equal(t, "number_in_use", refused.code())
			assert.Equal(t, []string{drafted.field("id")}, s.casesOf(t, newcomer))
		})
	})
}

// TestOneAdminRestoresANumber has no second ADMIN, as SECOND_ADMIN=false allows.
func TestOneAdminRestoresANumber(t *testing.T) {
	t.Parallel()
	s := stageOnMemory()
	s.oneAdmin = true
	s.open(t)
	valued := s.inState(t, domain.Valued)
	_, former := s.reissued(t)
	restored := s.post(t, admin, "/api/v1/customers/"+former+"/number", object{"phone": s.people[owner].Phone, "reason": "Identified at the branch."})
	require.Equal(t, http.StatusOK, restored.status, "%s", restored.body)
	assert.Equal(t, "CONFIRMED", restored.field("status"))
	assert.Equal(t, []string{valued}, s.casesOf(t, s.entered(t, s.people[owner].Phone)))
}
