package identity_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
)

const (
	fresh         = domain.Phone("+919812300000") // a number that no user has
	restoreReason = "Identified at the branch by passport."
)

// parted is a house with two ADMINs where another customer began anew with asha's number.
type parted struct {
	*board
	former, anew domain.User
	newcomer     *domain.TokenPair // of the customer who began anew, and the token of their device
	device       string
}

func newParted(h *house) *parted {
	p := &parted{board: newBoard(h), former: h.unused("560001")}
	out, err := h.pincode(h.awaited(), "")
	require.NoError(h.t, err)
	p.anew, p.newcomer, p.device = out.User, out.Tokens, out.DeviceToken
	return p
}

func (p *parted) restoring() identity.RestoreNumber {
	return identity.RestoreNumber{UnitOfWork: p.Store, Clock: p.Clock, IDs: p.IDs, PhoneNumbers: p.PhoneNumbers}
}

func (p *parted) propose(user domain.UserID, phone domain.Phone) (domain.Proposal, error) {
	return p.restoring().Execute(p.t.Context(), identity.RestoreNumberInput{
		Actor: p.first, UserID: user, Phone: string(phone), Reason: restoreReason,
	})
}

// proposed proposes to give the number to the former customer.
func (p *parted) proposed(phone domain.Phone) domain.ProposalID {
	p.t.Helper()
	out, err := p.propose(p.former.ID, phone)
	require.NoError(p.t, err)
	require.Equal(p.t, domain.ProposalOpen, out.Status)
	return out.ID
}

// restored does it.
func (p *parted) restored(phone domain.Phone) domain.Proposal {
	p.t.Helper()
	out, err := p.confirm(p.second, p.proposed(phone))
	require.NoError(p.t, err)
	return out
}

// opens gives the user a case in the state.
func (p *parted) opens(owner domain.UserID, state domain.State) {
	p.t.Helper()
	property := domain.Property{
		ID: domain.PropertyID(p.IDs.New()), OwnerID: owner, Type: domain.House, State: state, Salt: "salt",
		CreatedAt: p.Clock.Now(), UpdatedAt: p.Clock.Now(),
	}
	require.NoError(p.t, p.Store.Do(p.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Properties.Add(ctx, property)
	}))
}

func (p *parted) get(id domain.UserID) domain.User {
	p.t.Helper()
	user, err := ports.InTx(p.t.Context(), p.Store, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, id)
	})
	require.NoError(p.t, err)
	return user
}

// alter changes a user behind the use cases' backs.
func (p *parted) alter(id domain.UserID, alter func(*domain.User)) {
	p.t.Helper()
	require.NoError(p.t, p.Store.Do(p.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, id)
		if err != nil {
			return err
		}
		alter(&user)
		return tx.Users.Update(ctx, &user)
	}))
}

// events returns those of the security log that have the code.
func (p *parted) events(code domain.SecurityCode) []domain.SecurityEvent {
	p.t.Helper()
	list, err := ports.InTx(p.t.Context(), p.Store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SecurityEvent], error) {
		return tx.Security.List(ctx, domain.SecurityFilter{Code: code}, domain.Page{Limit: 100})
	})
	require.NoError(p.t, err)
	return list.Items
}

// The former customer gets a number that no user has. The user of the old one keeps it.
func TestAnotherNumberBringsTheFormerCustomerBack(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	sent := len(p.Inbox.Messages())
	id := p.proposed(fresh)
	assert.Empty(t, p.get(p.former.ID).Phone, "nothing changes before")
	_, err := p.confirm(p.first, id)
	assertCode(t, err, domain.KindForbidden, "own_proposal")
	out, err := p.confirm(p.second, id)
	require.NoError(t, err)
	assert.Equal(t, domain.ProposalConfirmed, out.Status)
	assert.Equal(t, p.second.ID, out.DecidedBy)
	assert.Len(t, p.Inbox.Messages(), sent, "no message is sent")

	for range 3 {
		login := p.login(fresh)
		require.NotNil(t, login.Tokens, "no pincode is asked for")
		assert.Equal(t, p.former.ID, login.User.ID)
		p.Clock.Advance(domain.NumberUnused - time.Second)
	}
	assert.Equal(t, asha, p.get(p.anew.ID).Phone)
	event := p.events(domain.SecurityNumberRestored)
	require.Len(t, event, 1)
	assert.Equal(t, p.second.ID, event[0].ActorID)
	assert.Equal(t, domain.RoleAdmin, event[0].ActorRole)
	assert.Equal(t, p.former.ID, event[0].TargetID)
	assert.Equal(t, restoreReason, event[0].Detail)
	assert.Empty(t, p.events(domain.SecurityNumberTaken))
}

