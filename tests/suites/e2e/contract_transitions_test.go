package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// transition is an operation that needs the property in a certain state.
type transition struct {
	path string
	who  string // who would be right, were the state
	body any
	from map[domain.State]domain.State // where it is possible, and where it leads
}

// transitions lists them all: the table of docs/domain.md, "A case's life", by operation.
func transitions(appraisal object, item, valuerID string) []transition {
	under := func(to domain.State) map[domain.State]domain.State {
		return map[domain.State]domain.State{domain.UnderReview: to}
	}
	awaiting := func(to domain.State) map[domain.State]domain.State {
		return map[domain.State]domain.State{domain.AwaitingSignOff: to}
	}
	return []transition{
		{"/submission", owner, nil, nil}, // a draft needs more: see the journeys
		{"/withdrawal", owner, nil, map[domain.State]domain.State{
			domain.Draft: domain.Withdrawn, domain.Submitted: domain.Withdrawn, domain.UnderReview: domain.Withdrawn,
			domain.FollowUpRequired: domain.Withdrawn, domain.AwaitingSignOff: domain.Withdrawn,
		}},
		{"/claim", valuer, nil, map[domain.State]domain.State{domain.Submitted: domain.UnderReview}},
		{"/claim/heartbeat", valuer, nil, under(domain.UnderReview)},
		{"/claim/release", valuer, nil, under(domain.Submitted)},
		{"/claim/revocation", supervisor, object{"reason": "Her shift is over."}, under(domain.Submitted)},
		{"/claim/reassignment", supervisor, object{"valuer_id": valuerID, "reason": "Her shift is over."}, under(domain.UnderReview)},
		{"/follow-ups", valuer, question, under(domain.FollowUpRequired)},
		{
			"/follow-ups/answer", owner, object{"answers": []object{{"item_id": item, "text": "Yes, it is."}}},
			map[domain.State]domain.State{domain.FollowUpRequired: domain.Submitted},
		},
		{"/rejection", valuer, object{"code": "OTHER", "note": "Not a home."}, under(domain.Rejected)},
		{"/flag", valuer, object{"reason": "Look twice."}, under(domain.UnderReview)},
		{"/valuations", valuer, appraisal, under(domain.Valued)},
		{"/sign-off", supervisor, nil, awaiting(domain.Valued)},
		{"/return", supervisor, object{"reason": "Too high."}, awaiting(domain.UnderReview)},
		{"/report/retry", supervisor, nil, nil}, // an approved one must have failed: see below
	}
}

func TestIllegalTransitionsAreRefusedAndChangeNothing(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		appraisal, other := s.appraisal(t, valuer, s.inState(t, domain.UnderReview)), string(s.people[colleague].ID)
		refused := 0
		for _, state := range domain.States {
			id := s.inState(t, state)
			s.Faults.Up()
			before := s.state(t)
			for _, tr := range transitions(appraisal, "0193562c-0000-7000-8000-00000000000f", other) {
				if _, legal := tr.from[state]; legal || state == domain.Draft && tr.path == "/submission" || state == domain.Approved && tr.path == "/report/retry" {
					continue
				}
				where := "POST " + tr.path + " while " + string(state)
				a := s.send(t, request{
					method: http.MethodPost, path: property(id, tr.path), token: s.tokens[tr.who], body: tr.body,
					headers: map[string]string{"Idempotency-Key": s.key(), domain.CaseReasonField: why},
				})
				refused++
				if state == domain.Draft && tr.who != owner {
					assert.Equal(t, "property_not_found", a.code(), "%s: nobody reviews drafts, nor hears of them", where)
					continue
				}
				assert.Equal(t, http.StatusConflict, a.status, "%s: %s", where, a.body)
				if tr.path == "/claim" && state == domain.UnderReview {
					assert.Equal(t, "already_claimed", a.code(), where)
					assert.NotContains(t, string(a.body), string(s.people[valuer].ID), "%s: it names no one", where)
					continue
				}
				assert.Equal(t, "illegal_transition", a.code(), where)
				assert.Contains(t, a.field("detail"), string(state), "%s: the reason names the state", where)
			}
			require.Equal(t, before, s.state(t), state)
		}
		t.Logf("%d illegal transitions refused", refused)
		assert.Greater(t, refused, 80)
	})
}

