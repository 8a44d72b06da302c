package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Sessions checks the ports.SessionStore of a unit of work, and that the unit of work asks it
// about the login of its context. open returns an empty store.
func Sessions(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	for name, check := range map[string]func(t *testing.T, c *cast){
		"keeps every field":                  keepsSession,
		"lists those that go on, and all":    listsLiveSessions,
		"ends all but one":                   endsAllSessions,
		"remembers what was spent":           remembersSpentRefreshes,
		"knows how sessions stand":           knowsStandings,
		"purges what is over":                purgesSessions,
		"a live session's unit of work runs": runsForLiveSession,
		"an ended session's does not":        refusesEndedSession,
		"an answer may be remembered":        remembersAccess,
		"a stale factor is refused":          refusesStaleFactor,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, populate(t, open(t)))
		})
	}
}

// login adds a session of the user that began at a time.
func (c *cast) login(user domain.User, at time.Time) domain.Session {
	c.t.Helper()
	session := domain.NewSession(domain.SessionID(newID()), user, domain.ClientProgram, digest(1), at)
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Add(ctx, session) })
	return session
}

// locked returns the stored session.
func (c *cast) locked(id domain.SessionID) domain.Session {
	c.t.Helper()
	session, err := ports.InTx(c.t.Context(), c.uow, func(ctx context.Context, tx ports.Tx) (domain.Session, error) {
		return tx.Sessions.Lock(ctx, id)
	})
	require.NoError(c.t, err)
	return session
}

func keepsSession(t *testing.T, c *cast) {
	session := c.login(c.valuer, noon)
	same(t, session, c.locked(session.ID))
	changed := session
	changed.RefreshHash, changed.PreviousHash = digest(2), digest(1)
	changed.RefreshedAt, changed.ConfirmedAt, changed.ExpiresAt = noon.Add(1), noon.Add(2*time.Second), noon.Add(time.Hour)
	changed.RefreshedAt = noon.Add(time.Second)
	changed.End(domain.EndedByReuse, noon.Add(3*time.Second))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		update := changed
		return tx.Sessions.Update(ctx, &update)
	})
	changed.Version++
	same(t, changed, c.locked(session.ID))

	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		stale := session
		return tx.Sessions.Update(ctx, &stale)
	})
	isError(t, err, domain.KindStale, "stale_version")
	err = c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Sessions.Lock(ctx, domain.SessionID(newID()))
		return err
	})
	isError(t, err, domain.KindNotFound, "session_not_found")
}

// live returns the ids of the user's sessions that go on.
func (c *cast) live(user domain.User, now time.Time) []domain.SessionID {
	c.t.Helper()
	return c.sessionIDs(func(ctx context.Context, tx ports.Tx) ([]domain.Session, error) {
		return tx.Sessions.Live(ctx, user.ID, now)
	})
}

func (c *cast) sessionIDs(list func(ctx context.Context, tx ports.Tx) ([]domain.Session, error)) []domain.SessionID {
	c.t.Helper()
	sessions, err := ports.InTx(c.t.Context(), c.uow, list)
	require.NoError(c.t, err)
	ids := []domain.SessionID{}
	for _, s := range sessions {
		ids = append(ids, s.ID)
	}
	return ids
}

func listsLiveSessions(t *testing.T, c *cast) {
	first, second := c.login(c.owner, noon), c.login(c.owner, noon.Add(time.Minute))
	ended := c.login(c.owner, noon.Add(-time.Minute))
	c.login(c.valuer, noon)
	ended.End(domain.EndedByLogout, noon)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		update := ended
		return tx.Sessions.Update(ctx, &update)
	})
	assert.Equal(t, []domain.SessionID{second.ID, first.ID}, c.live(c.owner, noon))
	assert.Equal(t, []domain.SessionID{second.ID}, c.live(c.owner, first.ExpiresAt))
	every := func(user domain.UserID) []domain.SessionID {
		return c.sessionIDs(func(ctx context.Context, tx ports.Tx) ([]domain.Session, error) { return tx.Sessions.ByUser(ctx, user) })
	}
	assert.Equal(t, []domain.SessionID{second.ID, first.ID, ended.ID}, every(c.owner.ID))
	assert.Empty(t, every(c.supervisor.ID))
}

