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

func TestSessionsAreListedAndRevokedByTheirUser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine, other := h.login(asha), h.login(asha)
	id := h.sessionOf(other.Tokens).SessionID
	list := identity.ListSessions{UnitOfWork: h.Store, Clock: h.Clock}
	sessions, err := list.Execute(t.Context(), identity.ListSessionsInput{Actor: mine.User.Actor()})
	require.NoError(t, err)
	require.Len(t, sessions, 2)

	revoke := identity.RevokeSession{UnitOfWork: h.Store, Clock: h.Clock}
	err = revoke.Execute(t.Context(), identity.RevokeSessionInput{Actor: domain.Actor{ID: "another"}, SessionID: id})
	assertCode(t, err, domain.KindNotFound, "session_not_found")
	for range 2 {
		require.NoError(t, revoke.Execute(t.Context(), identity.RevokeSessionInput{Actor: mine.User.Actor(), SessionID: id}))
	}
	_, err = h.refresh(other.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(mine.Tokens.RefreshToken)
	require.NoError(t, err)

	everywhere := identity.LogoutEverywhere{UnitOfWork: h.Store, Clock: h.Clock}
	require.NoError(t, everywhere.Execute(t.Context(), identity.LogoutEverywhereInput{Actor: mine.User.Actor()}))
	assert.Empty(t, h.sessions(asha))
}

func TestConfirmIdentityMakesASessionFresh(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleAdmin)
	out, err := h.second(h.halfway(vikram), h.code(secret))
	require.NoError(t, err)
	uc := identity.ConfirmIdentity{
		UnitOfWork: h.Store, Clock: h.Clock, RateLimiter: h.RateLimiter, SecondFactors: h.SecondFactors, SecretBox: h.SecretBox,
		LoginAttempts: h.LoginAttempts, Pepper: pepper,
	}
	confirm := func(who domain.Identity, code string) error {
		return uc.Execute(t.Context(), identity.ConfirmIdentityInput{Identity: who, LoginID: h.asked[asha], Code: code})
	}
	who := h.sessionOf(out.Tokens)
	assertCode(t, confirm(who, h.code(secret)), domain.KindUnauthenticated, "invalid_code") // it was used to log in
	h.Clock.Advance(10 * time.Minute)
	require.NoError(t, confirm(who, h.code(secret)))
	assert.Equal(t, h.Clock.Now(), h.sessions(vikram)[0].ConfirmedAt)
	assertCode(t, confirm(who, h.code(secret)), domain.KindUnauthenticated, "invalid_code") // each code once

	customer := h.sessionOf(h.login(asha).Tokens)
	h.Clock.Advance(10 * time.Minute)
	code := h.request(asha)
	assertCode(t, confirm(customer, wrong(code)), domain.KindUnauthenticated, "invalid_code")
	require.NoError(t, confirm(customer, code))
	assert.Equal(t, h.Clock.Now(), h.sessions(asha)[0].ConfirmedAt)
	for range domain.TOTPMaxAttempts + 1 {
		err = confirm(who, "000000")
	}
	assertTooMany(t, err, "too_many_totp_attempts", domain.TOTPLockout)
}

// The tries of a code are the user's: a session that may not act any more must not use them up.
func TestRefusedSessionsUseUpNoTries(t *testing.T) {
	t.Parallel()
	for name, try := range map[string]func(ctx context.Context, h *house, who domain.Identity) error{
		"confirmIdentity": func(ctx context.Context, h *house, who domain.Identity) error {
			return identity.ConfirmIdentity{
				UnitOfWork: h.Store, Clock: h.Clock, RateLimiter: h.RateLimiter, SecondFactors: h.SecondFactors, SecretBox: h.SecretBox,
			}.Execute(ctx, identity.ConfirmIdentityInput{Identity: who, Code: "000000"})
		},
		"confirmTotp": func(ctx context.Context, h *house, who domain.Identity) error {
			_, err := identity.ConfirmTotp{
				UnitOfWork: h.Store, Clock: h.Clock, Entropy: h.Entropy, RateLimiter: h.RateLimiter, SecondFactors: h.SecondFactors, SecretBox: h.SecretBox,
			}.Execute(ctx, identity.ConfirmTotpInput{Identity: who, Code: "000000"})
			return err
		},
	} {
		h := newHouse(t)
		user := h.hire(domain.RoleValuer)
		out, err := h.second(h.halfway(vikram), h.code(secret))
		require.NoError(t, err)
		who := h.sessionOf(out.Tokens)
		refused := func(code string) {
			t.Helper()
			ctx := ports.WithAccess(t.Context(), &ports.Access{Identity: who, Fresh: true, Clock: h.Clock})
			for range domain.TOTPMaxAttempts {
				err := try(ctx, h, who)
				require.Equal(t, code, domain.CodeOf(err), "%s: %v", name, err)
			}
		}
		h.Clock.Advance(domain.FreshFactor + time.Second)
		refused("fresh_factor_required")
		require.NoError(t, identity.LogoutEverywhere{UnitOfWork: h.Store, Clock: h.Clock}.Execute(t.Context(), identity.LogoutEverywhereInput{Actor: user.Actor()}))
		refused("session_ended")
		_, err = h.second(h.halfway(vikram), h.code(secret))
		require.NoError(t, err, name)
	}
}

func TestOperatorsEndSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	h.login("+919812345679")
	uc := identity.EndSessions{UnitOfWork: h.Store, Clock: h.Clock, PhoneNumbers: h.PhoneNumbers}
	ended, err := uc.Execute(t.Context(), identity.EndSessionsInput{Phone: string(asha)})
	require.NoError(t, err)
	assert.Equal(t, 1, ended)
	assert.Len(t, h.sessions("+919812345679"), 1)
	_, err = uc.Execute(t.Context(), identity.EndSessionsInput{Phone: "+919812345670"})
	assertCode(t, err, domain.KindNotFound, "user_not_found")
	ended, err = uc.Execute(t.Context(), identity.EndSessionsInput{})
	require.NoError(t, err)
	assert.Equal(t, 1, ended)
}

func TestDeleteSessionsDeletesWhatIsLongOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.login(asha)
	uc := identity.DeleteSessions{UnitOfWork: h.Store, Clock: h.Clock}
	h.Clock.Advance(domain.CustomerSessionMost + domain.SessionKept)
	fresh := h.login(asha)
	require.NoError(t, uc.Execute(t.Context(), ""))
	require.Len(t, h.sessions(asha), 1)
	_, err := h.refresh(fresh.Tokens.RefreshToken)
	require.NoError(t, err)
}
