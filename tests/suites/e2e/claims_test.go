package e2e_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
)

// stateOf returns the state of a case and its claimant, as its reviewers see them.
func (s *stage) stateOf(t *testing.T, id string) (state, claimant string) {
	t.Helper()
	now := s.do(t, supervisor, http.MethodGet, property(id), nil)
	return now.field("state"), now.field("claim.valuer_id")
}

// post sends a request that may be refused.
func (s *stage) post(t *testing.T, who, path string, body any) answer {
	t.Helper()
	return s.send(t, request{
		method: http.MethodPost, path: path, token: s.tokens[who], body: body, headers: map[string]string{"Idempotency-Key": s.key()},
	})
}

// setAccess ends the access of a member of staff, or gives it back.
func (s *stage) setAccess(t *testing.T, who string, change object) {
	t.Helper()
	path := "/api/v1/staff/" + string(s.people[who].ID)
	tag := s.do(t, admin, http.MethodGet, path, nil).header.Get("ETag")
	answered := s.do(t, admin, http.MethodPatch, path, change, "If-Match", tag)
	if answered.status == http.StatusAccepted {
		s.do(t, second, http.MethodPost, "/api/v1/proposals/"+answered.field("id")+"/confirmation", nil)
	}
}

// valuerDisappears has a supervisor help a case whose valuer is gone.
func valuerDisappears(t *testing.T, s *stage) {
	open := map[string]*listener{}
	for _, who := range []string{owner, valuer, colleague, deputy} {
		open[who] = s.listen(t, s.tokens[who], "")
	}
	id := s.inState(t, domain.UnderReview)
	assert.Equal(t, "already_claimed", s.post(t, colleague, property(id, "/claim"), nil).code())
	revoke, reassign := property(id, "/claim/revocation"), property(id, "/claim/reassignment")
	for _, who := range []string{valuer, colleague, admin, owner} {
		assert.Equal(t, http.StatusForbidden, s.post(t, who, revoke, object{"reason": "Give it to me."}).status, who)
	}
	assert.Equal(t, "invalid_input", s.post(t, supervisor, revoke, object{"reason": ".........."}).code())
	for _, to := range []string{owner, admin, valuer} {
		refused := s.post(t, supervisor, reassign, object{"valuer_id": s.people[to].ID, "reason": "Her shift is over."})
		assert.Equal(t, http.StatusBadRequest, refused.status, to)
		assert.Contains(t, string(refused.body), `"valuer_id"`, to)
	}

	given := s.do(t, supervisor, http.MethodPost, reassign, object{"valuer_id": s.people[colleague].ID, "reason": "Her shift is over."})
	assert.Equal(t, string(s.people[colleague].ID), given.field("claim.valuer_id"))
	assert.Contains(t, string(given.body), `"reason":"Her shift is over."`)
	assert.Equal(t, "claim_not_held", s.post(t, valuer, property(id, "/claim/heartbeat"), nil).code())
	s.do(t, supervisor, http.MethodPost, revoke, object{"reason": "She left for the day, too."})
	state, claimant := s.stateOf(t, id)
	assert.Equal(t, string(domain.Submitted), state)
	assert.Empty(t, claimant)
	s.do(t, valuer, http.MethodPost, "/api/v1/queue/claims", nil)

	news := func(who, event string) propflow.Event {
		heard := open[who].until(t, event)
		return heard[len(heard)-1]
	}
	assert.Equal(t, propflow.ClaimNewsLOST, *news(valuer, "review.claim_reassigned").Claim)
	assert.Equal(t, propflow.ClaimNewsGIVEN, *news(colleague, "review.claim_reassigned").Claim)
	assert.Nil(t, news(deputy, "review.claim_reassigned").Claim, "no other reader learns who")
	assert.Nil(t, news(valuer, "review.claim_revoked").Claim)
	assert.Equal(t, propflow.ClaimNewsLOST, *news(colleague, "review.claim_revoked").Claim)
	told := open[owner].until(t, "review.claim_revoked")
	assert.NotContains(t, names(told), "review.claim_reassigned")
	assert.Equal(t, "SUBMITTED", *told[len(told)-1].State, "the owner's app shows the state of the case")
	mine := s.do(t, owner, http.MethodGet, property(id), nil)
	assert.NotContains(t, string(mine.body), "handovers")
	assert.Contains(t, string(s.do(t, owner, http.MethodGet, property(id, "/audit"), nil).body), `"intact":true`)
}

