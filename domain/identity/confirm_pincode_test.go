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

func (h *house) confirmPincode() identity.ConfirmPincode {
	return identity.ConfirmPincode{
		UnitOfWork: h.Store, Clock: h.Clock, IDs: h.IDs, Entropy: h.Entropy, PhoneNumbers: h.PhoneNumbers,
		LoginAttempts: h.LoginAttempts, AccessTokens: h.AccessTokens, Pepper: pepper,
	}
}

// pincode names a pincode in a login of asha's number.
func (h *house) pincode(login domain.LoginID, pincode string) (identity.LoginOutput, error) {
	return h.confirmPincode().Execute(h.from(client), identity.ConfirmPincodeInput{LoginID: login, Phone: string(asha), Pincode: pincode})
}

// unused logs asha in, gives her a property with this pincode unless that is empty, and lets the number
// rest for domain.NumberUnused.
func (h *house) unused(pincode string) domain.User {
	h.t.Helper()
	user := h.login(asha).User
	if pincode != "" {
		property := domain.Property{
			ID: domain.PropertyID(h.IDs.New()), OwnerID: user.ID, Type: domain.House, State: domain.Draft, Salt: "salt",
			CreatedAt: h.Clock.Now(), UpdatedAt: h.Clock.Now(),
		}
		property.Details.Address.Pincode = pincode
		require.NoError(h.t, h.Store.Do(h.t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Properties.Add(ctx, property)
		}))
	}
	h.Clock.Advance(domain.NumberUnused)
	return user
}

// awaited logs in asha's number by the code, and returns the login that awaits a pincode.
func (h *house) awaited() domain.LoginID {
	h.t.Helper()
	out := h.login(asha)
	require.NotNil(h.t, out.Pincode)
	assert.Nil(h.t, out.Tokens)
	assert.Zero(h.t, out.User)
	assert.Equal(h.t, h.Clock.Now().Add(5*time.Minute), out.Pincode.ExpiresAt)
	return out.Pincode.LoginID
}

func TestANumberInUseNeedsNoPincode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	for range 3 {
		h.Clock.Advance(domain.NumberUnused - time.Second)
		require.NotNil(t, h.login(asha).Tokens, "each login counts")
	}
	h.hire(domain.RoleValuer)
	h.Clock.Advance(domain.NumberUnused)
	require.NotNil(t, h.login(vikram).SecondFactor, "staff have a second factor")
}

func TestAPincodeProvesAnUnusedNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	user := h.unused("560001")
	login := h.awaited()
	for range domain.PincodeTries - 1 {
		_, err := h.pincode(login, "560002")
		assertCode(t, err, domain.KindUnauthenticated, "wrong_pincode")
	}
	out, err := h.pincode(login, "560001")
	require.NoError(t, err)
	assert.Equal(t, user.ID, out.User.ID)
	assert.NotEmpty(t, out.DeviceToken)
	require.NotNil(t, h.login(asha).Tokens, "the number is in use again")
	_, err = h.pincode(login, "560001")
	assertCode(t, err, domain.KindUnauthenticated, "login_ended")
}

// TestAReissuedNumberBeginsAnew names wrong pincodes, also over several logins, or none, for a
// customer with and without a property: all are answered alike.
func TestAReissuedNumberBeginsAnew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of     string
		misses int
		last   string
	}{
		"wrong pincodes":        {"560001", domain.PincodeTries - 1, "560002"},
		"wrong without a house": {"", domain.PincodeTries - 1, "560002"},
		"no pincode":            {"560001", 0, ""},
		"none without a house":  {"", 0, ""},
	} {
		h := newHouse(t)
		former := h.unused(c.of)
		login := h.awaited()
		for range c.misses {
			_, err := h.pincode(login, "560002")
			assertCode(t, err, domain.KindUnauthenticated, "wrong_pincode")
			login = h.awaited() // another login does not give more tries
		}
		told := len(h.Inbox.Messages())
		out, err := h.pincode(login, c.last)
		require.NoError(t, err, name)
		assert.NotEqual(t, former.ID, out.User.ID, name)
		assert.Equal(t, asha, out.User.Phone)
		assert.Len(t, h.Inbox.Messages(), told, "nobody is told anything")
		require.NotNil(t, h.login(asha).Tokens)

		require.NoError(t, h.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			kept, err := tx.Users.Get(ctx, former.ID)
			assert.Empty(t, kept.Phone)
			assert.Equal(t, former.CreatedAt, kept.CreatedAt)
			sessions, listed := tx.Sessions.Live(ctx, former.ID, former.CreatedAt)
			assert.Empty(t, sessions, "the former sessions have ended")
			return firstOf(err, listed)
		}))
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestTwoLoginsOfAnUnusedNumberAreOnePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unused("560001")
	first, second := h.awaited(), h.awaited()
	anew, err := h.pincode(first, "")
	require.NoError(t, err)
	out, err := h.pincode(second, "560009")
	require.NoError(t, err, "the number was proved meanwhile")
	assert.Equal(t, anew.User.ID, out.User.ID)
}

func TestConfirmPincodeRefusesOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unused("560001")
	login := h.awaited()
	for _, in := range []identity.ConfirmPincodeInput{
		{LoginID: "none", Phone: string(asha), Pincode: "560001"},
		{LoginID: login, Phone: "98123 45679", Pincode: "560001"},
		{LoginID: h.asked[asha], Phone: string(asha), Pincode: "560001"},
	} {
		_, err := h.confirmPincode().Execute(h.from(client), in)
		assertCode(t, err, domain.KindUnauthenticated, "login_ended")
	}
	_, err := h.confirmPincode().Execute(h.from(client), identity.ConfirmPincodeInput{LoginID: login, Phone: "1"})
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
	h.change(asha, disable)
	_, err = h.pincode(login, "560001")
	assertCode(t, err, domain.KindForbidden, "user_disabled")
	h.change(asha, func(u *domain.User) { u.Disabled = false })
	late := h.awaited()
	h.Clock.Advance(domain.OTPTTL)
	_, err = h.pincode(late, "560001")
	assertCode(t, err, domain.KindUnauthenticated, "login_ended")
}

func TestConfirmPincodeFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for _, pincode := range []string{"560001", "560002", ""} {
		everyFault(t, func(h *house) (func() error, func()) {
			former := h.unused("560001")
			login := h.awaited()
			return func() error {
				_, err := h.pincode(login, pincode)
				if domain.CodeOf(err) == "wrong_pincode" {
					return nil
				}
				return err
			}, func() { assert.Equal(t, former.ID, h.user(asha).ID, "nothing changed") }
		})
	}
}
