package postgres

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// attempts is the maximum number of times that a transaction is tried if it conflicts with
	// others.
	attempts = 5
	// rollbackTimeout bounds a rollback, which happens even if the caller's context has ended.
	rollbackTimeout = 5 * time.Second
)

type unitKey struct{}

var errNested = errors.New("postgres: a unit of work inside a unit of work")

// Do implements ports.UnitOfWork. It runs fn again, at most 5 times in all and with pauses of
// random length, after a serialization failure or a deadlock, or if its connection turns out
// to have died before the first statement of fn was through.
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

// once runs fn in one transaction. If fn does not succeed, the transaction is rolled back,
// also after a panic or runtime.Goexit.
func (s *Store) once(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			s.rollback(ctx, tx)
		}
	}()
	if err := fn(ctx, ports.Committed(s.bind(tx))); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return interrupted(ctx, err)
	}
	committed = true
	return nil
}

// rollback rolls tx back. If the server is gone it closes the connection.
func (s *Store) rollback(ctx context.Context, tx *transaction) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = tx.Rollback(ctx) // the server rolls back a transaction whose connection ends
}

// overdue turns a time limit of the store, such as that of a connection attempt, into
// KindUnavailable. The end of the caller's context is returned unchanged.
func overdue(ctx context.Context, err error) error {
	var known *domain.Error
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &known) {
		return unavailable(err)
	}
	return err
}

// interrupted joins the error of ctx to err if ctx has ended, so that the failure is reported
// as the end of the caller's context and not as KindUnavailable.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return err
}

// bind returns the ports of ports.Tx, bound to the transaction.
func (s *Store) bind(tx *transaction) ports.Tx {
	q := sqlcgen.New(tx)
	return ports.Tx{
		Users:         users{q},
		Sessions:      sessions{q},
		Devices:       devices{q},
		Consents:      consents{q},
		Properties:    properties{q},
		Links:         links{q},
		Challenges:    challenges{q},
		Photos:        photos{q, s.hashes},
		Comparables:   comparables{q},
		Valuations:    valuations{q},
		Notifications: notifications{q},
		Steps:         steps{q},
		Settings:      settings{q},
		Proposals:     proposals{q},
		Audit:         audit{q},
		Jobs:          jobs{s.jobs, tx, s.options.Jobs.Carry},
		Events:        events{q},
		Idempotency:   idempotency{q},
		Inventory:     inventory{q, tx},
		AuditChains:   auditChains{q},
		Retention:     retention{q},
		Security:      securityLog{sqlcgen.New(sooner{tx}), sqlcgen.New(later{tx: tx})},
		SecurityChain: securityChain{sqlcgen.New(sooner{tx})},

		PrivacyRequests: privacyRequests{q},
		LegalHolds:      legalHolds{q},
		Erasures:        erasures{q},
		Exports:         exports{q},
		Customers:       customerUse{q},
	}
}

// changed returns nil if an update changed one row. If it changed none, changed returns the
// error of exists, which looks for the row, or stale if the row has another version.
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
