package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
)

// listsProblem returns an error if a problem of status 4xx has a code that neither the operation
// nor its response lists in x-problem-codes.
func listsProblem(op *openapi3.Operation, a answer) error {
	if a.status < 400 || a.status >= 500 {
		return nil
	}
	var codes []any
	if response := op.Responses.Status(a.status); response != nil {
		shared, _ := response.Value.Extensions["x-problem-codes"].([]any)
		codes = append(codes, shared...)
	}
	if own, ok := op.Extensions["x-problem-codes"].(map[string]any); ok {
		ofStatus, _ := own[strconv.Itoa(a.status)].([]any)
		codes = append(codes, ofStatus...)
	}
	if !slices.Contains(codes, any(a.code())) {
		return fmt.Errorf("%s lists no problem %d %s", op.OperationID, a.status, a.code())
	}
	return nil
}

// unlisted returns the names of events that the document does not list.
func (s *stage) unlisted(events []propflow.Event) []string {
	return slices.DeleteFunc(names(events), func(name string) bool {
		return slices.Contains(s.doc.Components.Schemas["LiveEventName"].Value.Enum, any(name))
	})
}

func TestEveryLiveEventIsListed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	open := []*listener{s.listen(t, s.tokens[owner], ""), s.listen(t, s.tokens[supervisor], "")}
	for _, state := range []domain.State{domain.Valued, domain.FollowUpRequired, domain.Rejected, domain.Withdrawn} {
		s.inState(t, state)
		s.idle(t)
	}
	for _, l := range open {
		heard := l.until(t, "property.withdrawn")
		assert.Greater(t, len(heard), 10)
		assert.Empty(t, s.unlisted(heard))
	}
	assert.Equal(t, []string{"photo.eaten"}, s.unlisted([]propflow.Event{{Name: "photo.inspected"}, {Name: "photo.eaten"}}))
}

// TestUnlistedValuesAreNoticed puts values into answers that the document does not list: the
// check of every answer must refuse them.
func TestUnlistedValuesAreNoticed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	risky := s.inState(t, domain.AwaitingSignOff)
	draft := s.draft(t, owner)
	photo := s.photograph(t, owner, draft, front)
	for name, c := range map[string]struct{ who, method, path, from, to string }{
		"problem code":             {stranger, http.MethodGet, property(draft), `"property_not_found"`, `"property_vanished"`},
		"body of a problem":        {stranger, http.MethodGet, property(draft), `"status":404`, `"status":40`},
		"another operation's code": {stranger, http.MethodGet, property(draft), `"property_not_found"`, `"photo_not_found"`},
		"audit action":             {owner, http.MethodGet, property(draft, "/audit"), `"property.created"`, `"property.invented"`},
		"finding code":             {owner, http.MethodGet, property(draft, "/photos/", photo), `"findings":[]`, `"findings":[{"code":"TOO_ODD","outcome":"FAILED","advice":"x"}]`},
		"risk":                     {supervisor, http.MethodGet, property(risky, "/valuations"), `"FLAGGED_BY_VALUER"`, `"TOO_ODD"`},
		"KPI name":                 {supervisor, http.MethodGet, "/api/v1/analytics/kpis", `"queue_depth"`, `"queue_width"`},
		"funnel step":              {supervisor, http.MethodGet, "/api/v1/analytics/funnel", `"VALUED"`, `"TOO_ODD"`},
	} {
		a := s.send(t, request{method: c.method, path: c.path, token: s.tokens[c.who]})
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.url+c.path, nil)
		require.NoError(t, err)
		require.Contains(t, string(a.body), c.from, name)
		require.NoError(t, s.validate(r, a), name)
		a.body = []byte(strings.Replace(string(a.body), c.from, c.to, 1))
		assert.Error(t, s.validate(r, a), "%s: %s went unnoticed", name, c.to)
	}
}