// The person who misnamed the pincode of their own property has the number again as a new customer.
func TestTheSameNumberGoesBack(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	p.opens(p.anew.ID, domain.Withdrawn)
	p.restored(asha)
	assert.Empty(t, p.get(p.anew.ID).Phone)
	_, err := p.refresh(p.newcomer.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	login := p.login(asha)
	require.NotNil(t, login.Tokens, "no pincode is asked for")
	assert.Equal(t, p.former.ID, login.User.ID)

	taken := p.events(domain.SecurityNumberTaken)
	require.Len(t, taken, 1)
	assert.Equal(t, []any{p.second.ID, p.anew.ID, string(p.former.ID)}, []any{taken[0].ActorID, taken[0].TargetID, taken[0].Detail})
	for _, event := range append(taken, p.events(domain.SecurityNumberRestored)...) {
		assert.NotContains(t, event.Detail, string(asha[3:]))
	}
	_, err = p.propose(p.former.ID, fresh)
	assertCode(t, err, domain.KindConflict, "customer_has_number")
}

// A login of the number that is under way when it is restored goes on as the restored customer. It needs
// no pincode any more: it proves the number, as a new login would.
func TestALoginUnderWayGoesOnAsTheRestoredCustomer(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	p.Clock.Advance(domain.NumberUnused)
	login := p.awaited()
	p.restored(asha)
	out, err := p.pincode(login, "")
	require.NoError(t, err)
	assert.Equal(t, p.former.ID, out.User.ID)
	assert.NotNil(t, out.Tokens)
}

// Nothing by which either was known or logged in outlives the change, whatever was left of the former.
func TestNothingKnowsEitherAfterANumberWasRestored(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	since := p.former.CreatedAt.Add(-time.Hour)
	left := domain.NewSession("left", p.former, domain.ClientProgram, "hash", p.Clock.Now())
	require.NoError(t, p.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		device := domain.Device{UserID: p.former.ID, TokenHash: hashOf("left"), CreatedAt: p.Clock.Now(), LastUsedAt: p.Clock.Now()}
		return firstOf(tx.Devices.Keep(ctx, device), tx.Sessions.Add(ctx, left))
	}))
	known := func(user domain.UserID, token string) (sessions int, err error) {
		err = p.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			live, listed := tx.Sessions.Live(ctx, user, p.Clock.Now())
			sessions = len(live)
			_, found := tx.Devices.Known(ctx, user, []string{hashOf(token)}, since)
			return firstOf(listed, found)
		})
		return sessions, err
	}
	both := map[domain.UserID]string{p.former.ID: "left", p.anew.ID: p.device}
	for user, token := range both {
		sessions, err := known(user, token)
		require.NoError(t, err)
		require.Equal(t, 1, sessions)
	}
	p.restored(asha)
	for user, token := range both {
		sessions, err := known(user, token)
		assertCode(t, err, domain.KindNotFound, "device_not_found")
		assert.Zero(t, sessions)
	}
}

func hashOf(token string) string {
	hash := sha256.Sum256([]byte(token))
	return hex.EncodeToString(hash[:])
}

func TestWhatIsRefusedOfARestoredNumber(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(p *parted) (domain.UserID, domain.Phone)
		kind    domain.Kind
		code    string
	}{
		"staff":                {func(p *parted) (domain.UserID, domain.Phone) { return p.second.ID, fresh }, domain.KindNotFound, "customer_not_found"},
		"nobody":               {func(*parted) (domain.UserID, domain.Phone) { return "nobody", fresh }, domain.KindNotFound, "customer_not_found"},
		"the ADMIN themselves": {func(p *parted) (domain.UserID, domain.Phone) { return p.first.ID, fresh }, domain.KindConflict, "own_account"},
		"who has a number":     {func(p *parted) (domain.UserID, domain.Phone) { return p.anew.ID, fresh }, domain.KindConflict, "customer_has_number"},
		"who was erased": {func(p *parted) (domain.UserID, domain.Phone) {
			p.alter(p.former.ID, func(u *domain.User) { u.Erase(p.Clock.Now()) })
			return p.former.ID, fresh
		}, domain.KindConflict, "customer_erased"},
		"a number of staff": {func(p *parted) (domain.UserID, domain.Phone) {
			p.hire(domain.RoleValuer)
			return p.former.ID, vikram
		}, domain.KindConflict, "phone_taken"},
		"a number in use": {func(p *parted) (domain.UserID, domain.Phone) {
			p.opens(p.anew.ID, domain.Draft)
			return p.former.ID, asha
		}, domain.KindConflict, "number_in_use"},
		"no number": {func(p *parted) (domain.UserID, domain.Phone) { return p.former.ID, "1" }, domain.KindInvalid, "invalid_input"},
	} {
		p := newParted(newHouse(t))
		user, phone := c.prepare(p)
		_, err := p.propose(user, phone)
		assertCode(t, err, c.kind, c.code)
		assert.Empty(t, p.events(domain.SecurityProposalMade), name)
	}
	p := newParted(newHouse(t))
	_, err := p.restoring().Execute(t.Context(), identity.RestoreNumberInput{Actor: p.first, UserID: p.former.ID, Phone: string(fresh), Reason: "Because"})
	assertCode(t, err, domain.KindInvalid, "invalid_input")
}

