package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// logged returns the codes of the security log that a query finds, newest first.
func (s *stage) logged(t *testing.T, query string) (codes []string) {
	t.Helper()
	var list struct {
		Items []struct {
			Code, Client, Detail string
			ActorID              string `json:"actor_id"`
		}
	}
	require.NoError(t, json.Unmarshal(s.do(t, admin, http.MethodGet, "/api/v1/security-events?limit=100&"+query, nil).body, &list))
	for _, item := range list.Items {
		assert.NotEmpty(t, item.Client, "%+v", item)
		codes = append(codes, strings.TrimSpace(item.Code+" "+item.Detail))
	}
	return codes
}

// TestTheSecurityLogNamesWhoDidWhat does some of everything, and finds it in the log.
func TestTheSecurityLogNamesWhoDidWhat(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		valued := s.inState(t, domain.Valued)
		s.do(t, valuer, http.MethodGet, property(valued, "/photos"), nil, domain.CaseReasonField, why)
		s.do(t, owner, http.MethodGet, property(valued, "/report"), nil)
		assert.Contains(t, s.logged(t, "code=originals_viewed&property_id="+valued), "originals_viewed")
		assert.Equal(t, []string{"case_viewed " + why}, s.logged(t, "code=case_viewed&property_id="+valued))
		reports := s.logged(t, "code=report_viewed&target_id="+string(s.people[owner].ID))
		require.NotEmpty(t, reports)
		s.logIn(t)
		assert.NotEmpty(t, s.logged(t, "code=login"))

		denied := s.send(t, request{method: http.MethodGet, path: "/api/v1/security-events", token: s.tokens[valuer]})
		require.Equal(t, http.StatusForbidden, denied.status)
		forged := s.send(t, request{method: http.MethodGet, path: "/api/v1/me", token: "forged"})
		require.Equal(t, http.StatusUnauthorized, forged.status)
		require.Eventually(t, func() bool { // the recorder writes after the answer
			return len(s.logged(t, "code=access_denied&actor_id="+string(s.people[valuer].ID))) > 0 && len(s.logged(t, "code=token_refused")) > 0
		}, time.Minute, 10*time.Millisecond)
		assert.Contains(t, s.logged(t, "code=access_denied&actor_id="+string(s.people[valuer].ID)), "access_denied listSecurityEvents role_not_allowed")
		assert.Contains(t, s.logged(t, "code=token_refused"), "token_refused getMe invalid_token")
		assert.Empty(t, s.logged(t, "to=2020-01-01T00:00:00Z"))
		a := s.send(t, request{
			method: http.MethodGet, path: "/api/v1/security-events?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", token: s.tokens[admin],
		})
		require.Equal(t, http.StatusBadRequest, a.status)
	})
}
