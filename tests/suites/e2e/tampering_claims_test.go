package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

// TestAForgedClaimIsNotLaundered gives a claim to a crony as the application's login could, and has the
// crony do something that commits to the case as it is then. The check must name it ever after.
func TestAForgedClaimIsNotLaundered(t *testing.T) {
	t.Parallel()
	s := newStageOnServers(t)
	f := newForger(t, s)
	claim := column{table: "properties", name: "claim_valuer_id", kind: "uuid"}
	crony := string(s.people[colleague].ID)
	for action, act := range map[domain.Action]func(id string){
		domain.ActionFlagged: func(id string) {
			s.do(t, colleague, http.MethodPost, property(id, "/flag"), object{"reason": "A second pair of eyes, please."})
		},
		domain.ActionRejected: func(id string) {
			s.do(t, colleague, http.MethodPost, property(id, "/rejection"), object{"code": "OTHER", "note": "Not a home at all."})
		},
		domain.ActionApproved: func(id string) {
			s.do(t, colleague, http.MethodPost, property(id, "/valuations"), s.appraisal(t, colleague, id))
			s.idle(t)
		},
	} {
		id := s.inState(t, domain.UnderReview)
		require.Empty(t, f.check(t, id, false))
		require.NoError(t, f.set(t.Context(), claim, id, &crony))
		act(id)
		found := f.check(t, id, false)
		assert.True(t, slices.ContainsFunc(found, func(g assurance.Finding) bool {
			return g.Rule == assurance.RuleClaimNotHeld && strings.HasPrefix(g.Note, string(action)+" by "+crony)
		}), "%s: %v", action, found)
		if action == domain.ActionFlagged {
			assert.True(t, slices.ContainsFunc(found, func(g assurance.Finding) bool {
				return g.Rule == assurance.RuleCommitmentDiffers && strings.HasSuffix(g.Subject, " "+claim.name)
			}), "the flag takes no claim over: %v", found)
		}
	}
}
