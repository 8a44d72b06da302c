package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// begin returns a transaction that begins with its first statement. If the access of ctx is due, that
// is the question about it. Errors: notBegun, those of Access.Judge, and that of ctx.
func (s *Store) begin(ctx context.Context) (*transaction, error) {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, interrupted(ctx, &notBegun{err})
	}
	tx := &transaction{Tx: unbegun, conn: conn}
	access := ports.AccessOf(ctx)
	if !access.Due() {
		return tx, nil
	}
	asked := time.Now()
	standing, err := standingIn(ctx, tx, access.Identity.SessionID)
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

// standingIn returns how the session stands, empty if there is none.
func standingIn(ctx context.Context, tx *transaction, session domain.SessionID) (domain.SessionStanding, error) {
	if session == "" {
		return domain.SessionStanding{}, nil
	}
	found, err := sqlcgen.New(tx).Standings(ctx, []string{string(session)})
	if err != nil || len(found) == 0 {
		return domain.SessionStanding{}, err
	}
	return standingOf(found[0]), nil
}

// begin begins the transaction if it has not begun. Error: notBegun.
func (tx *transaction) begin(ctx context.Context) error {
	if tx.Tx != unbegun {
		return nil
	}
	begun, err := tx.conn.Begin(ctx)
	if err != nil {
		return &notBegun{err}
	}
	tx.Tx = begun
	return nil
}

// beginWith begins the transaction with its first statement. The statement's result is next, then
// the results must be ended.
func (tx *transaction) beginWith(ctx context.Context, statement string, arguments []any) pgx.BatchResults {
	batch := &pgx.Batch{}
	batch.BeginTx(pgx.TxOptions{})
	batch.Queue(statement, arguments...)
	results := tx.conn.SendBatch(ctx, batch)
	tx.Tx = results.Tx()
	_, _ = results.Exec() // an error of BEGIN is that of the statement too
	return results
}

// ended ends the results of beginWith and returns the error of the statement, or else theirs: notBegun
// if the connection died, as it does if an argument cannot be encoded. If the server never saw BEGIN,
// such as because the statement cannot be prepared, the next statement begins the transaction.
func (tx *transaction) ended(results pgx.BatchResults, err error) error {
	if closed := results.Close(); err == nil {
		err = closed
	}
	conn := tx.conn.Conn().PgConn()
	switch {
	case conn.IsClosed():
		tx.Tx = unbegun
		return &notBegun{err} // it did not commit
	case conn.TxStatus() == 'I':
		tx.Tx = unbegun
	}
	return err
}

// Exec implements pgx.Tx.
func (tx *transaction) Exec(ctx context.Context, statement string, arguments ...any) (pgconn.CommandTag, error) {
	if tx.Tx != unbegun {
		return tx.Tx.Exec(ctx, statement, arguments...)
	}
	results := tx.beginWith(ctx, statement, arguments)
	tag, err := results.Exec()
	return tag, tx.ended(results, err)
}

// Query implements pgx.Tx.
func (tx *transaction) Query(ctx context.Context, query string, arguments ...any) (pgx.Rows, error) {
	if tx.Tx != unbegun {
		return tx.Tx.Query(ctx, query, arguments...)
	}
	results := tx.beginWith(ctx, query, arguments)
	rows, err := results.Query()
	if err != nil {
		return rows, tx.ended(results, err)
	}
	return &firstRows{Rows: rows, end: func() error { return tx.ended(results, rows.Err()) }}, nil
}

// QueryRow implements pgx.Tx.
func (tx *transaction) QueryRow(ctx context.Context, query string, arguments ...any) pgx.Row {
	if tx.Tx != unbegun {
		return tx.Tx.QueryRow(ctx, query, arguments...)
	}
	results := tx.beginWith(ctx, query, arguments)
	return firstRow{results.QueryRow(), func(err error) error { return tx.ended(results, err) }}
}

// Begin implements pgx.Tx.
func (tx *transaction) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := tx.begin(ctx); err != nil {
		return nil, err
	}
	return tx.Tx.Begin(ctx)
}

// SendBatch implements pgx.Tx.
func (tx *transaction) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	if err := tx.begin(ctx); err != nil {
		return pgx.FailedBatchResults(batch, err)
	}
	return tx.Tx.SendBatch(ctx, batch)
}

// CopyFrom implements pgx.Tx.
func (tx *transaction) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := tx.begin(ctx); err != nil {
		return 0, err
	}
	return tx.Tx.CopyFrom(ctx, table, columns, rows)
}

// Conn implements pgx.Tx.
func (tx *transaction) Conn() *pgx.Conn { return tx.conn.Conn() }

// firstRows are the rows of a first statement.
type firstRows struct {
	pgx.Rows
	end   func() error
	ended bool
	err   error
}

// Next implements pgx.Rows.
func (r *firstRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Close implements pgx.Rows.
func (r *firstRows) Close() {
	r.Rows.Close()
	if !r.ended {
		r.ended, r.err = true, r.end()
	}
}

// Err implements pgx.Rows.
func (r *firstRows) Err() error {
	if r.ended {
		return r.err
	}
	return r.Rows.Err()
}

// firstRow is the row of a first statement.
type firstRow struct {
	pgx.Row
	end func(err error) error
}

// Scan implements pgx.Row.
func (r firstRow) Scan(into ...any) error { return r.end(r.Row.Scan(into...)) }
