package e2e_test

import (
	"net/http"
	"regexp"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// keyed returns the request with the Idempotency-Key.
func keyed(q request, key string) request {
	headers := map[string]string{"Idempotency-Key": key}
	for name, value := range q.headers {
		headers[name] = value
	}
	q.headers = headers
	return q
}

func TestKeysMakeRequestsSafeToRepeat(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		s.draft(t, owner) // an owner's first begins the count of their day, a row that no other draft adds
		for _, item := range s.doc.Paths.Map() {
			for _, op := range item.Operations() {
				if op.Parameters.GetByInAndName("header", "Idempotency-Key") == nil {
					continue
				}
				prepare := scenarios[op.OperationID]
				require.NotNil(t, prepare, "%s takes a key: it needs a scenario", op.OperationID)
				q, other := prepare(t, s)
				key := s.key()
				before := s.size(t)
				first := s.send(t, keyed(q, key))
				require.Less(t, first.status, 300, "%s: %s", op.OperationID, first.body)
				effect := s.size(t) - before
				assert.Positive(t, effect, op.OperationID)

				state := s.state(t)
				again := s.send(t, keyed(q, key))
				assert.Equal(t, first.status, again.status, op.OperationID)
				assert.Equal(t, first.timeless(), again.timeless(), op.OperationID)
				assert.Equal(t, first.header.Get("ETag"), again.header.Get("ETag"), op.OperationID)
				if other.method != "" {
					reused := s.send(t, keyed(other, key))
					assert.Equal(t, http.StatusUnprocessableEntity, reused.status, "%s: %s", op.OperationID, reused.body)
					assert.Equal(t, "idempotency_key_reused", reused.code(), op.OperationID)
				}
				assert.Equal(t, state, s.state(t), "%s did it twice", op.OperationID)

				twin, _ := prepare(t, s)
				before = s.size(t)
				s.race(t, keyed(twin, s.key()))
				assert.Equal(t, effect, s.size(t)-before, "%s: twins must have the effect of one", op.OperationID)
			}
		}
	})
}

// once matches what is shown in the first answer only.
var once = regexp.MustCompile(`"enrolment":\{[^}]*\},?`)

var now = regexp.MustCompile(`"(remaining_seconds|due_at|expires_at|url)":("[^"]*"|-?\d+)`)

// timeless returns the body without the values that depend on the present time: the remaining
// time, the due time of a paused clock, and the links, which are signed for each answer. It also leaves
// out what is shown once.
func (a answer) timeless() string {
	return now.ReplaceAllString(once.ReplaceAllString(string(a.body), ""), "$1")
}

// race sends a request several times at once: it must be done once.
func (s *stage) race(t *testing.T, q request) {
	t.Helper()
	answers := make([]answer, 6)
	var racers sync.WaitGroup
	for i := range answers {
		racers.Go(func() { answers[i] = s.send(t, q) })
	}
	racers.Wait()
	var done []string
	for _, a := range answers {
		if a.status >= 300 {
			assert.Equal(t, "request_in_progress", a.code(), "%s %s: %s", q.method, q.path, a.body)
			continue
		}
		done = append(done, a.timeless())
	}
	require.NotEmpty(t, done, "%s %s", q.method, q.path)
	for _, body := range done {
		assert.Equal(t, done[0], body, "%s %s", q.method, q.path)
	}
}

func TestKeysBelongToTheirUserAndOperation(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		create := request{method: http.MethodPost, path: "/api/v1/properties", body: details(), token: s.tokens[owner]}
		mine := s.send(t, keyed(create, "the-same"))
		create.token = s.tokens[stranger]
		theirs := s.send(t, keyed(create, "the-same"))
		assert.Equal(t, http.StatusCreated, theirs.status)
		assert.NotEqual(t, mine.field("id"), theirs.field("id"), "another user's key is another key")
		withdraw := request{method: http.MethodPost, path: property(mine.field("id"), "/withdrawal"), token: s.tokens[owner]}
		assert.Equal(t, http.StatusOK, s.send(t, keyed(withdraw, "the-same")).status, "so is another operation's")
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		id := s.draft(t, owner)
		submit := keyed(request{method: http.MethodPost, path: property(id, "/submission"), token: s.tokens[owner]}, "once")
		incomplete := s.send(t, submit)
		assert.Equal(t, "submission_incomplete", incomplete.code())
		assert.Contains(t, string(incomplete.body), `"field":"photos"`)
		s.photograph(t, owner, id, front, kitchen)
		assert.Equal(t, http.StatusOK, s.send(t, submit).status)

		if s.ground != nil {
			return // its clock cannot be advanced
		}
		s.Clock.Advance(domain.IdempotencyTTL)
		assert.Equal(t, "illegal_transition", s.send(t, submit).code(), "after a day a key is forgotten")
	})
}
