package upgrade_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/plain"
)

// TestAnswersOfTheReleaseBeforeAreRepeated sends every request with a key again that the release
// before answered. Staff who were disabled since then get nothing.
func TestAnswersOfTheReleaseBeforeAreRepeated(t *testing.T) {
	t.Parallel()
	ctx := within(t, 5*time.Minute)
	s := newStage(ctx, t)
	s.run(ctx, t)
	people := make(map[string]person)
	operations := make(map[string]int)
	left := s.disabled(ctx, t)
	for _, r := range s.Replays {
		who, ok := people[r.UserID]
		if !ok {
			who = s.as(ctx, t, domain.UserID(r.UserID))
			people[r.UserID] = who
		}
		var body []byte
		if r.Body != "" {
			body = []byte(r.Body)
		}
		again := who.send(ctx, t, plain.Request{Method: "POST", Path: r.Path, Key: r.Key, ContentType: r.ContentType, Body: body})
		if left[r.UserID] {
			assert.Equal(t, http.StatusUnauthorized, again.Status, "%s: %s", r.Operation, again.Body)
			assert.Equal(t, "session_ended", again.Text("code"), r.Operation)
			continue
		}
		if !assert.Equal(t, r.Status, again.Status, "%s: %s", r.Operation, again.Body) {
			continue
		}
		var was any
		require.NoError(t, json.Unmarshal([]byte(r.Answer), &was))
		missing := slices.Clone(renewed)
		if r.Role == string(domain.RoleCustomer) {
			missing = append(missing, hidden...)
		}
		assert.Empty(t, differences(missing, r.Operation, was, map[string]any(again.Object)), "%s", again.Body)
		operations[r.Operation]++
	}
	t.Logf("%d answers of %d operations", len(s.Replays), len(operations))
	assert.Len(t, operations, 18)
}

// disabled returns the ids of the users that are disabled.
func (s *stage) disabled(ctx context.Context, t *testing.T) map[string]bool {
	t.Helper()
	rows, err := s.database.Query(ctx, "SELECT id::text FROM users WHERE disabled")
	require.NoError(t, err)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	disabled := make(map[string]bool)
	for _, id := range ids {
		disabled[id] = true
	}
	return disabled
}

// renewed lists what differs between an answer and its repetition: links are signed anew, and what
// is left of the SLA is computed anew.
var renewed = []string{"upload", "links", "sla"}

// hidden lists what owners do not get while staff have the case, or as another value: it showed them
// when staff worked on it.
var hidden = []string{"updated_at", "version"}

// differences lists what an answer had and its repetition has not, except the missing names.
func differences(missing []string, at string, was, is any) []string {
	old, isObject := was.(map[string]any)
	now, stillObject := is.(map[string]any)
	if !isObject || !stillObject {
		if list, ok := was.([]any); ok {
			return listDifferences(missing, at, list, is)
		}
		if reflect.DeepEqual(was, is) {
			return nil
		}
		return []string{fmt.Sprintf("%s: %v is now %v", at, was, is)}
	}
	var found []string
	for name, value := range old {
		if !slices.Contains(missing, name) {
			found = append(found, differences(missing, at+"."+name, value, now[name])...)
		}
	}
	return found
}

func listDifferences(missing []string, at string, was []any, is any) []string {
	now, _ := is.([]any)
	if len(was) != len(now) {
		return []string{fmt.Sprintf("%s: %v is now %v", at, was, is)}
	}
	var found []string
	for i := range was {
		found = append(found, differences(missing, fmt.Sprintf("%s[%d]", at, i), was[i], now[i])...)
	}
	return found
}