// valuerIsDisabled disables a valuer, demotes another, and has the first one claim at the same time
// with a token that has not expired.
func valuerIsDisabled(t *testing.T, s *stage) {
	claimed, risky := s.inState(t, domain.UnderReview), s.inState(t, domain.AwaitingSignOff)
	asked, racing := s.inState(t, domain.FollowUpRequired), make([]string, 4)
	for i := range racing {
		racing[i] = s.inState(t, domain.Submitted)
	}
	var claims sync.WaitGroup
	claims.Go(func() {
		for _, id := range racing {
			if a := s.post(t, valuer, property(id, "/claim"), nil); a.status != http.StatusOK {
				assert.Contains(t, []string{"session_ended", "user_disabled"}, a.code()) // the latter if it ended under way
			}
		}
	})
	path := "/api/v1/staff/" + string(s.people[valuer].ID)
	disable := request{method: http.MethodPatch, path: path, token: s.tokens[admin], body: object{"disabled": true}, headers: map[string]string{
		"If-Match": s.do(t, admin, http.MethodGet, path, nil).header.Get("ETag"),
	}}
	require.Equal(t, http.StatusOK, s.send(t, disable).status)
	claims.Wait()
	s.idle(t)
	for _, id := range append(racing, claimed) {
		state, claimant := s.stateOf(t, id)
		assert.Equal(t, string(domain.Submitted), state)
		assert.Empty(t, claimant)
	}
	assert.Equal(t, "session_ended", s.post(t, valuer, property(claimed, "/claim"), nil).code())
	assert.Equal(t, "session_ended", s.post(t, valuer, property(claimed, "/rejection"), object{"code": "OTHER", "note": "Out of spite."}).code())

	s.do(t, supervisor, http.MethodPost, property(risky, "/return"), object{"reason": "Which sales are these?"})
	state, claimant := s.stateOf(t, risky)
	assert.Equal(t, string(domain.Submitted), state, "it goes to the queue")
	assert.Empty(t, claimant)

	s.do(t, owner, http.MethodPost, property(asked, "/follow-ups/answer"), object{"answers": []object{{"item_id": s.item(t, asked), "text": "Yes, it is."}}})
	now := s.do(t, supervisor, http.MethodGet, property(asked), nil)
	assert.NotContains(t, string(now.body), `"reservation"`)

	s.do(t, colleague, http.MethodPost, property(asked, "/claim"), nil)
	s.setAccess(t, colleague, object{"role": "ADMIN"})
	s.idle(t)
	state, claimant = s.stateOf(t, asked)
	assert.Equal(t, string(domain.Submitted), state, "who is demoted keeps none either")
	assert.Empty(t, claimant)
	for _, id := range []string{claimed, risky, asked} {
		assert.Contains(t, string(s.do(t, owner, http.MethodGet, property(id, "/audit"), nil).body), `"intact":true`)
	}
}

// reviewers returns how many claims each reviewer has, as a supervisor gets the list.
func (s *stage) reviewers(t *testing.T) map[string]int {
	t.Helper()
	listed := s.do(t, supervisor, http.MethodGet, "/api/v1/reviewers", nil)
	for _, private := range []string{"phone", "email", "+91"} {
		assert.NotContains(t, string(listed.body), private)
	}
	var list propflow.ReviewerList
	require.NoError(t, json.Unmarshal(listed.body, &list))
	claims := make(map[string]int)
	for _, r := range list.Items {
		claims[r.ID] = r.Claims
	}
	return claims
}

// TestASupervisorChoosesToWhomACaseGoes reassigns a case to the reviewer who has the least.
func TestASupervisorChoosesToWhomACaseGoes(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id, who := s.inState(t, domain.UnderReview), func(name string) string { return string(s.people[name].ID) }
		for _, other := range []string{owner, valuer, admin} {
			refused := s.send(t, request{method: http.MethodGet, path: "/api/v1/reviewers", token: s.tokens[other]})
			assert.Equal(t, "role_not_allowed", refused.code(), other)
		}
		require.Contains(t, s.reviewers(t), who(deputy))
		s.setAccess(t, deputy, object{"disabled": true})
		listed := s.reviewers(t)
		assert.Equal(t, []int{1, 0, 0}, []int{listed[who(valuer)], listed[who(colleague)], listed[who(supervisor)]})
		for _, other := range []string{owner, admin, deputy} {
			assert.NotContains(t, listed, who(other), other)
		}

		s.do(t, supervisor, http.MethodPost, property(id, "/claim/reassignment"), object{"valuer_id": who(colleague), "reason": "She has the least."})
		now := s.reviewers(t)
		assert.Equal(t, []int{0, 1, 0}, []int{now[who(valuer)], now[who(colleague)], now[who(supervisor)]})
		for reviewer := range listed {
			if reviewer != who(colleague) {
				s.do(t, supervisor, http.MethodPost, property(id, "/claim/reassignment"), object{"valuer_id": reviewer, "reason": "Any of the list may get it."})
			}
		}
	})
}

func TestAnEmptyQueueHasItsOwnCode(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		s.inState(t, domain.UnderReview)
		a := s.post(t, colleague, "/api/v1/queue/claims", nil)
		assert.Equal(t, http.StatusNotFound, a.status)
		assert.Equal(t, "queue_empty", a.code())
	})
}
