package identity_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

// board is a house whose two ADMINs confirm each other's proposals.
type board struct {
	*house
	first, second domain.Actor
}

func newBoard(h *house) *board {
	b := &board{house: h}
	for i, by := range []*domain.Actor{&b.first, &b.second} {
		user, err := h.createStaff(identity.CreateStaffInput{Phone: "+91988000000" + string(rune('0'+i)), Name: "An admin", Role: domain.RoleAdmin})
		require.NoError(h.t, err)
		*by = user.Actor()
	}
	return b
}

func (b *board) create(role domain.Role) (identity.StaffOutput, error) {
	return identity.CreateStaff{UnitOfWork: b.Store, Clock: b.Clock, IDs: b.IDs, Entropy: b.Entropy, PhoneNumbers: b.PhoneNumbers}.Execute(b.t.Context(), identity.CreateStaffInput{
		Actor: b.first, Phone: string(vikram), Name: "Vikram Singh", Email: "v@bank.example.in", Role: role,
	})
}

func (b *board) update(c domain.StaffChange) (identity.StaffOutput, error) {
	user := b.user(vikram)
	return identity.UpdateStaff{UnitOfWork: b.Store, Clock: b.Clock, IDs: b.IDs, Entropy: b.Entropy}.Execute(b.t.Context(), identity.UpdateStaffInput{
		Actor: b.first, UserID: user.ID, Version: user.Version, Change: c,
	})
}

func (b *board) confirm(by domain.Actor, id domain.ProposalID) (domain.Proposal, error) {
	return identity.ConfirmProposal{UnitOfWork: b.Store, Clock: b.Clock, IDs: b.IDs}.Execute(b.t.Context(), identity.ConfirmProposalInput{Actor: by, ProposalID: id})
}

func (b *board) get(id domain.ProposalID) domain.Proposal {
	b.t.Helper()
	p, err := identity.GetProposal{UnitOfWork: b.Store, Clock: b.Clock}.Execute(b.t.Context(), identity.GetProposalInput{Actor: b.second, ProposalID: id})
	require.NoError(b.t, err)
	return p
}

func (b *board) logged() (codes []domain.SecurityCode) {
	b.t.Helper()
	list, err := ports.InTx(b.t.Context(), b.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{}, domain.Page{Limit: 100})
	})
	require.NoError(b.t, err)
	for _, e := range list.Items {
		codes = append(codes, e.Code)
	}
	return codes
}

func TestASecondAdminConfirmsANewSupervisor(t *testing.T) {
	t.Parallel()
	for _, role := range []domain.Role{domain.RoleSupervisor, domain.RoleAdmin} {
		b := newBoard(newHouse(t))
		out, err := b.create(role)
		require.NoError(t, err)
		require.NotNil(t, out.Proposal)
		assert.Zero(t, out.User)
		_, err = b.find(vikram)
		assert.True(t, domain.IsKind(err, domain.KindNotFound), "nothing changes before")
		_, err = b.confirm(b.first, out.Proposal.ID)
		assertCode(t, err, domain.KindForbidden, "own_proposal")

		p, err := b.confirm(b.second, out.Proposal.ID)
		require.NoError(t, err)
		user := b.user(vikram)
		assert.Equal(t, p.UserID, user.ID)
		assert.Equal(t, out.Proposal.Staff.After, user.StaffRecord())
		assert.Equal(t, p, b.get(p.ID))
		assert.Subset(t, b.logged(), []domain.SecurityCode{
			domain.SecurityProposalMade, domain.SecurityProposalConfirmed, domain.SecurityStaffCreated, domain.SecurityRoleGranted,
		})
		_, err = b.confirm(b.second, out.Proposal.ID)
		assertCode(t, err, domain.KindConflict, "proposal_closed")
		_, err = b.create(role)
		assertCode(t, err, domain.KindConflict, "phone_taken")

		issued, err := b.issue(user.ID)
		require.NoError(t, err)
		who := b.halfway(vikram)
		enrolled, err := b.enrolBy(who, issued.EnrolmentCode)
		require.NoError(t, err)
		login, err := b.house.second(who, b.code(enrolled.Secret))
		require.NoError(t, err)
		assert.Equal(t, role, b.sessionOf(login.Tokens).Actor.Role)
	}
}

