package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestWhoSeesHowMuchOfACase spells out the rule for every state: what the valuer with the claim,
// another one who worked on it, a stranger among the reviewers, and a supervisor see.
func TestWhoSeesHowMuchOfACase(t *testing.T) {
	t.Parallel()
	const none, reading, full = domain.AccessForReason, domain.AccessReading, domain.AccessFull
	rival := domain.Actor{ID: "rival", Role: domain.RoleValuer}
	for state, want := range map[domain.State]struct{ claimant, worked, rival, supervisor domain.CaseAccess }{
		domain.Submitted:        {reading, reading, reading, reading},
		domain.UnderReview:      {full, reading, none, none},
		domain.FollowUpRequired: {none, reading, none, none},
		domain.AwaitingSignOff:  {full, reading, none, full},
		domain.Approved:         {none, reading, none, none},
		domain.Valued:           {none, reading, none, none},
		domain.Rejected:         {none, reading, none, none},
		domain.Withdrawn:        {none, reading, none, none},
	} {
		p := inState(t, state).Property
		assert.Equal(t, want.claimant, p.AccessOf(valuer, false), "%s, the claim", state)
		assert.Equal(t, want.worked, p.AccessOf(rival, true), "%s, worked on it", state)
		assert.Equal(t, want.rival, p.AccessOf(rival, false), "%s, another's", state)
		assert.Equal(t, want.supervisor, p.AccessOf(supervisor, false), "%s, supervisor", state)
		assert.Equal(t, want.rival != want.worked, p.WorkMatters(rival), "%s", state)
		assert.Equal(t, full, p.AccessOf(owner, false), "%s, the owner", state)
		assert.Equal(t, full, p.AccessOf(domain.System, false), "%s, PropFlow", state)
		assert.Equal(t, none, p.AccessOf(domain.Actor{ID: "admin", Role: domain.RoleAdmin}, true), "%s, an ADMIN works on none", state)
		p.RestrictedAt = p.CreatedAt
		assert.Equal(t, none, p.AccessOf(rival, true), "%s, restricted", state)
	}
}

func TestAccessWithoutAReason(t *testing.T) {
	t.Parallel()
	requireError(t, domain.AccessForReason.Err(), domain.KindForbidden, "reason_required")
	require.NoError(t, domain.AccessReading.Err())
	require.NoError(t, domain.AccessFull.Err())
	assert.True(t, domain.AccessFull.Originals())
	assert.False(t, domain.AccessReading.Originals())
}

func TestCheckCaseReason(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"Complaint 4711", strings.Repeat("ab", 150)} {
		require.NoError(t, domain.CheckCaseReason(reason), reason)
	}
	for _, reason := range []string{"", "too short", "          ", "aaaaaaaaaaaa", "- - - - - - - -", strings.Repeat("ab", 150) + "a"} {
		err := domain.CheckCaseReason(reason)
		requireError(t, err, domain.KindInvalid, "invalid_input")
		var e *domain.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "PropFlow-Reason", e.Fields[0].Field, reason)
	}
}
