package e2e_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// callers are all who may knock: nobody, three with a token that does not count, and a user
// of each role.
var callers = []string{"nobody", "garbage", "expired", "halfway", owner, valuer, supervisor, admin}

// walk is one operation and a request of it that breaks no rule of the document.
type walk struct {
	*stage
	op    *openapi3.Operation
	valid request
	body  []byte // of valid
	ids   map[string]string
}

// attempt is a request with something wrong.
type attempt struct {
	what string
	request
	// want is the status for those who may call the operation; 0 for any refusal.
	want int
}

// TestBrokenInputIsRefusedAndChangesNothing walks every operation of the document with
// broken input, as every caller.
func TestBrokenInputIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.tokens["garbage"] = "garbage." + marker
	customer := s.people[owner].Actor()
	s.tokens["expired"] = s.sign(t, domain.Identity{Actor: customer, ExpiresAt: s.Clock.Now()})
	s.tokens["halfway"] = s.sign(t, domain.Identity{
		Actor: s.people[valuer].Actor(), SecondFactorPending: true, ExpiresAt: s.Clock.Now().Add(24 * time.Hour),
	})
	reviewed := s.inState(t, domain.UnderReview)
	photos := s.do(t, owner, http.MethodGet, property(reviewed, "/photos"), nil)
	var listed struct{ Items []struct{ ID string } }
	require.NoError(t, json.Unmarshal(photos.body, &listed))
	sale := s.appraisal(t, valuer, reviewed)["comparable_ids"].([]string)[0]
	ids := map[string]string{
		"propertyId": reviewed, "photoId": listed.Items[0].ID, "userId": string(s.people[valuer].ID), "comparableId": sale,
		"requestId": s.privacyRequest(t), "holdId": sale, "exportId": sale, // no such hold, no such export
	}
	sent, operations := make(map[int]int), 0
	for path, item := range s.doc.Paths.Map() {
		for method, op := range item.Operations() {
			operations++
			w := newWalk(t, s, method, path, op, ids)
			before := s.state(t)
			for i, caller := range callers {
				for j, a := range w.attempts() {
					if w.barred(caller) != 0 && (i+j)%8 != 0 {
						continue // all are refused alike: another caller sends this one
					}
					a.token = s.tokens[caller]
					sent[w.refused(t, caller, a)]++
				}
				require.Equal(t, before, s.state(t), "%s changed something though everything that %s sent was refused", op.OperationID, caller)
			}
		}
	}
	t.Logf("%d operations; broken requests by status: %v", operations, sent)
	assert.Greater(t, sent[http.StatusBadRequest], 5_000)
}

func newWalk(t *testing.T, s *stage, method, path string, op *openapi3.Operation, ids map[string]string) walk {
	t.Helper()
	w := walk{stage: s, op: op, ids: ids, valid: request{method: method, path: path, headers: map[string]string{}}}
	for name, id := range ids {
		w.valid.path = strings.ReplaceAll(w.valid.path, "{"+name+"}", id)
	}
	w.valid.path = strings.ReplaceAll(w.valid.path, "{pincode}", examplePincode) + requiredQuery(op)
	for _, p := range op.Parameters {
		switch p.Value.Name {
		case "Idempotency-Key":
			w.valid.headers["Idempotency-Key"] = "a-key-of-the-walk"
		case "If-Match":
			w.valid.headers["If-Match"] = `"999"`
		}
	}
	if op.RequestBody == nil {
		return w
	}
	for kind, media := range op.RequestBody.Value.Content {
		w.valid.headers["Content-Type"] = kind
		if kind == "text/csv" {
			w.body = []byte(media.Example.(string))
			continue
		}
		for _, example := range media.Examples {
			encoded, err := json.Marshal(example.Value.Value)
			require.NoError(t, err)
			w.body = encoded
		}
	}
	w.valid.body = w.body
	return w
}

// with returns the valid request with one thing changed.
func (w walk) with(what string, want int, change func(*request)) attempt {
	q := w.valid
	q.headers = maps.Clone(q.headers)
	change(&q)
	return attempt{what, q, want}
}

// refused sends the attempt and holds the answer against what such a caller must get. It
// returns the status.
func (w walk) refused(t *testing.T, caller string, a attempt) int {
	t.Helper()
	got := w.send(t, a.request)
	where := w.op.OperationID + " as " + caller + " with " + a.what + ": " + string(got.body[:min(len(got.body), 600)])
	want := a.want
	if status := w.barred(caller); status != 0 && got.status != http.StatusNotFound {
		want = status
	}
	if want == 0 {
		assert.True(t, got.status >= 400 && got.status < 500, "%d %s", got.status, where)
	} else {
		assert.Equal(t, want, got.status, where)
	}
	assert.False(t, bytes.Contains(got.body, []byte(marker)), "an answer tells back what was sent: %s", where)
	assert.Equal(t, "application/problem+json", got.header.Get("Content-Type"), where)
	var problem struct {
		Code   string
		Status int
		Errors []struct{ Field, Rule, Message string }
	}
	require.NoError(t, json.Unmarshal(got.body, &problem), where)
	assert.Equal(t, got.status, problem.Status, where)
	assert.Regexp(t, `^[a-z][a-z_]+$`, problem.Code, where)
	if got.status == http.StatusBadRequest {
		require.NotEmpty(t, problem.Errors, where)
		for _, e := range problem.Errors {
			assert.NotEmpty(t, e.Field, where)
			assert.Regexp(t, `^[a-zA-Z_]+$`, e.Rule, where)
			assert.NotEmpty(t, e.Message, where)
		}
	}
	return got.status
}

// barred returns what the caller gets from the operation whatever they send: 0 for those who
// may call it.
func (w walk) barred(caller string) int {
	security := *w.op.Security
	if len(security) == 0 {
		return 0
	}
	_, secondFactor := security[0]["secondFactor"]
	if user, known := w.people[caller]; known && !secondFactor {
		if roles := w.op.Extensions["x-roles"].([]any); !slices.Contains(roles, any(string(user.Role))) {
			return http.StatusForbidden
		}
		return 0
	}
	if caller == "halfway" && secondFactor {
		return 0
	}
	return http.StatusUnauthorized
}