func TestAConfirmedResetIsReported(t *testing.T) {
	t.Parallel()
	b := newBoard(newHouse(t))
	b.join()
	b.Clock.Advance(time.Minute)
	login, err := b.house.second(b.halfway(vikram), b.code(b.opened()))
	require.NoError(t, err)
	out, err := b.update(domain.StaffChange{Role: ptr(domain.RoleSupervisor), ResetTOTP: true})
	require.NoError(t, err)
	require.NotNil(t, out.Proposal)
	assert.True(t, b.user(vikram).TOTP.Confirmed, "nothing changes before")
	assert.NotContains(t, b.told(), "factor_reset.en")

	_, err = b.confirm(b.second, out.Proposal.ID)
	require.NoError(t, err)
	assert.Zero(t, b.user(vikram).TOTP)
	assert.Empty(t, b.sessions(vikram))
	_, err = b.refresh(login.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	assert.Contains(t, b.logged(), domain.SecurityFactorReset)
	assert.Equal(t, []string{"factor_enrolled.en", "factor_reset.en"}, b.told())
	_, err = b.enrol(b.halfway(vikram))
	assertCode(t, err, domain.KindConflict, "enrolment_code_refused")
	issued, err := b.issue(b.user(vikram).ID)
	require.NoError(t, err)
	_, err = b.enrolBy(b.halfway(vikram), issued.EnrolmentCode)
	require.NoError(t, err)
}

// Two steps, of which each looks harmless, grant nothing either.
func TestNoWayAroundTheSecondAdmin(t *testing.T) {
	t.Parallel()
	supervisor, valuer := domain.RoleSupervisor, domain.RoleValuer
	b := newBoard(newHouse(t))
	out, err := b.create(domain.RoleValuer)
	require.NoError(t, err)
	assert.Nil(t, out.Proposal, "a VALUER needs no second ADMIN")
	proposed := func(c domain.StaffChange) domain.ProposalID {
		t.Helper()
		before := b.user(vikram)
		out, err := b.update(c)
		require.NoError(t, err)
		require.NotNil(t, out.Proposal)
		assert.Equal(t, before, b.user(vikram))
		return out.Proposal.ID
	}
	done := func(c domain.StaffChange) {
		t.Helper()
		out, err := b.update(c)
		require.NoError(t, err)
		require.Nil(t, out.Proposal)
	}
	proposed(domain.StaffChange{Role: &supervisor})
	done(domain.StaffChange{Disabled: ptr(true)})
	stale := proposed(domain.StaffChange{Role: &supervisor})
	done(domain.StaffChange{Disabled: ptr(false)})
	assert.Equal(t, domain.ProposalOutdated, b.get(stale).Status)
	_, err = b.confirm(b.second, stale)
	assertCode(t, err, domain.KindConflict, "proposal_outdated")

	id := proposed(domain.StaffChange{Role: &supervisor})
	_, err = b.confirm(b.second, id)
	require.NoError(t, err)
	assert.Equal(t, supervisor, b.user(vikram).Role)
	done(domain.StaffChange{Disabled: ptr(true)})
	proposed(domain.StaffChange{Disabled: ptr(false)})
	done(domain.StaffChange{Disabled: ptr(false), Role: &valuer})

	id = proposed(domain.StaffChange{Role: &supervisor})
	b.Clock.Advance(domain.ProposalTTL)
	assert.Equal(t, domain.ProposalExpired, b.get(id).Status)
	_, err = b.confirm(b.second, id)
	assertCode(t, err, domain.KindConflict, "proposal_closed")
}

func TestWhatWasProposedIsAskedAgain(t *testing.T) {
	t.Parallel()
	b := newBoard(newHouse(t))
	out, err := b.create(domain.RoleSupervisor)
	require.NoError(t, err)
	b.login(vikram) // registers a customer with that number
	_, err = b.confirm(b.second, out.Proposal.ID)
	assertCode(t, err, domain.KindConflict, "phone_taken")
	assert.Equal(t, domain.ProposalOpen, b.get(out.Proposal.ID).Status)
	assert.Equal(t, domain.RoleCustomer, b.user(vikram).Role)

	withdraw := identity.WithdrawProposal{UnitOfWork: b.Store, Clock: b.Clock}
	_, err = withdraw.Execute(t.Context(), identity.WithdrawProposalInput{Actor: b.second, ProposalID: out.Proposal.ID})
	assertCode(t, err, domain.KindForbidden, "not_your_proposal")
	p, err := withdraw.Execute(t.Context(), identity.WithdrawProposalInput{Actor: b.first, ProposalID: out.Proposal.ID})
	require.NoError(t, err)
	assert.Equal(t, domain.ProposalWithdrawn, p.Status)
	_, err = withdraw.Execute(t.Context(), identity.WithdrawProposalInput{Actor: b.first, ProposalID: "nothing"})
	assertCode(t, err, domain.KindNotFound, "proposal_not_found")
	_, err = b.confirm(b.second, "nothing")
	assertCode(t, err, domain.KindNotFound, "proposal_not_found")
	assert.Contains(t, b.logged(), domain.SecurityProposalWithdrawn)
}

func TestSettingsThatNeedASecondAdmin(t *testing.T) {
	t.Parallel()
	b := newBoard(newHouse(t))
	before := domain.DefaultSettings()
	update := func(by domain.Actor, s domain.Settings) identity.UpdateSettingsOutput {
		t.Helper()
		out, err := identity.UpdateSettings{UnitOfWork: b.Store, Clock: b.Clock, IDs: b.IDs}.Execute(t.Context(), identity.UpdateSettingsInput{Actor: by, Version: s.Version, Settings: s})
		require.NoError(t, err)
		return out
	}
	lax := before
	lax.SignOffAmount = 1000 * domain.Crore
	out := update(b.first, lax)
	require.NotNil(t, out.Proposal)
	other := update(b.second, lax)
	now := func() domain.Settings {
		s, err := identity.GetSettings{UnitOfWork: b.Store}.Execute(t.Context(), identity.GetSettingsInput{})
		require.NoError(t, err)
		return s
	}
	assert.Equal(t, before, now())
	b.Clock.Advance(domain.ProposalTTL - 1)
	_, err := b.confirm(b.second, out.Proposal.ID)
	require.NoError(t, err)
	assert.Equal(t, lax.SignOffAmount, now().SignOffAmount)
	assert.Equal(t, b.first.ID, now().UpdatedBy, "it is its author's")
	assert.Equal(t, b.Clock.Now(), now().UpdatedAt)
	_, err = b.confirm(b.first, other.Proposal.ID)
	assertCode(t, err, domain.KindConflict, "proposal_outdated")
	assert.Nil(t, update(b.first, now()).Proposal, "nothing that governs has changed")

	list, err := identity.ListProposals{UnitOfWork: b.Store, Clock: b.Clock}.Execute(t.Context(), identity.ListProposalsInput{Page: domain.Page{Limit: 10}})
	require.NoError(t, err)
	var statuses []domain.ProposalStatus
	for _, p := range list.Items {
		statuses = append(statuses, p.Status)
	}
	assert.ElementsMatch(t, []domain.ProposalStatus{domain.ProposalConfirmed, domain.ProposalOutdated}, statuses)
	assert.Contains(t, b.logged(), domain.SecuritySettingsChanged)
}

// settingsChange is a store whose settings change between their reading and their update.
type settingsChange struct{ ports.UnitOfWork }

func (s settingsChange) Do(ctx context.Context, fn func(context.Context, ports.Tx) error) error {
	return s.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Settings = changedSettings{tx.Settings}
		return fn(ctx, tx)
	})
}

