package e2e_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// opening returns the requests that read a case or what belongs to it, by operation: everything with
// a propertyId that takes a reason. retryReport is left out, because it needs a report that failed.
func (s *stage) opening(t *testing.T, id, photo string) map[string]string {
	t.Helper()
	paths := make(map[string]string)
	for path, item := range s.doc.Paths.Map() {
		op := item.Get
		if op == nil || op.Parameters.GetByInAndName(openapi3.ParameterInHeader, domain.CaseReasonField) == nil || op.OperationID == "listQueue" {
			continue
		}
		paths[op.OperationID] = strings.NewReplacer("{propertyId}", id, "{photoId}", photo).Replace(path)
	}
	require.Len(t, paths, 10)
	return paths
}

// firstPhoto returns a photo of the owner's property.
func (s *stage) firstPhoto(t *testing.T, id string) string {
	t.Helper()
	_, rest, _ := strings.Cut(string(s.do(t, owner, http.MethodGet, property(id, "/photos"), nil).body), `"id":"`)
	photo, _, _ := strings.Cut(rest, `"`)
	return photo
}

// security returns the events of a code in the security log, newest first.
func (s *stage) security(t *testing.T, code domain.SecurityCode) []domain.SecurityEvent {
	t.Helper()
	list, err := ports.InTx(t.Context(), s.on.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{Code: code}, domain.Page{Limit: 1000})
	})
	require.NoError(t, err)
	return list.Items
}

func TestACaseOfAnotherIsOpenedForAReasonOnly(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		for _, state := range []domain.State{domain.UnderReview, domain.FollowUpRequired, domain.Valued, domain.Rejected, domain.Withdrawn} {
			id := s.inState(t, state)
			for operation, path := range s.opening(t, id, s.firstPhoto(t, id)) {
				for _, who := range []string{colleague, deputy} {
					where := operation + " of " + string(state) + " as " + who
					before := len(s.security(t, domain.SecurityCaseViewed))
					a := s.send(t, request{method: http.MethodGet, path: path, token: s.tokens[who]})
					assert.Equal(t, http.StatusForbidden, a.status, where)
					assert.Equal(t, "reason_required", a.code(), where)
					a = s.send(t, request{method: http.MethodGet, path: path, token: s.tokens[who], headers: map[string]string{domain.CaseReasonField: "aaaaaaaaaaaaa"}})
					assert.Equal(t, http.StatusBadRequest, a.status, "%s: no words", where)
					assert.Contains(t, string(a.body), `"field":"PropFlow-Reason"`, where)
					assert.Len(t, s.security(t, domain.SecurityCaseViewed), before, "%s: what was refused was not seen", where)

					a = s.send(t, request{method: http.MethodGet, path: path, token: s.tokens[who], headers: map[string]string{domain.CaseReasonField: why}})
					if a.status != http.StatusOK { // there is no valuation or report, which the reader may learn
						assert.Contains(t, []string{"valuation_not_found", "report_not_found", "report_not_ready"}, a.code(), where)
						continue
					}
					views := s.security(t, domain.SecurityCaseViewed)
					require.Len(t, views, before+1, where)
					assert.Equal(t, why, views[0].Detail, where)
					assert.Equal(t, s.people[who].ID, views[0].ActorID, where)
					assert.Equal(t, s.people[owner].ID, views[0].TargetID, where)
					assert.EqualValues(t, id, views[0].PropertyID, where)
				}
			}
		}
	})
}

// TestAReasonHasTenToThreeHundredCharacters sends reasons that the document refuses.
func TestAReasonHasTenToThreeHundredCharacters(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	path := property(s.inState(t, domain.Valued))
	for _, reason := range []string{"too short", strings.Repeat("ab", 151), "\xff\xfe not text", "शाखा का प्रश्न है"} {
		a := s.send(t, request{method: http.MethodGet, path: path, token: s.tokens[colleague], headers: map[string]string{domain.CaseReasonField: reason}})
		assert.Equal(t, http.StatusBadRequest, a.status, reason)
		assert.Contains(t, string(a.body), `"field":"PropFlow-Reason"`, reason)
	}
}

func TestWhoWorkedOnACaseReadsItLater(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		reads := func(who, id string) int {
			return s.send(t, request{method: http.MethodGet, path: property(id), token: s.tokens[who]}).status
		}
		originals := func(who, id string) bool {
			return strings.Contains(string(s.do(t, who, http.MethodGet, property(id, "/photos"), nil).body), `"original":`)
		}
		queued := s.inState(t, domain.Submitted)
		assert.False(t, originals(colleague, queued), "the queue is without originals")
		assert.False(t, originals(deputy, queued))

		s.do(t, colleague, http.MethodPost, property(queued, "/claim"), nil)
		assert.True(t, originals(colleague, queued), "their own claim")
		s.do(t, colleague, http.MethodPost, property(queued, "/claim/release"), nil)
		assert.False(t, originals(colleague, queued))
		s.do(t, valuer, http.MethodPost, property(queued, "/claim"), nil)
		assert.Equal(t, http.StatusForbidden, reads(colleague, queued), "to claim and release is no work")
		s.do(t, deputy, http.MethodPost, property(queued, "/claim/reassignment"), object{"valuer_id": string(s.people[colleague].ID), "reason": "Her shift is over."})
		assert.Equal(t, http.StatusForbidden, reads(deputy, queued), "nor is deciding who reviews")
		assert.Equal(t, http.StatusForbidden, reads(valuer, queued))
		views := s.security(t, domain.SecurityCaseViewed)
		require.Len(t, views, 1, "the answer to the reassignment showed it")
		assert.Equal(t, "review.claim_reassigned", views[0].Detail)

		rejected := s.inState(t, domain.Rejected)
		assert.Equal(t, http.StatusOK, reads(valuer, rejected))
		assert.False(t, originals(valuer, rejected), "a past case is without originals")
		photos := s.do(t, valuer, http.MethodGet, property(rejected, "/photos"), nil, domain.CaseReasonField, why)
		assert.Contains(t, string(photos.body), `"original":`, "a reason opens it in full")

		waiting := s.inState(t, domain.AwaitingSignOff)
		assert.True(t, originals(deputy, waiting))
		assert.Equal(t, http.StatusForbidden, reads(colleague, waiting))
	})
}

func TestTheQueueListsWhatItsReaderMaySee(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		cases := map[string]domain.State{}
		query := ""
		for _, state := range domain.States[1:] {
			cases[s.inState(t, state)] = state
			s.Faults.Up()
			query += "&state=" + string(state)
		}
		listed := func(who string, headers ...string) (states []domain.State) {
			list := string(s.do(t, who, http.MethodGet, "/api/v1/queue?limit=100"+query, nil, headers...).body)
			for id, state := range cases {
				if strings.Contains(list, `"id":"`+id+`"`) {
					states = append(states, state)
				}
			}
			slices.Sort(states)
			return states
		}
		assert.Equal(t, []domain.State{domain.Submitted}, listed(colleague))
		assert.Equal(t, []domain.State{domain.AwaitingSignOff, domain.Submitted}, listed(deputy))
		assert.Empty(t, s.security(t, domain.SecurityCaseViewed))
		assert.Len(t, listed(deputy, domain.CaseReasonField, why), len(cases))
		views := s.security(t, domain.SecurityCaseViewed)
		require.Len(t, views, len(cases)-2, "each that only the reason opens")
		for _, view := range views {
			assert.Equal(t, why, view.Detail)
			assert.NotContains(t, []domain.State{domain.Submitted, domain.AwaitingSignOff}, cases[string(view.PropertyID)])
		}
	})
}