// item returns the id of what a follow-up asks.
func (s *stage) item(t *testing.T, id string) string {
	t.Helper()
	asked := s.do(t, owner, http.MethodGet, property(id), nil)
	_, rest, _ := strings.Cut(string(asked.body), `"follow_ups":`)
	_, rest, _ = strings.Cut(rest, `"id":"`)
	item, _, _ := strings.Cut(rest, `"`)
	return item
}

func TestLegalTransitionsLeadWhereTheyShould(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		appraisal, other := s.appraisal(t, valuer, s.inState(t, domain.UnderReview)), string(s.people[colleague].ID)
		for i, way := range transitions(appraisal, "", other) {
			for from := range way.from {
				id := s.inState(t, from)
				item := ""
				if from == domain.FollowUpRequired {
					item = s.item(t, id)
				}
				tr := transitions(appraisal, item, other)[i]
				s.do(t, tr.who, http.MethodPost, property(id, tr.path), tr.body)
				s.idle(t)
				now := s.do(t, owner, http.MethodGet, property(id), nil).field("state")
				assert.Equal(t, string(tr.from[from]), now, "%s from %s", tr.path, from)
				trail := s.do(t, owner, http.MethodGet, property(id, "/audit"), nil)
				assert.Contains(t, string(trail.body), `"intact":true`)
			}
		}
	})
}

func TestReportIsRetriedOnlyAfterItFailed(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id := s.inState(t, domain.Approved)
		retry := func() answer {
			return s.send(t, request{
				method: http.MethodPost, path: property(id, "/report/retry"), token: s.tokens[supervisor],
				headers: map[string]string{"Idempotency-Key": s.key(), domain.CaseReasonField: why},
			})
		}
		assert.Equal(t, "report_in_progress", retry().code())
		report := func() string {
			return s.send(t, request{method: http.MethodGet, path: property(id, "/report"), token: s.tokens[owner]}).code()
		}
		assert.Equal(t, "report_not_ready", report())
		s.exhaust(t)
		s.Faults.Up()
		assert.Equal(t, "report_failed", report(), "a client that polls stops")
		assert.Equal(t, http.StatusOK, retry().status)
		s.idle(t)
		assert.Equal(t, string(domain.Valued), s.do(t, owner, http.MethodGet, property(id), nil).field("state"))
		pdf := s.do(t, owner, http.MethodGet, property(id, "/report"), nil)
		assert.Equal(t, "application/pdf", pdf.header.Get("Content-Type"))
		assert.Contains(t, pdf.header.Get("Content-Disposition"), ".pdf")
		assert.Contains(t, string(pdf.body), "%PDF-")
	})
}

// TestOtherPeoplesThingsAreNotFound asks for a stranger's property, in every state, by every
// operation that customers have.
func TestOtherPeoplesThingsAreNotFound(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		mine := s.draft(t, stranger)
		asked := 0
		for _, state := range domain.States {
			id := s.inState(t, state)
			photo := "0193562c-0000-7000-8000-00000000000f"
			before := s.state(t)
			for path, item := range s.doc.Paths.Map() {
				for method, op := range item.Operations() {
					roles, _ := op.Extensions["x-roles"].([]any)
					if !strings.Contains(path, "{propertyId}") || !slices.Contains(roles, any(string(domain.RoleCustomer))) {
						continue
					}
					w := newWalk(t, s, method, path, op, map[string]string{"propertyId": id, "photoId": photo})
					w.valid.token = s.tokens[stranger]
					asked++
					a := s.send(t, w.valid)
					assert.Equal(t, http.StatusNotFound, a.status, "%s while %s: %s", op.OperationID, state, a.body)
					assert.Equal(t, "property_not_found", a.code(), op.OperationID)
				}
			}
			require.Equal(t, before, s.state(t), state)
			s.Faults.Up()
		}
		a := s.send(t, request{method: http.MethodGet, path: "/api/v1/properties", token: s.tokens[stranger]})
		assert.Contains(t, string(a.body), mine)
		assert.Equal(t, 1, strings.Count(string(a.body), `"follow_ups":`), "they list their own only")
		t.Logf("%d questions after other people's property", asked)
	})
}