func endsAllSessions(t *testing.T, c *cast) {
	kept, ended, others := c.login(c.owner, noon), c.login(c.owner, noon), c.login(c.valuer, noon)
	end := func(except domain.SessionID) (n int) {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) (err error) {
			n, err = tx.Sessions.EndAll(ctx, c.owner.ID, except, domain.EndedByHolder, noon.Add(time.Second))
			return err
		})
		return n
	}
	assert.Equal(t, 1, end(kept.ID))
	got := c.locked(ended.ID)
	assert.Equal(t, domain.EndedByHolder, got.EndedBy)
	assert.Equal(t, noon.Add(time.Second), got.EndedAt)
	assert.Equal(t, int64(1), got.Version)
	assert.Equal(t, 1, end(""), "an ended session does not end again")
	assert.Equal(t, domain.EndedByHolder, c.locked(kept.ID).EndedBy)
	assert.Equal(t, []domain.SessionID{others.ID}, c.live(c.valuer, noon))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		n, err := tx.Sessions.EndEverybody(ctx, domain.EndedByOperator, noon)
		assert.Equal(t, 1, n)
		return err
	})
	assert.Equal(t, domain.EndedByOperator, c.locked(others.ID).EndedBy)
	assert.Equal(t, domain.EndedByHolder, c.locked(ended.ID).EndedBy)
}

func remembersSpentRefreshes(t *testing.T, c *cast) {
	session, other := c.login(c.owner, noon), c.login(c.owner, noon)
	spent := func(id domain.SessionID, hash string) bool {
		was, err := ports.InTx(t.Context(), c.uow, func(ctx context.Context, tx ports.Tx) (bool, error) { return tx.Sessions.Spent(ctx, id, hash) })
		require.NoError(t, err)
		return was
	}
	for range 2 {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Spend(ctx, session.ID, digest(1)) })
	}
	assert.True(t, spent(session.ID, digest(1)))
	assert.False(t, spent(session.ID, digest(2)))
	assert.False(t, spent(other.ID, digest(1)))
}

func (c *cast) standings(ids ...domain.SessionID) []domain.SessionStanding {
	c.t.Helper()
	found, err := ports.InTx(c.t.Context(), c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SessionStanding, error) {
		return tx.Sessions.Standings(ctx, ids)
	})
	require.NoError(c.t, err)
	return found
}

func knowsStandings(t *testing.T, c *cast) {
	session := c.login(c.valuer, noon)
	found := c.standings(session.ID, domain.SessionID(newID()))
	require.Len(t, found, 1)
	same(t, session.Standing(c.valuer), found[0])
	left := c.valuer
	left.Disabled = true
	c.change(left)
	require.True(t, c.standings(session.ID)[0].Disabled)
	require.Empty(t, c.standings())
}

func purgesSessions(t *testing.T, c *cast) {
	old, young, ended := c.login(c.owner, noon), c.login(c.owner, noon.Add(time.Hour)), c.login(c.owner, noon.Add(time.Hour))
	ended.End(domain.EndedByLogout, noon.Add(2*time.Hour))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		update := ended
		return tx.Sessions.Update(ctx, &update)
	})
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Sessions.Spend(ctx, old.ID, digest(7)) })
	purge := func(before time.Time, limit int) (n int) {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) (err error) {
			n, err = tx.Sessions.Purge(ctx, before, limit)
			return err
		})
		return n
	}
	assert.Equal(t, 0, purge(ended.EndedAt, 10))
	assert.Equal(t, 1, purge(ended.EndedAt.Add(time.Second), 10))
	assert.Equal(t, 1, purge(young.ExpiresAt.Add(time.Second), 1), "at most the limit")
	assert.Equal(t, 1, purge(young.ExpiresAt.Add(time.Second), 1))
	assert.Empty(t, c.standings(old.ID, young.ID, ended.ID))
}

// fixedClock is a clock that stands still.
type fixedClock struct{ at time.Time }

