package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

const restoreReason = "Identified at the branch by passport."

// former is a customer whose number went to somebody else.
func former() domain.User {
	u := domain.NewCustomer("former", phone, t0)
	u.PincodeMisses = 2
	u.LoseNumber(t0)
	return u
}

func TestProposingANumber(t *testing.T) {
	t.Parallel()
	propose := func(by domain.Actor, user domain.User, reason string) (domain.Proposal, error) {
		return domain.ProposeNumber("p", by, user, phone, reason, t0)
	}
	p, err := propose(admin, former(), restoreReason)
	require.NoError(t, err)
	assert.Equal(t, domain.Proposal{
		ID: "p", Kind: domain.ProposalRestoreNumber, UserID: "former", Number: &domain.NumberProposal{Phone: phone, Reason: restoreReason},
		ProposedBy: admin.ID, ProposedAt: t0, Status: domain.ProposalOpen,
	}, p)

	for _, reason := range []string{"", "Too short", strings.Repeat("a", domain.MaxCaseReason+1), strings.Repeat(".", 20)} {
		_, err := propose(admin, former(), reason)
		assert.True(t, domain.IsKind(err, domain.KindInvalid), reason)
	}
	self := former()
	self.ID = admin.ID
	_, err = propose(admin, self, restoreReason)
	requireError(t, err, domain.KindConflict, "own_account")
	_, err = propose(admin, staff(t), restoreReason)
	requireError(t, err, domain.KindNotFound, "customer_not_found")
	_, err = propose(admin, domain.NewCustomer("c", phone, t0), restoreReason)
	requireError(t, err, domain.KindConflict, "customer_has_number")
	erased := domain.NewCustomer("c", phone, t0)
	erased.Erase(t0)
	_, err = propose(admin, erased, restoreReason)
	requireError(t, err, domain.KindConflict, "customer_erased")
}

func TestWhatOutdatesAProposedNumber(t *testing.T) {
	t.Parallel()
	p, err := domain.ProposeNumber("p", admin, former(), phone, restoreReason, t0)
	require.NoError(t, err)
	good := domain.ProposalBasis{Author: author(), User: former()}
	assert.Equal(t, domain.ProposalOpen, p.StatusNow(good, p.ExpiresAt().Add(-1)))
	assert.Equal(t, domain.ProposalExpired, p.StatusNow(good, p.ExpiresAt()))
	for name, alter := range map[string]func(*domain.Proposal, *domain.ProposalBasis){
		"has a number":      func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User.GetNumber("+919800000000", t0) },
		"erased":            func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User.Erase(t0) },
		"gone":              func(_ *domain.Proposal, b *domain.ProposalBasis) { b.User = domain.User{} },
		"forgotten number":  func(p *domain.Proposal, _ *domain.ProposalBasis) { p.Number = &domain.NumberProposal{} },
		"no ADMIN any more": func(_ *domain.Proposal, b *domain.ProposalBasis) { b.Author.Disabled = true },
	} {
		tried, basis := p, good
		alter(&tried, &basis)
		assert.Equal(t, domain.ProposalOutdated, tried.StatusNow(basis, t0), name)
	}
	requireError(t, p.Confirm(admin, good, t0), domain.KindForbidden, "own_proposal")
	require.NoError(t, p.Confirm(secondAdmin, good, t0))
}

func TestARestoredNumberIsInUse(t *testing.T) {
	t.Parallel()
	user, later := former(), t0.Add(2*domain.NumberUnused)
	user.PincodeMisses = 1
	user.GetNumber("+919800000000", later)
	assert.Equal(t, domain.Phone("+919800000000"), user.Phone)
	assert.False(t, user.NumberUnused(later.Add(time.Hour)))
	assert.Zero(t, user.PincodeMisses)
	assert.Equal(t, later, user.UpdatedAt)
}

func TestWhoYieldsANumber(t *testing.T) {
	t.Parallel()
	anew := domain.NewCustomer("anew", phone, t0)
	require.NoError(t, anew.YieldNumber(nil))
	for _, state := range domain.States {
		err := anew.YieldNumber([]domain.Property{{State: domain.Withdrawn}, {State: state}})
		if state == domain.Withdrawn {
			require.NoError(t, err)
			continue
		}
		requireError(t, err, domain.KindConflict, "number_in_use")
	}
	requireError(t, staff(t).YieldNumber(nil), domain.KindConflict, "phone_taken")
	anew.Disabled = true
	requireError(t, anew.YieldNumber(nil), domain.KindConflict, "phone_taken")
}
