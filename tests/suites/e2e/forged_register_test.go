package e2e_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// TestChangesDoNotCoverWhatWasForged writes a role and an amount past PropFlow, and then has an ADMIN
// change something else of the same rows.
func TestChangesDoNotCoverWhatWasForged(t *testing.T) {
	t.Parallel()
	s := newStageOnServers(t)
	require.NoError(t, s.end(), "the test works in its place")
	s.adopt(t)
	f := newForger(t, s)
	forge := func(query string, args ...any) {
		_, err := f.login.Exec(t.Context(), query, args...)
		require.NoError(t, err)
	}
	found := func() (texts []string) {
		for _, finding := range f.check(t, "", false) {
			texts = append(texts, string(finding.Rule)+" "+finding.Subject)
		}
		return texts
	}
	require.Empty(t, found())
	crony := s.people[valuer]
	change := func(c domain.StaffChange) {
		user, err := ports.InTx(t.Context(), s.on.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.User, error) { return tx.Users.Get(ctx, crony.ID) })
		require.NoError(t, err)
		_, err = identity.UpdateStaff{UnitOfWork: s.on.UnitOfWork, Clock: s.on.Clock, IDs: s.on.IDs, Entropy: s.on.Entropy}.Execute(t.Context(), identity.UpdateStaffInput{
			Actor: s.people[admin].Actor(), UserID: user.ID, Version: user.Version, Change: c,
		})
		require.NoError(t, err)
	}
	yes, no, role := true, false, domain.RoleValuer

	forge("UPDATE users SET role = 'SUPERVISOR' WHERE id = $1", string(crony.ID))
	forged := []string{"COMMITMENT_DIFFERS user:" + string(crony.ID) + " role"}
	assert.Equal(t, forged, found())
	change(domain.StaffChange{Disabled: &yes})
	assert.Equal(t, forged, found(), "disabling the crony does not make a supervisor of them")
	change(domain.StaffChange{Role: &role, Disabled: &no})
	assert.Empty(t, found(), "an ADMIN has given the role")

	update := identity.UpdateSettings{UnitOfWork: s.on.UnitOfWork, Clock: s.on.Clock, IDs: s.on.IDs}
	limits := func(drafts int) identity.UpdateSettingsOutput {
		now, err := ports.InTx(t.Context(), s.on.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) { return tx.Settings.Get(ctx) })
		require.NoError(t, err)
		after := now
		after.Limits.OpenDrafts = drafts
		out, err := update.Execute(t.Context(), identity.UpdateSettingsInput{Actor: s.people[admin].Actor(), Version: now.Version, Settings: after})
		require.NoError(t, err)
		return out
	}
	require.Nil(t, limits(9).Proposal, "limits of customers govern nothing")
	require.Empty(t, found())
	forge("UPDATE settings SET sign_off_amount = sign_off_amount * 1000")
	require.Len(t, found(), 1)
	proposal := limits(8).Proposal
	require.NotNil(t, proposal, "with forged settings a second ADMIN has to look at all of them")
	_, err := identity.ConfirmProposal{UnitOfWork: s.on.UnitOfWork, Clock: s.on.Clock, IDs: s.on.IDs}.Execute(t.Context(),
		identity.ConfirmProposalInput{Actor: s.people[second].Actor(), ProposalID: proposal.ID})
	require.NoError(t, err)
	events, err := ports.InTx(t.Context(), s.on.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{Code: domain.SecurityEvidenceDiffers}, domain.Page{Limit: 10})
	})
	require.NoError(t, err)
	require.Len(t, events.Items, 1, "the security log keeps what check does not find any more")
	assert.Contains(t, events.Items[0].Detail, "settings ")
}
