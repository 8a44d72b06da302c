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
	assert.Equal(t, first.Tokens.RefreshExpiresAt, second.Tokens.RefreshExpiresAt, "30 days at most")
	assert.Equal(t, h.Clock.Now().Add(domain.AccessTokenTTL), second.Tokens.AccessExpiresAt)
	id, _, _ := strings.Cut(first.Tokens.RefreshToken, ".")
	assert.Equal(t, domain.SessionID(id), h.sessionOf(second.Tokens).SessionID, "the session stays the same")
	_, err = h.refresh(second.Tokens.RefreshToken)
	require.NoError(t, err)
}

func TestRefreshTokensEndsAStolenSession(t *testing.T) {
	t.Parallel()
	for name, steal := range map[string]func(h *house, first, second string) string{
		"the predecessor too late": func(h *house, first, _ string) string {
			h.Clock.Advance(domain.RefreshLeeway + time.Second)
			return first
		},
		"the predecessor of one that was used": func(h *house, first, second string) string {
			_, err := h.refresh(second)
			require.NoError(h.t, err)
			return first
		},
	} {
		h := newHouse(t)
		other, stolen := h.login(asha), h.login(asha)
		next, err := h.refresh(stolen.Tokens.RefreshToken)
		require.NoError(t, err)
		_, err = h.refresh(steal(h, stolen.Tokens.RefreshToken, next.Tokens.RefreshToken))
		assertCode(t, err, domain.KindUnauthenticated, "refresh_reused")
		_, err = h.refresh(next.Tokens.RefreshToken)
		assertCode(t, err, domain.KindUnauthenticated, "session_ended")
		_, err = h.refresh(other.Tokens.RefreshToken)
		require.NoError(t, err, "%s: other sessions go on", name)
	}
}

func TestRefreshTokensTwiceGivesTheSameSuccessor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.login(asha).Tokens.RefreshToken
	next, err := h.refresh(first)
	require.NoError(t, err)
	h.Clock.Advance(domain.RefreshLeeway)
	again, err := h.refresh(first)
	require.NoError(t, err)
	assert.Equal(t, next.Tokens.RefreshToken, again.Tokens.RefreshToken)
	_, err = h.refresh(again.Tokens.RefreshToken)
	require.NoError(t, err)
}

func TestRefreshTokensOutlivesTheRotationOfItsKey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.login(asha).Tokens.RefreshToken
	old := h.refreshTokens()
	old.Keys = refreshKeys[1:]
	next, err := old.Execute(t.Context(), identity.RefreshTokensInput{RefreshToken: first})
	require.NoError(t, err)
	again, err := h.refresh(first)
	require.NoError(t, err)
	assert.Equal(t, next.Tokens.RefreshToken, again.Tokens.RefreshToken)
	old.Keys = refreshKeys[:1]
	_, err = old.Execute(t.Context(), identity.RefreshTokensInput{RefreshToken: first})
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(next.Tokens.RefreshToken)
	require.NoError(t, err, "the session goes on")
}

func TestRefreshTokensIsOfOneClient(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	token := h.login(asha).Tokens.RefreshToken
	_, err := h.refreshTokens().Execute(t.Context(), identity.RefreshTokensInput{RefreshToken: token, Client: domain.ClientCapture})
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(token)
	require.NoError(t, err)
}

func TestRefreshTokensGivesTwoTheSame(t *testing.T) {
	t.Parallel()
	for range 20 {
		h := newHouse(t)
		token := h.login(asha).Tokens.RefreshToken
		got := make(chan string)
		for range 2 {
			go func() {
				out, err := h.refresh(token)
				if err != nil {
					got <- err.Error()
					return
				}
				got <- out.Tokens.RefreshToken
			}()
		}
		assert.Equal(t, <-got, <-got)
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
	h.Clock.Advance(domain.CustomerSessionMost)
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
}

func TestRefreshTokensOfStaffEndsWithTheirDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire(domain.RoleAdmin)
	out, err := h.second(h.halfway(vikram), h.code(secret))
	require.NoError(t, err)
	began := h.Clock.Now()
	for h.Clock.Now().Before(began.Add(domain.StaffSessionMost - domain.StaffSessionIdle + time.Minute)) {
		h.Clock.Advance(domain.StaffSessionIdle - time.Minute)
		out, err = h.refresh(out.Tokens.RefreshToken)
		require.NoError(t, err)
	}
	assert.Equal(t, began.Add(domain.StaffSessionMost), out.Tokens.RefreshExpiresAt)
	h.Clock.Set(began.Add(domain.StaffSessionMost))
	_, err = h.refresh(out.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")

	h.Clock.Advance(time.Minute)
	idle, err := h.second(h.halfway(vikram), h.code(secret))
	require.NoError(t, err)
	h.Clock.Advance(domain.StaffSessionIdle)
	_, err = h.refresh(idle.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
}

func TestRefreshTokensOutliveAnOutage(t *testing.T) {
	t.Parallel()
	for _, down := range []string{"UnitOfWork.Begin", "Sessions.Update", "UnitOfWork.Commit"} {
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
	uc := identity.Logout{UnitOfWork: h.Store, Clock: h.Clock}
	for range 2 {
		require.NoError(t, uc.Execute(t.Context(), identity.LogoutInput{Identity: h.sessionOf(here.Tokens)}))
	}
	_, err := h.refresh(here.Tokens.RefreshToken)
	assertCode(t, err, domain.KindUnauthenticated, "session_ended")
	_, err = h.refresh(there.Tokens.RefreshToken)
	require.NoError(t, err)

	h.Faults.Down("Sessions.Update")
	err = uc.Execute(t.Context(), identity.LogoutInput{Identity: h.sessionOf(there.Tokens)})
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
	require.NoError(t, uc.Execute(t.Context(), identity.LogoutInput{}), "no session, nothing to end")
}
