package memory

import (
	"context"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
)

// Sessions is a ports.Sessions.
type Sessions struct {
	faults *Faults
	mu     sync.Mutex
	live   *expiring[domain.SessionID, login]
}

type login struct {
	session domain.Session
	rotated map[string]struct{} // earlier refresh hashes
}

// NewSessions returns an empty Sessions. faults may be nil.
func NewSessions(faults *Faults) *Sessions {
	return &Sessions{faults: faults, live: newExpiring[domain.SessionID](func(l login, now time.Time) bool {
		return !now.Before(l.session.ExpiresAt)
	})}
}

// Create implements ports.Sessions.
func (s *Sessions) Create(ctx context.Context, session domain.Session) error {
	if err := s.faults.outside(ctx, "Sessions.Create"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live.put(session.ID, login{session, make(map[string]struct{})}, session.CreatedAt)
	return nil
}

// Rotate implements ports.Sessions. A hash that the session never had does not end it,
// because then anyone who learns a session's id could do so.
func (s *Sessions) Rotate(ctx context.Context, id domain.SessionID, oldHash, newHash string, now, expiresAt time.Time) (domain.Session, error) {
	if err := s.faults.outside(ctx, "Sessions.Rotate"); err != nil {
		return domain.Session{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.live.get(id, now)
	if !ok {
		return domain.Session{}, errSessionEnded()
	}
	if oldHash != l.session.RefreshHash {
		if _, reused := l.rotated[oldHash]; !reused {
			return domain.Session{}, errSessionEnded()
		}
		delete(s.live.held, id)
		return domain.Session{}, domain.Unauthenticated("refresh_reused", "this refresh token was used before; log in again")
	}
	l.rotated[oldHash] = struct{}{}
	l.session.RefreshHash, l.session.ExpiresAt = newHash, expiresAt
	s.live.put(id, l, now)
	return l.session, nil
}

func errSessionEnded() error {
	return domain.Unauthenticated("session_ended", "the session has ended; log in again")
}

// Revoke implements ports.Sessions.
func (s *Sessions) Revoke(ctx context.Context, id domain.SessionID) error {
	if err := s.faults.outside(ctx, "Sessions.Revoke"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.live.held, id)
	return nil
}

// RevokeAll implements ports.Sessions.
func (s *Sessions) RevokeAll(ctx context.Context, user domain.UserID) error {
	if err := s.faults.outside(ctx, "Sessions.RevokeAll"); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, l := range s.live.held {
		if l.session.UserID == user {
			delete(s.live.held, id)
		}
	}
	return nil
}