func (c fixedClock) Now() time.Time { return c.at }

// accessOf returns the access of the user's session at a time.
func accessOf(session domain.Session, user domain.User, now time.Time) *ports.Access {
	return &ports.Access{
		Identity: domain.Identity{Actor: user.Actor(), SessionID: session.ID, ExpiresAt: now.Add(time.Minute)},
		Clock:    fixedClock{now}, Strict: true,
	}
}

// try runs an empty unit of work on behalf of the access and returns how often it ran.
func (c *cast) try(access *ports.Access) (ran int, err error) {
	c.t.Helper()
	err = c.uow.Do(ports.WithAccess(c.t.Context(), access), func(ctx context.Context, tx ports.Tx) error {
		ran++
		_, err := tx.Users.Get(ctx, c.owner.ID)
		return err
	})
	return ran, err
}

func runsForLiveSession(t *testing.T, c *cast) {
	access := accessOf(c.login(c.valuer, noon), c.valuer, noon)
	for range 3 {
		ran, err := c.try(access)
		require.NoError(t, err)
		require.NotZero(t, ran)
	}
	require.True(t, access.Asked())
}

func refusesEndedSession(t *testing.T, c *cast) {
	session := c.login(c.valuer, noon)
	demoted := c.valuer
	demoted.Role = domain.RoleAdmin
	for name, access := range map[string]*ports.Access{
		"expired":       accessOf(session, c.valuer, session.ExpiresAt),
		"another role":  accessOf(session, demoted, noon),
		"another user":  accessOf(session, c.owner, noon),
		"unknown":       accessOf(domain.Session{ID: domain.SessionID(newID())}, c.valuer, noon),
		"no session":    accessOf(domain.Session{}, c.valuer, noon),
		"of a disabled": accessOf(c.login(c.disabled(), noon), c.valuer, noon),
	} {
		ran, err := c.try(access)
		isError(t, err, domain.KindUnauthenticated, "session_ended")
		require.Zero(t, ran, name)
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Sessions.EndAll(ctx, c.valuer.ID, "", domain.EndedByHolder, noon)
		return err
	})
	_, err := c.try(accessOf(session, c.valuer, noon))
	isError(t, err, domain.KindUnauthenticated, "session_ended")
}

func (c *cast) disabled() domain.User {
	user := c.user(domain.RoleValuer, noon)
	left := user
	left.Disabled = true
	c.change(left)
	return left
}

// memory is a ports.AccessMemory that forgets nothing.
type memory map[domain.SessionID]bool

func (m memory) Recall(identity domain.Identity) bool           { return m[identity.SessionID] }
func (m memory) Remember(identity domain.Identity, _ time.Time) { m[identity.SessionID] = true }

func remembersAccess(t *testing.T, c *cast) {
	session := c.login(c.valuer, noon)
	known := memory{}
	reads := func() error {
		access := accessOf(session, c.valuer, noon)
		access.Strict, access.Memory = false, known
		_, err := c.try(access)
		return err
	}
	require.NoError(t, reads())
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Sessions.EndAll(ctx, c.valuer.ID, "", domain.EndedByHolder, noon)
		return err
	})
	require.NoError(t, reads(), "the answer is remembered")
	clear(known)
	isError(t, reads(), domain.KindUnauthenticated, "session_ended")
	require.Empty(t, known, "a refusal is not remembered")
	known[session.ID] = true
	strict := accessOf(session, c.valuer, noon)
	strict.Memory = known
	_, err := c.try(strict)
	isError(t, err, domain.KindUnauthenticated, "session_ended")
}

func refusesStaleFactor(t *testing.T, c *cast) {
	session := c.login(c.valuer, noon)
	fresh := accessOf(session, c.valuer, noon.Add(domain.FreshFactor))
	fresh.Fresh = true
	_, err := c.try(fresh)
	require.NoError(t, err)
	stale := accessOf(session, c.valuer, noon.Add(domain.FreshFactor+time.Second))
	stale.Fresh = true
	_, err = c.try(stale)
	isError(t, err, domain.KindForbidden, "fresh_factor_required")
}
