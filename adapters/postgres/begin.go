package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// begin begins a transaction. If the access of ctx is due, the question about it travels with
// BEGIN, in one round trip. Errors: notBegun, those of Access.Judge, and that of ctx.
func (s *Store) begin(ctx context.Context) (*transaction, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, interrupted(ctx, &notBegun{err})
	}
	access := ports.AccessOf(ctx)
	if !access.Due() {
		tx, err := conn.Begin(ctx)
		if err != nil {
			conn.Release()
			return nil, interrupted(ctx, &notBegun{err})
		}
		return &transaction{Tx: tx, conn: conn}, nil
	}
	asked := time.Now()
	begun, standing, err := beginAsking(ctx, conn, access.Identity.SessionID)
	tx := &transaction{Tx: begun, conn: conn}
	if err != nil {
		s.rollback(ctx, tx)
		return nil, interrupted(ctx, &notBegun{err})
	}
	if err := access.Judge(standing, asked); err != nil {
		s.rollback(ctx, tx)
		return nil, err
	}
	return tx, nil
}

// standingSQL is the query Standings for one session.
const standingSQL = `
SELECT s.id, s.user_id, u.role, u.disabled, s.confirmed_at, s.expires_at, (s.ended_at IS NOT NULL)::boolean AS ended
FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1::uuid`

// beginAsking begins a transaction and returns how the session stands in it, empty if there is
// none. The transaction must be ended even after an error.
func beginAsking(ctx context.Context, conn *pgxpool.Conn, session domain.SessionID) (pgx.Tx, domain.SessionStanding, error) {
	batch := &pgx.Batch{}
	batch.BeginTx(pgx.TxOptions{})
	var standing domain.SessionStanding
	batch.Queue(standingSQL, optionalID(session)).Query(func(rows pgx.Rows) error {
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[sqlcgen.StandingsRow])
		if err == nil && len(found) > 0 {
			standing = standingOf(found[0])
		}
		return err
	})
	answers := conn.SendBatch(ctx, batch)
	err := answers.Close()
	return answers.Tx(), standing, err
}
