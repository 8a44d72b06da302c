package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type sessions struct{ q *sqlcgen.Queries }

func sessionRow(s domain.Session) sqlcgen.Session {
	return sqlcgen.Session{
		ID: string(s.ID), UserID: string(s.UserID), Client: string(s.Client),
		RefreshHash: s.RefreshHash, PreviousHash: s.PreviousHash,
		CreatedAt: s.CreatedAt, RefreshedAt: s.RefreshedAt, ConfirmedAt: s.ConfirmedAt, ExpiresAt: s.ExpiresAt,
		EndedAt: timeOrNil(s.EndedAt), EndedBy: string(s.EndedBy), Version: s.Version,
	}
}

func sessionOf(r sqlcgen.Session) domain.Session {
	return domain.Session{
		ID: domain.SessionID(r.ID), UserID: domain.UserID(r.UserID), Client: domain.Client(r.Client),
		RefreshHash: r.RefreshHash, PreviousHash: r.PreviousHash,
		CreatedAt: r.CreatedAt, RefreshedAt: r.RefreshedAt, ConfirmedAt: r.ConfirmedAt, ExpiresAt: r.ExpiresAt,
		EndedAt: value(r.EndedAt), EndedBy: domain.SessionEnd(r.EndedBy), Version: r.Version,
	}
}

func (s sessions) Add(ctx context.Context, session domain.Session) error {
	return translate(s.q.InsertSession(ctx, sqlcgen.InsertSessionParams(sessionRow(session))))
}

func (s sessions) Lock(ctx context.Context, id domain.SessionID) (domain.Session, error) {
	row, err := s.q.LockSession(ctx, string(id))
	return sessionOf(row), absent(err, "session")
}

func (s sessions) Update(ctx context.Context, session *domain.Session) error {
	r := sessionRow(*session)
	rows, err := s.q.UpdateSession(ctx, sqlcgen.UpdateSessionParams{
		RefreshHash: r.RefreshHash, PreviousHash: r.PreviousHash, RefreshedAt: r.RefreshedAt, ConfirmedAt: r.ConfirmedAt,
		ExpiresAt: r.ExpiresAt, EndedAt: r.EndedAt, EndedBy: r.EndedBy, ID: r.ID, Version: r.Version,
	})
	err = changed(rows, err, domain.Stale("session"), func() error {
		_, err := s.Lock(ctx, session.ID)
		return err
	})
	if err == nil {
		session.Version++
	}
	return err
}

func (s sessions) Spend(ctx context.Context, id domain.SessionID, hash string) error {
	return translate(s.q.SpendRefresh(ctx, sqlcgen.SpendRefreshParams{SessionID: string(id), Hash: hash}))
}

func (s sessions) Spent(ctx context.Context, id domain.SessionID, hash string) (bool, error) {
	spent, err := s.q.SpentRefresh(ctx, sqlcgen.SpentRefreshParams{SessionID: string(id), Hash: hash})
	return spent, translate(err)
}

func (s sessions) Live(ctx context.Context, user domain.UserID, now time.Time) ([]domain.Session, error) {
	rows, err := s.q.LiveSessions(ctx, sqlcgen.LiveSessionsParams{UserID: string(user), Now: now})
	return mapped(rows, sessionOf), translate(err)
}

func (s sessions) ByUser(ctx context.Context, user domain.UserID) ([]domain.Session, error) {
	rows, err := s.q.SessionsByUser(ctx, string(user))
	return mapped(rows, sessionOf), translate(err)
}

func (s sessions) EndAll(ctx context.Context, user domain.UserID, except domain.SessionID, by domain.SessionEnd, now time.Time) (int, error) {
	ended, err := s.q.EndSessions(ctx, sqlcgen.EndSessionsParams{
		UserID: string(user), Kept: optionalID(except), EndedBy: string(by), Now: now,
	})
	return int(ended), translate(err)
}

func (s sessions) EndEverybody(ctx context.Context, by domain.SessionEnd, now time.Time) (int, error) {
	ended, err := s.q.EndEverybody(ctx, sqlcgen.EndEverybodyParams{EndedBy: string(by), Now: now})
	return int(ended), translate(err)
}

func (s sessions) Standings(ctx context.Context, ids []domain.SessionID) ([]domain.SessionStanding, error) {
	rows, err := s.q.Standings(ctx, texts[string](ids))
	return mapped(rows, standingOf), translate(err)
}

func standingOf(r sqlcgen.StandingsRow) domain.SessionStanding {
	return domain.SessionStanding{
		SessionID: domain.SessionID(r.ID), UserID: domain.UserID(r.UserID), Role: domain.Role(r.Role), Disabled: r.Disabled,
		ConfirmedAt: r.ConfirmedAt, ExpiresAt: r.ExpiresAt, Ended: r.Ended,
	}
}

func (s sessions) Purge(ctx context.Context, before time.Time, limit int) (int, error) {
	gone, err := s.q.PurgeSessions(ctx, sqlcgen.PurgeSessionsParams{Before: before, Most: limit})
	return int(gone), translate(err)
}
