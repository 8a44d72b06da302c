package portstest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Sessions checks a ports.Sessions. open returns an empty one.
func Sessions(t *testing.T, open func(t *testing.T) ports.Sessions) {
	for name, check := range map[string]func(t *testing.T, s *logins){
		"rotates":                               rotatesSession,
		"a stolen token ends the session":       reuseEndsSession,
		"an unknown token is refused":           refusesUnknownToken,
		"expires, and rotation prolongs":        sessionExpires,
		"is revoked":                            revokesSession,
		"all of a user's are revoked":           revokesAllSessions,
		"of racing rotations at most one works": racingRotations,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &logins{t: t, sessions: open(t), start: now()})
		})
	}
}

type logins struct {
	t        *testing.T
	sessions ports.Sessions
	start    time.Time
}

// login creates a session whose current hash is digest(1).
func (s *logins) login(user domain.UserID) domain.Session {
	s.t.Helper()
	session := domain.Session{
		ID: domain.SessionID(newID()), UserID: user, RefreshHash: digest(1),
		CreatedAt: s.start, ExpiresAt: s.start.Add(domain.RefreshTokenTTL),
	}
	require.NoError(s.t, s.sessions.Create(s.t.Context(), session))
	return session
}

// rotate replaces digest(from) with digest(to), at the given time after the start.
func (s *logins) rotate(id domain.SessionID, from, to int, after time.Duration) (domain.Session, error) {
	at := s.start.Add(after)
	return s.sessions.Rotate(s.t.Context(), id, digest(from), digest(to), at, at.Add(domain.RefreshTokenTTL))
}

func (s *logins) ended(id domain.SessionID, from int, after time.Duration) {
	s.t.Helper()
	_, err := s.rotate(id, from, 99, after)
	isError(s.t, err, domain.KindUnauthenticated, "session_ended")
}

func rotatesSession(t *testing.T, s *logins) {
	want := s.login(domain.UserID(newID()))
	for n := 1; n <= 5; n++ {
		after := time.Duration(n) * time.Hour
		got, err := s.rotate(want.ID, n, n+1, after)
		require.NoError(t, err)
		want.RefreshHash, want.ExpiresAt = digest(n+1), s.start.Add(after+domain.RefreshTokenTTL)
		same(t, want, got)
	}
}

func reuseEndsSession(t *testing.T, s *logins) {
	for _, reused := range []int{1, 2} { // the last replaced hash and one before
		id := s.login(domain.UserID(newID())).ID
		for n := 1; n <= 2; n++ {
			_, err := s.rotate(id, n, n+1, time.Minute)
			require.NoError(t, err)
		}
		_, err := s.rotate(id, reused, 4, time.Minute)
		isError(t, err, domain.KindUnauthenticated, "refresh_reused")
		s.ended(id, 3, time.Minute) // the current hash does not work either
	}
}

func refusesUnknownToken(t *testing.T, s *logins) {
	s.ended(domain.SessionID(newID()), 1, 0)
	id := s.login(domain.UserID(newID())).ID
	s.ended(id, 50, 0) // a hash that the session never had
	_, err := s.rotate(id, 1, 2, 0)
	require.NoError(t, err, "who knows only a session's id cannot end it")
}

func sessionExpires(t *testing.T, s *logins) {
	expired := s.login(domain.UserID(newID()))
	s.ended(expired.ID, 1, domain.RefreshTokenTTL)
	prolonged := s.login(domain.UserID(newID()))
	_, err := s.rotate(prolonged.ID, 1, 2, domain.RefreshTokenTTL-time.Second)
	require.NoError(t, err)
	_, err = s.rotate(prolonged.ID, 2, 3, domain.RefreshTokenTTL+time.Hour)
	require.NoError(t, err)
}

func revokesSession(t *testing.T, s *logins) {
	user := domain.UserID(newID())
	revoked, other := s.login(user), s.login(user)
	for range 2 { // Revoke is idempotent
		require.NoError(t, s.sessions.Revoke(t.Context(), revoked.ID))
	}
	require.NoError(t, s.sessions.Revoke(t.Context(), domain.SessionID(newID())))
	s.ended(revoked.ID, 1, 0)
	_, err := s.rotate(other.ID, 1, 2, 0)
	require.NoError(t, err)
}

func revokesAllSessions(t *testing.T, s *logins) {
	user := domain.UserID(newID())
	mine := []domain.Session{s.login(user), s.login(user), s.login(user)}
	others := s.login(domain.UserID(newID()))
	_, err := s.rotate(mine[2].ID, 1, 2, 0)
	require.NoError(t, err)
	require.NoError(t, s.sessions.RevokeAll(t.Context(), user))
	require.NoError(t, s.sessions.RevokeAll(t.Context(), domain.UserID(newID())))
	s.ended(mine[0].ID, 1, 0)
	s.ended(mine[1].ID, 1, 0)
	s.ended(mine[2].ID, 2, 0)
	_, err = s.rotate(others.ID, 1, 2, 0)
	require.NoError(t, err)
	_, err = s.rotate(s.login(user).ID, 1, 2, 0)
	require.NoError(t, err, "a later login is not revoked")
}

func racingRotations(t *testing.T, s *logins) {
	id := s.login(domain.UserID(newID())).ID
	errs := race(racers, func(i int) error {
		_, err := s.rotate(id, 1, 10+i, 0)
		return err
	})
	require.Equal(t, 1, winners(t, errs, domain.KindUnauthenticated))
}
