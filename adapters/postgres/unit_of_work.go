package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// attempts is how often a transaction runs that keeps losing against others.
	attempts = 5
	// rollbackTimeout bounds a roll-back, which happens though the caller's context ended.
	rollbackTimeout = 5 * time.Second
)

type unitKey struct{}

var errNested = errors.New("postgres: a unit of work inside a unit of work")

// Do implements ports.UnitOfWork. After a serialization failure or a deadlock it runs fn
// again, a few times, with pauses of random length; so too where its connection turns out to
// have died before fn began.
func (s *Store) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	if ctx.Value(unitKey{}) != nil {
		return errNested // it would wait for a connection while holding one
	}
	inside := context.WithValue(ctx, unitKey{}, true)
	for attempt := 1; ; attempt++ {
		err := s.once(inside, fn)
		if err == nil || !again(err) {
			return overdue(ctx, translate(err))
		}
		if attempt == attempts {
			return unavailable(fmt.Errorf("failed %d times: %w", attempts, err))
		}
		select {
		case <-time.After(rand.N(10 * time.Millisecond << attempt)): //nolint:gosec // spreads retries, no secret
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// once runs fn in one transaction. However fn ends but in success, panics and
// runtime.Goexit included, the transaction is rolled back.
func (s *Store) once(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return interrupted(ctx, &notBegun{err})
	}
	committed := false
	defer func() {
		if !committed {
			s.rollback(ctx, tx)
		}
	}()
	if err := fn(ctx, s.bind(tx)); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return interrupted(ctx, err)
	}
	committed = true
	return nil
}

// rollback also closes the connection of a transaction whose server is gone.
func (s *Store) rollback(ctx context.Context, tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = tx.Rollback(ctx) // the server forgets a transaction whose connection ends
}

// overdue tells a time limit of ours, such as that of a connection attempt, from the end of
// the caller's context.
func overdue(ctx context.Context, err error) error {
	var known *domain.Error
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &known) {
		return unavailable(err)
	}
	return err
}

// interrupted prefers to say that the caller's context ended.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

// bind gives every port of ports.Tx the transaction.
func (s *Store) bind(tx pgx.Tx) ports.Tx {
	q := sqlcgen.New(tx)
	return ports.Tx{
		Users:         users{q},
		Consents:      consents{q},
		Properties:    properties{q},
		Challenges:    challenges{q},
		Photos:        photos{q, s.hashes},
		Comparables:   comparables{q},
		Valuations:    valuations{q},
		Notifications: notifications{q},
		Steps:         steps{q},
		Settings:      settings{q},
		Audit:         audit{q},
		Jobs:          jobs{s.jobs, tx, s.options.Jobs.Carry},
		Events:        events{q},
		Idempotency:   idempotency{q},
		Inventory:     inventory{q, tx},
		AuditChains:   auditChains{q},
	}
}

// changed finds out why an update changed no row: rows of the right version, and whether
// there is one at all.
func changed(rows int64, err error, stale error, exists func() error) error {
	switch {
	case err != nil:
		return translate(err)
	case rows == 1:
		return nil
	}
	if err := exists(); err != nil {
		return err
	}
	return stale
}