// TestPhotosOfOtherPropertiesAreNotFound gives a photo of one property as another's.
func TestPhotosOfOtherPropertiesAreNotFound(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		here, there, strangers := s.draft(t, owner), s.draft(t, owner), s.draft(t, stranger)
		for _, photo := range []string{s.photograph(t, owner, there, front), s.photograph(t, stranger, strangers, front)} {
			for _, q := range []request{
				{method: http.MethodGet, path: property(here, "/photos/", photo)},
				{method: http.MethodDelete, path: property(here, "/photos/", photo)},
				{method: http.MethodPost, path: property(here, "/photos/", photo, "/completion")},
			} {
				q.token = s.tokens[owner]
				before := s.state(t)
				a := s.send(t, q)
				assert.Equal(t, "photo_not_found", a.code(), "%s %s: %s", q.method, q.path, a.body)
				assert.Equal(t, before, s.state(t))
			}
		}
	})
}

// TestNothingUnlocksWhatWasSubmitted tries to edit, add to and delete a property in every
// state behind the draft.
func TestNothingUnlocksWhatWasSubmitted(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		for _, state := range domain.States[1:] {
			id := s.inState(t, state)
			s.Faults.Up()
			now := s.do(t, owner, http.MethodGet, property(id), nil)
			before := s.state(t)
			for _, q := range []request{
				{method: http.MethodPatch, path: property(id), body: object{"bedrooms": 4}, headers: map[string]string{"If-Match": now.header.Get("ETag")}},
				{method: http.MethodDelete, path: property(id)},
				{method: http.MethodPost, path: property(id, "/photo-challenges"), body: front},
			} {
				q.token = s.tokens[owner]
				a := s.send(t, q)
				assert.Equal(t, http.StatusConflict, a.status, "%s %s while %s: %s", q.method, q.path, state, a.body)
				assert.Contains(t, []string{"property_locked", "field_locked", "not_a_draft"}, a.code(), state)
			}
			require.Equal(t, before, s.state(t), state)
		}
	})
}

// TestNobodySignsTwice sees to it that a case is not decided by those who must not.
func TestNobodySignsTwice(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id := s.inState(t, domain.Submitted)
		post := func(who, path string, body any) answer {
			return s.send(t, request{
				method: http.MethodPost, path: property(id, path), token: s.tokens[who], body: body,
				headers: map[string]string{"Idempotency-Key": s.key()},
			})
		}
		require.Equal(t, http.StatusOK, post(supervisor, "/claim", nil).status)
		assert.Equal(t, "claim_not_held", post(valuer, "/rejection", object{"code": "OTHER", "note": "Not mine."}).code())
		assert.Equal(t, "claim_not_held", post(deputy, "/valuations", s.appraisal(t, supervisor, id)).code())
		require.Equal(t, http.StatusOK, post(supervisor, "/flag", object{"reason": "A second pair of eyes."}).status)
		require.Equal(t, http.StatusCreated, post(supervisor, "/valuations", s.appraisal(t, supervisor, id)).status)
		before := s.state(t)
		twice := post(supervisor, "/sign-off", nil)
		assert.Equal(t, http.StatusForbidden, twice.status)
		assert.Equal(t, "same_person", twice.code())
		assert.Equal(t, "role_not_allowed", post(colleague, "/sign-off", nil).code())
		assert.Equal(t, before, s.state(t))
		assert.Equal(t, http.StatusOK, post(deputy, "/sign-off", nil).status)
	})
}
