package api

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

// endAll ends every session of the role's user.
func (f *face) endAll(t *testing.T, role domain.Role) {
	t.Helper()
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Sessions.EndAll(ctx, people[role], "", domain.EndedByHolder, f.Clock.Now())
		return err
	}))
}

// change alters the stored user of the role.
func (f *face) change(t *testing.T, role domain.Role, alter func(*domain.User)) {
	t.Helper()
	require.NoError(t, f.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, people[role])
		if err != nil {
			return err
		}
		alter(&user)
		return tx.Users.Update(ctx, &user)
	}))
}

func pincodes(o *Options, _ *memoryPorts) { o.UseCases.LookUpPincode = intake.LookUpPincode{} }

func TestAccessEndsWithTheSession(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(f *face){
		"ended":        func(f *face) { f.endAll(t, domain.RoleValuer) },
		"disabled":     func(f *face) { f.change(t, domain.RoleValuer, func(u *domain.User) { u.Disabled = true }) },
		"another role": func(f *face) { f.change(t, domain.RoleValuer, func(u *domain.User) { u.Role = domain.RoleSupervisor }) },
	} {
		f := newFace(t, pincodes)
		token := bearer(f.token(t, domain.RoleValuer))
		for _, target := range []string{"/api/v1/me", "/api/v1/pincodes/560038"} { // the second asks no store
			require.Equal(t, http.StatusOK, f.send(http.MethodGet, target, "", token).Code, target)
		}
		end(f)
		for _, target := range []string{"/api/v1/me", "/api/v1/pincodes/560038"} {
			answer := f.send(http.MethodGet, target, "", token)
			require.Equal(t, http.StatusUnauthorized, answer.Code, "%s: %s", name, target)
			assert.EqualValues(t, "session_ended", problemOf(t, answer).Code)
		}
	}
}

func TestOnlyReadsRelyOnWhatWasKnown(t *testing.T) {
	t.Parallel()
	remember := func(o *Options, _ *memoryPorts) { o.AccessMemory = time.Hour }
	f := newFace(t, remember)
	valuer, admin := bearer(f.token(t, domain.RoleValuer)), bearer(f.token(t, domain.RoleAdmin))
	require.Equal(t, http.StatusOK, f.send(http.MethodGet, "/api/v1/me", "", valuer).Code)
	require.Equal(t, http.StatusOK, f.send(http.MethodGet, "/api/v1/me", "", admin).Code)
	f.endAll(t, domain.RoleValuer)
	f.endAll(t, domain.RoleAdmin)
	assert.Equal(t, http.StatusOK, f.send(http.MethodGet, "/api/v1/me", "", valuer).Code, "remembered")
	assert.Equal(t, http.StatusUnauthorized, f.send(http.MethodGet, "/api/v1/me", "", admin).Code, "an ADMIN is asked about each time")
	assert.Equal(t, http.StatusUnauthorized, f.send(http.MethodPatch, "/api/v1/me", `{"language":"hi"}`, valuer).Code)
}

func TestAnAnswerIsRememberedForAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		live := newLiveSessions(domain.AccessMemory)
		who := domain.Identity{SessionID: "s", Actor: domain.Actor{ID: "u", Role: domain.RoleValuer}}
		asked := time.Now()
		time.Sleep(100 * time.Millisecond) // the question took a while
		live.Remember(who, asked)
		require.True(t, live.Recall(who))
		demoted := who
		demoted.Actor.Role = domain.RoleAdmin
		require.False(t, live.Recall(demoted))
		time.Sleep(domain.AccessMemory - 100*time.Millisecond)
		require.False(t, live.Recall(who))
		time.Sleep(100 * time.Millisecond)
		live.Remember(demoted, time.Now())
		require.Len(t, live.asked, 1, "what is too old is forgotten")
		live.Remember(demoted, asked)
		require.True(t, live.Recall(demoted), "an older answer does not replace a newer one")
	})
}

func TestStreamsEndWithTheirSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFace(t)
		listener, server, _ := onPipes(f)
		ended := listener.dial(t, f.token(t, domain.RoleValuer))
		response, err := http.ReadResponse(bufio.NewReader(ended), nil)
		require.NoError(t, err)
		defer response.Body.Close()
		goesOn := listener.dial(t, f.token(t, domain.RoleSupervisor))
		f.endAll(t, domain.RoleValuer)
		began := time.Now()
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(t, err, "the stream ends as HTTP says")
		assert.LessOrEqual(t, time.Since(began), time.Second)
		f.happen(t, "late", "", domain.RoleSupervisor)
		lines := bufio.NewScanner(goesOn)
		for lines.Scan() && lines.Text() != "event: late" { //nolint:revive // skips to the event
		}
		assert.Equal(t, "event: late", lines.Text())
		require.NoError(t, ended.Close())
		require.NoError(t, goesOn.Close())
		require.NoError(t, server.Close())
	})
}

func TestAFreshFactorIsAskedFor(t *testing.T) {
	t.Parallel()
	f := newFace(t, func(o *Options, m *memoryPorts) {
		o.UseCases.LogoutEverywhere = identity.LogoutEverywhere{UnitOfWork: m.Store, Clock: m.Clock}
	})
	token := bearer(f.token(t, domain.RoleCustomer))
	f.Clock.Advance(domain.FreshFactor + time.Second)
	answer := f.send(http.MethodPost, "/api/v1/auth/logout-everywhere", "", token)
	assert.Equal(t, http.StatusForbidden, answer.Code)
	assert.EqualValues(t, "fresh_factor_required", problemOf(t, answer).Code)
	fresh := bearer(f.token(t, domain.RoleCustomer))
	require.Equal(t, http.StatusNoContent, f.send(http.MethodPost, "/api/v1/auth/logout-everywhere", "", fresh).Code)
	assert.Equal(t, http.StatusUnauthorized, f.send(http.MethodGet, "/api/v1/me", "", token).Code)
}
