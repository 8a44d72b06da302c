package identity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (h *house) sessionOf(tokens *domain.TokenPair) domain.Identity {
	h.t.Helper()
	who, err := h.AccessTokens.Verify(tokens.AccessToken, h.Clock.Now())
	require.NoError(h.t, err)
	return who
}

func TestRefreshTokensRotates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.login(asha)
	h.Clock.Advance(20 * time.Minute)
	second, err := h.refresh(first.Tokens.RefreshToken)
	require.NoError(t, err)
	assert.Equal(t, first.User, second.User)
	assert.NotEqual(t, first.Tokens.RefreshToken, second.Tokens.RefreshToken)
	assert.Equal(t, h.Clock.Now().Add(domain.RefreshTokenTTL), second.Tokens.RefreshExpiresAt)
	assert.Equal(t, h.Clock.Now().Add(domain.AccessTokenTTL), second.Tokens.AccessExpiresAt)
	id, _, _ := strings.Cut(first.Tokens.RefreshToken, ".")
	assert.Equal(t, domain.SessionID(id), h.sessionOf(second.Tokens).SessionID, "the session stays the same")
	_, err = h.refresh(second.Tokens.RefreshToken)
	require.NoError(t, err)
}

func TestRefreshTokensEndsAStolenSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.login(asha)
	stolen := h.login(asha)
	next, err := h.refresh(stolen.Tokens.RefreshToken)
	require.NoError(t, err)
	_, err = h.refresh(stolen.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "refresh_reused")
	_, err = h.refresh(next.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(other.Tokens.RefreshToken)
	require.NoError(t, err, "other sessions go on")
}

func TestRefreshTokensLetsOneOfTwoWin(t *testing.T) {
	t.Parallel()
	for range 20 {
		h := newHouse(t)
		token := h.login(asha).Tokens.RefreshToken
		lost := raceTwo(t, func() error {
			_, err := h.refresh(token)
			return err
		})
		assertCode(t, lost, domain.KindUnauthenticated, "refresh_reused")
	}
}

func TestRefreshTokensRefusesWhatIsNoToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := h.login(asha).Tokens.RefreshToken
	id, random, _ := strings.Cut(good, ".")
	for _, token := range []string{
		"", ".", id, id + ".", "." + random, random, id + "." + strings.Repeat("A", 43), "another." + random, good + "A", good + ".",
	} {
		_, err := h.refresh(token)
		assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	}
	_, err := h.refresh(good)
	require.NoError(t, err, "guessing at a session does not end it")
}

func TestRefreshTokensExpire(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.login(asha).Tokens.RefreshToken
	h.Clock.Advance(domain.RefreshTokenTTL)
	_, err := h.refresh(token)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
}

func TestRefreshTokensReadsTheUserAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleAdmin)
	out, err := h.second(h.halfway(vikram), h.code(secret))
	require.NoError(t, err)

	h.change(vikram, func(u *domain.User) { u.Role = domain.RoleValuer })
	out, err = h.refresh(out.Tokens.RefreshToken)
	require.NoError(t, err)
	assert.Equal(t, domain.RoleValuer, h.sessionOf(out.Tokens).Actor.Role)
	assert.Empty(t, out.User.TOTP.Secret)

	h.change(vikram, disable)
	_, err = h.refresh(out.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	h.change(vikram, func(u *domain.User) { u.Disabled = false })
	_, err = h.refresh(out.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended") // for good
}

func TestRefreshTokensEndsTheSessionOfNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	uc := h.verifyOtp()
	uc.UnitOfWork = newHouse(t).Store // the user is known elsewhere only
	out, err := uc.Execute(t.Context(), h.entered(asha, h.request(asha)))
	require.NoError(t, err)
	_, err = h.refresh(out.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	refresh := h.refreshTokens()
	refresh.UnitOfWork = uc.UnitOfWork
	_, err = refresh.Execute(t.Context(), identity.RefreshTokensInput{RefreshToken: out.Tokens.RefreshToken})
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
}

func TestRefreshTokensOutliveAnOutage(t *testing.T) {
	t.Parallel()
	for _, down := range []string{"UnitOfWork.Begin", "Sessions.Rotate"} {
		h := newHouse(t)
		token := h.login(asha).Tokens.RefreshToken
		h.Faults.Down(down)
		_, err := h.refresh(token)
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "%s: %v", down, err)
		h.Faults.Up()
		_, err = h.refresh(token)
		require.NoError(t, err, "%s: the token is not used up", down)
	}
}

func TestRefreshTokensFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	everyFault(t, func(h *house) (func() error, func()) {
		token := h.login(asha).Tokens.RefreshToken
		return func() error {
			_, err := h.refresh(token)
			return err
		}, func() {}
	})
	everyFault(t, func(h *house) (func() error, func()) {
		token := h.login(asha).Tokens.RefreshToken
		h.change(asha, disable)
		return func() error {
			_, err := h.refresh(token)
			if domain.CodeOf(err) == "session_ended" {
				return nil
			}
			return err
		}, func() {}
	})
	h := newHouse(t)
	uc := h.refreshTokens()
	uc.AccessTokens = mute{}
	_, err := uc.Execute(t.Context(), identity.RefreshTokensInput{RefreshToken: h.login(asha).Tokens.RefreshToken})
	require.ErrorIs(t, err, errMute)
}

func TestLogoutEndsOneSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, there := h.login(asha), h.login(asha)
	uc := identity.Logout{Sessions: h.Sessions}
	for range 2 {
		require.NoError(t, uc.Execute(t.Context(), identity.LogoutInput{Identity: h.sessionOf(here.Tokens)}))
	}
	_, err := h.refresh(here.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(there.Tokens.RefreshToken)
	require.NoError(t, err)

	h.Faults.Down("Sessions.Revoke")
	err = uc.Execute(t.Context(), identity.LogoutInput{Identity: h.sessionOf(there.Tokens)})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
	require.NoError(t, uc.Execute(t.Context(), identity.LogoutInput{}), "no session, nothing to end")
}
