package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
)

// transaction is a transaction on a connection that it holds until it ends. Statements whose result
// nobody needs can wait for COMMIT and travel with it, in one round trip.
type transaction struct {
	pgx.Tx
	conn    *pgxpool.Conn
	waiting pgx.Batch
}

// Commit writes what waits and commits. After an error the transaction must be rolled back.
func (tx *transaction) Commit(ctx context.Context) error {
	if len(tx.waiting.QueuedQueries) == 0 {
		if err := tx.Tx.Commit(ctx); err != nil {
			return err
		}
		tx.conn.Release()
		return nil
	}
	var ended string
	tx.waiting.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
		ended = tag.String()
		return nil
	})
	if err := tx.flush(ctx); err != nil {
		return err
	}
	if ended != "COMMIT" {
		return pgx.ErrTxCommitRollback
	}
	tx.conn.Release()
	return nil
}

// Rollback rolls back and gives the connection up.
func (tx *transaction) Rollback(ctx context.Context) error {
	defer tx.conn.Release()
	return tx.Tx.Rollback(ctx)
}

// flush writes what waits.
func (tx *transaction) flush(ctx context.Context) error {
	if len(tx.waiting.QueuedQueries) == 0 {
		return nil
	}
	waiting := tx.waiting
	tx.waiting = pgx.Batch{}
	return tx.conn.SendBatch(ctx, &waiting).Close()
}

// later has the statements of a port wait for COMMIT. Such a port cannot read.
type later struct {
	sqlcgen.DBTX
	tx *transaction
}

// Exec implements sqlcgen.DBTX. Its tag is empty, because nothing has run.
func (l later) Exec(_ context.Context, statement string, arguments ...any) (pgconn.CommandTag, error) {
	l.tx.waiting.Queue(statement, arguments...)
	return pgconn.CommandTag{}, nil
}

// sooner is for ports that read what waits: it is written first.
type sooner struct{ tx *transaction }

// Exec implements sqlcgen.DBTX.
func (s sooner) Exec(ctx context.Context, statement string, arguments ...any) (pgconn.CommandTag, error) {
	if err := s.tx.flush(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return s.tx.Exec(ctx, statement, arguments...)
}

// Query implements sqlcgen.DBTX.
func (s sooner) Query(ctx context.Context, query string, arguments ...any) (pgx.Rows, error) {
	if err := s.tx.flush(ctx); err != nil {
		return nil, err
	}
	return s.tx.Query(ctx, query, arguments...)
}

// QueryRow implements sqlcgen.DBTX.
func (s sooner) QueryRow(ctx context.Context, query string, arguments ...any) pgx.Row {
	if err := s.tx.flush(ctx); err != nil {
		return failedRow{err}
	}
	return s.tx.QueryRow(ctx, query, arguments...)
}

type failedRow struct{ err error }

// Scan implements pgx.Row.
func (f failedRow) Scan(...any) error { return f.err }
