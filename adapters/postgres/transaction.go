package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
)

// transaction is a transaction on a connection that it keeps until it ends. BEGIN travels with the first
// statement, and statements whose result is not needed can wait for COMMIT and travel with it, each in
// one round trip.
type transaction struct {
	pgx.Tx  // unbegun until it has begun, over once it has ended
	conn    *pgxpool.Conn
	waiting pgx.Batch
}

// errDied is the end of a transaction whose first statement failed with its connection, if the use
// case went on.
var errDied = errors.New("postgres: conn closed")

// unbegun and over are in place of a transaction before it begins and after it has ended: their methods
// return pgx.ErrTxClosed.
var unbegun, over = closedTx(), closedTx()

func closedTx() pgx.Tx {
	batch := &pgx.Batch{}
	batch.BeginTx(pgx.TxOptions{})
	return pgx.FailedBatchResults(batch, pgx.ErrTxClosed).Tx()
}

// Commit writes what waits and commits. After an error the transaction must be rolled back.
func (tx *transaction) Commit(ctx context.Context) error {
	if err := tx.commit(ctx); err != nil {
		return err
	}
	tx.release()
	return nil
}

func (tx *transaction) commit(ctx context.Context) error {
	if len(tx.waiting.QueuedQueries) == 0 {
		switch {
		case tx.Tx != unbegun:
			return tx.Tx.Commit(ctx)
		case tx.conn.Conn().IsClosed():
			return errDied
		}
		return nil
	}
	tx.waiting.Queue("commit") // fails if a statement before it did
	return tx.flush(ctx)
}

// Rollback rolls back and gives the connection up.
func (tx *transaction) Rollback(ctx context.Context) error {
	defer tx.release()
	if tx.Tx == unbegun {
		return nil
	}
	return tx.Tx.Rollback(ctx)
}

func (tx *transaction) release() {
	tx.Tx, tx.waiting = over, pgx.Batch{}
	tx.conn.Release()
}

// flush writes what waits.
func (tx *transaction) flush(ctx context.Context) error {
	if len(tx.waiting.QueuedQueries) == 0 {
		return nil
	}
	if err := tx.begin(ctx); err != nil {
		return err
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
	if l.tx.Tx == over {
		return pgconn.CommandTag{}, pgx.ErrTxClosed
	}
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
