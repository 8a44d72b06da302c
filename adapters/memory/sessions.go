package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// spentRefresh is a refresh token that was exchanged.
type spentRefresh struct {
	Session domain.SessionID
	Hash    string
}

type sessions struct {
	tableView[domain.SessionID, domain.Session]
	byUser *index[domain.UserID, domain.SessionID, domain.Session]
	spent  *table[spentRefresh, spentRefresh]
}

func (s sessions) Spend(ctx context.Context, id domain.SessionID, hash string) error {
	if err := s.begin(ctx, "Spend"); err != nil {
		return err
	}
	s.spent.put(s.unit, spentRefresh{id, hash})
	return nil
}

func (s sessions) Spent(ctx context.Context, id domain.SessionID, hash string) (bool, error) {
	if err := s.begin(ctx, "Spent"); err != nil {
		return false, err
	}
	_, spent := s.spent.held[spentRefresh{id, hash}]
	return spent, nil
}

func (s sessions) Live(ctx context.Context, user domain.UserID, now time.Time) ([]domain.Session, error) {
	if err := s.begin(ctx, "Live"); err != nil {
		return nil, err
	}
	return s.newestFirst(s.byUser.at(user, func(s *domain.Session) bool { return s.Live(now) })), nil
}

func (s sessions) ByUser(ctx context.Context, user domain.UserID) ([]domain.Session, error) {
	if err := s.begin(ctx, "ByUser"); err != nil {
		return nil, err
	}
	return s.newestFirst(s.byUser.at(user, func(*domain.Session) bool { return true })), nil
}

func (s sessions) newestFirst(found []*domain.Session) []domain.Session {
	newest := order[domain.Session]{
		at:         func(s *domain.Session) time.Time { return s.CreatedAt },
		id:         func(s *domain.Session) string { return string(s.ID) },
		descending: true,
	}
	return s.table.copies(newest.sorted(found, len(found)))
}

func (s sessions) EndAll(ctx context.Context, user domain.UserID, except domain.SessionID, by domain.SessionEnd, now time.Time) (int, error) {
	if err := s.begin(ctx, "EndAll"); err != nil {
		return 0, err
	}
	return s.end(s.byUser.at(user, func(s *domain.Session) bool { return s.EndedAt.IsZero() && s.ID != except }), by, now), nil
}

func (s sessions) EndEverybody(ctx context.Context, by domain.SessionEnd, now time.Time) (int, error) {
	if err := s.begin(ctx, "EndEverybody"); err != nil {
		return 0, err
	}
	var going []*domain.Session
	for _, session := range s.table.held {
		if session.EndedAt.IsZero() {
			going = append(going, session)
		}
	}
	return s.end(going, by, now), nil
}

func (s sessions) end(going []*domain.Session, by domain.SessionEnd, now time.Time) int {
	for _, session := range s.table.copies(going) {
		session.End(by, now)
		session.Version++
		s.table.put(s.unit, session)
	}
	return len(going)
}

func (s sessions) Standings(ctx context.Context, ids []domain.SessionID) ([]domain.SessionStanding, error) {
	if err := s.begin(ctx, "Standings"); err != nil {
		return nil, err
	}
	var standings []domain.SessionStanding
	for _, id := range ids {
		if standing, found := s.store.standing(id); found {
			standings = append(standings, standing)
		}
	}
	return standings, nil
}

// standing returns how a session stands, and whether it exists.
func (s *Store) standing(id domain.SessionID) (domain.SessionStanding, bool) {
	session, found := s.sessions.held[id]
	if !found {
		return domain.SessionStanding{}, false
	}
	user, found := s.users.held[session.UserID]
	if !found {
		return domain.SessionStanding{}, false
	}
	return session.Standing(*user), true
}

func (s sessions) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	if err := s.begin(ctx, "Purge"); err != nil {
		return 0, err
	}
	over := func(session *domain.Session) time.Time {
		if session.EndedAt.IsZero() || session.ExpiresAt.Before(session.EndedAt) {
			return session.ExpiresAt
		}
		return session.EndedAt
	}
	var gone []domain.SessionID
	for id, session := range s.table.held {
		if over(session).Before(before) {
			gone = append(gone, id)
		}
	}
	slices.SortFunc(gone, cmp.Compare)
	gone = gone[:min(limit, len(gone))]
	for _, id := range gone {
		s.table.delete(s.unit, id)
	}
	for _, key := range slices.Collect(maps.Keys(s.spent.held)) {
		if slices.Contains(gone, key.Session) {
			s.spent.delete(s.unit, key)
		}
	}
	return len(gone), nil
}