// A day later everything may be otherwise.
func TestWhatWasProposedOfANumberIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile func(p *parted)
		code      string
	}{
		"the holder has a case":    {func(p *parted) { p.opens(p.anew.ID, domain.Draft) }, "number_in_use"},
		"the holder became staff":  {func(p *parted) { p.alter(p.anew.ID, func(u *domain.User) { u.Role = domain.RoleValuer }) }, "phone_taken"},
		"the customer was erased":  {func(p *parted) { p.alter(p.former.ID, func(u *domain.User) { u.Erase(p.Clock.Now()) }) }, "proposal_outdated"},
		"the customer got another": {func(p *parted) { p.restored(fresh) }, "proposal_outdated"},
		"the author was disabled":  {func(p *parted) { p.alter(p.first.ID, disable) }, "proposal_outdated"},
		"a day passed":             {func(p *parted) { p.Clock.Advance(domain.ProposalTTL) }, "proposal_closed"},
	} {
		p := newParted(newHouse(t))
		id := p.proposed(asha)
		c.meanwhile(p)
		before := p.get(p.former.ID)
		_, err := p.confirm(p.second, id)
		assertCode(t, err, domain.KindConflict, c.code)
		assert.Equal(t, before, p.get(p.former.ID), name)
		assert.Equal(t, asha, p.get(p.anew.ID).Phone, name)
	}
}

// Two proposals that promise one number to two customers restore it once.
func TestOneNumberIsRestoredOnce(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	p.Clock.Advance(domain.NumberUnused)
	again, err := p.pincode(p.awaited(), "")
	require.NoError(t, err)
	p.opens(p.anew.ID, domain.Valued)
	id := p.proposed(fresh)
	other, err := p.propose(p.anew.ID, fresh)
	require.NoError(t, err)
	_, err = p.confirm(p.second, other.ID)
	require.NoError(t, err)
	_, err = p.confirm(p.second, id)
	assertCode(t, err, domain.KindConflict, "number_in_use")
	assert.Equal(t, p.anew.ID, p.user(fresh).ID)
	assert.Equal(t, again.User.ID, p.user(asha).ID)
}

func TestOneAdminRestoresANumberAlone(t *testing.T) {
	t.Parallel()
	p := newParted(newHouse(t))
	alone := p.restoring()
	alone.OneAdmin = true
	in := identity.RestoreNumberInput{Actor: p.first, UserID: p.former.ID, Phone: string(asha), Reason: restoreReason}
	out, err := alone.Execute(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, domain.ProposalConfirmed, out.Status)
	assert.Equal(t, p.first.ID, out.DecidedBy)
	assert.Equal(t, p.former.ID, p.login(asha).User.ID)
	assert.Equal(t, out, p.board.get(out.ID))
	_, err = alone.Execute(t.Context(), in)
	assertCode(t, err, domain.KindConflict, "customer_has_number")
	in.UserID = p.anew.ID
	_, err = alone.Execute(t.Context(), in)
	assertCode(t, err, domain.KindConflict, "number_in_use")
}

func TestRestoreNumberFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	unchanged := func(p *parted) func() {
		before, holder := p.get(p.former.ID), p.get(p.anew.ID)
		return func() {
			assert.Equal(t, before, p.get(p.former.ID))
			assert.Equal(t, holder, p.get(p.anew.ID))
			assert.Empty(t, p.events(domain.SecurityNumberRestored))
		}
	}
	for _, oneAdmin := range []bool{false, true} {
		everyFault(t, func(h *house) (func() error, func()) {
			p := newParted(h)
			uc := p.restoring()
			uc.OneAdmin = oneAdmin
			return func() error {
				_, err := uc.Execute(t.Context(), identity.RestoreNumberInput{Actor: p.first, UserID: p.former.ID, Phone: string(asha), Reason: restoreReason})
				return err
			}, unchanged(p)
		})
	}
	everyFault(t, func(h *house) (func() error, func()) {
		p := newParted(h)
		id := p.proposed(asha)
		return func() error { _, err := p.confirm(p.second, id); return err }, unchanged(p)
	})
}