type changedSettings struct{ ports.SettingsStore }

func (s changedSettings) Update(ctx context.Context, after *domain.Settings) error {
	now, err := s.Get(ctx)
	if err != nil {
		return err
	}
	if err := s.SettingsStore.Update(ctx, &now); err != nil {
		return err
	}
	return s.SettingsStore.Update(ctx, after)
}

func TestSettingsThatChangeMeanwhileOutdateAProposal(t *testing.T) {
	t.Parallel()
	b := newBoard(newHouse(t))
	lax := domain.DefaultSettings()
	lax.SignOffAmount = 1000 * domain.Crore
	out, err := identity.UpdateSettings{UnitOfWork: b.Store, Clock: b.Clock, IDs: b.IDs}.Execute(t.Context(), identity.UpdateSettingsInput{Actor: b.first, Settings: lax})
	require.NoError(t, err)
	_, err = identity.ConfirmProposal{UnitOfWork: settingsChange{b.Store}, Clock: b.Clock, IDs: b.IDs}.Execute(t.Context(),
		identity.ConfirmProposalInput{Actor: b.second, ProposalID: out.Proposal.ID})
	assertCode(t, err, domain.KindConflict, "proposal_outdated")
	assert.Equal(t, domain.ProposalOpen, b.get(out.Proposal.ID).Status, "all of it is rolled back")
}

func TestProposalsFailWithTheirPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		b := newBoard(h)
		out, err := b.create(domain.RoleAdmin)
		require.NoError(t, err)
		return func() error { _, err := b.confirm(b.second, out.Proposal.ID); return err }, func() {
			_, err := b.find(vikram)
			assert.True(t, domain.IsKind(err, domain.KindNotFound))
			assert.Equal(t, domain.ProposalOpen, b.get(out.Proposal.ID).Status)
		}
	})
	everyFault(t, func(h *house) (func() error, func()) {
		b := newBoard(h)
		return func() error { _, err := b.create(domain.RoleAdmin); return err }, func() {
			list, err := identity.ListProposals{UnitOfWork: b.Store, Clock: b.Clock}.Execute(t.Context(), identity.ListProposalsInput{Page: domain.Page{Limit: 10}})
			require.NoError(t, err)
			assert.Empty(t, list.Items)
		}
	})
	everyFault(t, func(h *house) (func() error, func()) {
		b := newBoard(h)
		_, err := b.create(domain.RoleValuer)
		require.NoError(t, err)
		out, err := b.update(domain.StaffChange{Role: ptr(domain.RoleSupervisor)})
		require.NoError(t, err)
		return func() error { _, err := b.confirm(b.second, out.Proposal.ID); return err }, func() {
			assert.Equal(t, domain.RoleValuer, b.user(vikram).Role)
		}
	})
}
