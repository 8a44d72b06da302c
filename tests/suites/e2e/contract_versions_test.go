package e2e_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// editable is one thing that several people may edit at once.
type editable struct {
	read, edit request
	bodies     [2]object // two edits that differ
	shown      [2]string // what the answer to each shows
}

func (s *stage) editables(t *testing.T) map[string]editable {
	id := s.draft(t, owner)
	staff := "/api/v1/staff/" + string(s.people[colleague].ID)
	settings := func(least int) object {
		return object{
			"min_confidence": least, "sign_off_amount": object{"amount": 500_000_000, "currency": "INR"}, "max_deviation_percent": 20,
			"min_comparables": 3, "search_radius_km": 5, "comparable_max_age_months": 24,
		}
	}
	return map[string]editable{
		"updateProperty": {
			request{method: http.MethodGet, path: property(id), token: s.tokens[owner]},
			request{method: http.MethodPatch, path: property(id), token: s.tokens[owner]},
			[2]object{{"bedrooms": 4}, {"bedrooms": 5}}, [2]string{`"bedrooms":4`, `"bedrooms":5`},
		},
		"updateStaff": {
			request{method: http.MethodGet, path: staff, token: s.tokens[admin]},
			request{method: http.MethodPatch, path: staff, token: s.tokens[admin]},
			[2]object{{"name": "Meera Iyer"}, {"name": "Meera Rao"}}, [2]string{`"Meera Iyer"`, `"Meera Rao"`},
		},
		"updateSettings": {
			request{method: http.MethodGet, path: "/api/v1/settings", token: s.tokens[supervisor]},
			request{method: http.MethodPut, path: "/api/v1/settings", token: s.tokens[admin]},
			[2]object{settings(51), settings(52)}, [2]string{`"min_confidence":51`, `"min_confidence":52`},
		},
	}
}

// versioned returns the i-th edit for the version that the tag names.
func (e editable) versioned(i int, tag string) request {
	q := e.edit
	q.body, q.headers = e.bodies[i], map[string]string{"If-Match": tag}
	return q
}

// confirmed has the second ADMIN confirm what an edit proposed, if it did, and returns what is read
// then, or why it is refused.
func (s *stage) confirmed(t *testing.T, edited answer, read request) answer {
	t.Helper()
	if edited.status != http.StatusAccepted {
		return edited
	}
	confirmed := s.post(t, second, "/api/v1/proposals/"+edited.field("id")+"/confirmation", nil)
	if confirmed.status != http.StatusOK {
		return confirmed
	}
	return s.send(t, read)
}

func TestEditsNeedTheCurrentVersion(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		all := s.editables(t)
		for _, item := range s.doc.Paths.Map() {
			for _, op := range item.Operations() {
				if op.Parameters.GetByInAndName("header", "If-Match") != nil {
					require.Contains(t, all, op.OperationID, "it takes If-Match: test it")
				}
			}
		}
		for name, e := range all {
			read := s.send(t, e.read)
			first := read.header.Get("ETag")
			require.NotEmpty(t, first, name)
			edited := s.confirmed(t, s.send(t, e.versioned(0, first)), e.read)
			require.Equal(t, http.StatusOK, edited.status, "%s: %s", name, edited.body)
			assert.Contains(t, string(edited.body), e.shown[0], name)

			before := s.state(t)
			stale := s.send(t, e.versioned(1, first))
			assert.Equal(t, http.StatusPreconditionFailed, stale.status, name)
			assert.Equal(t, "stale_version", stale.code(), name)
			assert.Equal(t, before, s.state(t), name)

			tag := edited.header.Get("ETag")
			assert.NotEqual(t, first, tag, name)
			assert.Equal(t, tag, s.send(t, e.read).header.Get("ETag"), "%s: reading gives the tag that editing gave", name)
			again := s.confirmed(t, s.send(t, e.versioned(1, tag)), e.read)
			assert.Equal(t, http.StatusOK, again.status, "%s: the tag of each answer is good for the next edit", name)
			assert.Contains(t, string(again.body), e.shown[1], name)
		}
	})
}

func TestOneOfRacingEditsWins(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		for name, e := range s.editables(t) {
			tag := s.send(t, e.read).header.Get("ETag")
			answers := make([]answer, 8)
			var racers sync.WaitGroup
			for i := range answers {
				racers.Go(func() { answers[i] = s.send(t, e.versioned(i%2, tag)) })
			}
			racers.Wait()
			won := 0
			for _, a := range answers {
				if a = s.confirmed(t, a, e.read); a.code() == "proposal_outdated" {
					continue
				}
				if a.status == http.StatusOK {
					won++
					continue
				}
				assert.Equal(t, http.StatusPreconditionFailed, a.status, "%s: %s", name, a.body)
			}
			assert.Equal(t, 1, won, name)
		}
	})
}

// TestEveryTagIsTheVersionThatReadingGives follows a property through its life and compares
// the tag of each answer with the tag of reading it.
func TestEveryTagIsTheVersionThatReadingGives(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id := s.draft(t, owner)
		follow := func(who, path string, body any) {
			t.Helper()
			a := s.do(t, who, http.MethodPost, property(id, path), body)
			require.NotEmpty(t, a.header.Get("ETag"), path)
			// A long answer is compressed, a short one is not.
			plain := func(a answer) string { return strings.Replace(a.header.Get("ETag"), "-gzip", "", 1) }
			assert.Equal(t, plain(s.do(t, who, http.MethodGet, property(id), nil)), plain(a), path)
		}
		s.consent(t, owner)
		s.photograph(t, owner, id, front, kitchen)
		follow(owner, "/submission", nil)
		follow(valuer, "/claim", nil)
		follow(valuer, "/claim/release", nil)
		follow(colleague, "/claim", nil)
		follow(colleague, "/follow-ups", object{"items": []object{{"kind": "CORRECT_FIELD", "field": "bedrooms", "message": "Three or four?"}}})
		unlocked := s.do(t, owner, http.MethodGet, property(id), nil)
		s.do(t, owner, http.MethodPatch, property(id), object{"bedrooms": 4}, "If-Match", unlocked.header.Get("ETag"))
		s.do(t, owner, http.MethodPatch, property(id), object{"bedrooms": 5}, "If-Match",
			s.do(t, owner, http.MethodGet, property(id), nil).header.Get("ETag"))
		follow(owner, "/withdrawal", nil)

		id = s.inState(t, domain.UnderReview)
		follow(valuer, "/flag", object{"reason": "A second pair of eyes."})
		s.do(t, valuer, http.MethodPost, property(id, "/valuations"), s.appraisal(t, valuer, id))
		follow(supervisor, "/return", object{"reason": "Too high."})
		follow(valuer, "/rejection", object{"code": "OTHER", "note": "Not a home."})
	})
}

// TestOneOfRacingValuersWins lets many valuers claim the same property at once.
func TestOneOfRacingValuersWins(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id := s.inState(t, domain.Submitted)
		racing := []string{valuer, colleague, supervisor, deputy, valuer, colleague, supervisor, deputy}
		answers := make([]answer, len(racing))
		var racers sync.WaitGroup
		for i, who := range racing {
			q := keyed(request{method: http.MethodPost, path: property(id, "/claim"), token: s.tokens[who]}, s.key())
			racers.Go(func() { answers[i] = s.send(t, q) })
		}
		racers.Wait()
		won := 0
		for _, a := range answers {
			if a.status == http.StatusOK {
				won++
				continue
			}
			assert.Equal(t, "already_claimed", a.code(), "%s", a.body)
		}
		assert.Equal(t, 1, won)
	})
}
