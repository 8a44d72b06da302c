package memory

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

type unitKey struct{}

// InUnitOfWork reports whether ctx belongs to a transaction of a Store.
func InUnitOfWork(ctx context.Context) bool { return ctx.Value(unitKey{}) != nil }

var (
	errNested = errors.New("memory: a unit of work inside a unit of work")
	errInside = errors.New("memory: called inside a unit of work, where it cannot be rolled back")
	errEnded  = errors.New("memory: tx used after its unit of work ended")
)

// Do implements ports.UnitOfWork.
func (s *Store) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	if InUnitOfWork(ctx) {
		return errNested
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	inside := context.WithValue(ctx, unitKey{}, true)
	if s.reruns.again() {
		_ = s.run(inside, fn, &unit{store: s, rehearsal: true})
	}
	return s.run(inside, fn, &unit{store: s})
}

// again is called with the turn held, so its random source needs no lock.
func (r reruns) again() bool { return r.random != nil && r.random.Float64() < r.rate }

// run runs fn in the unit and commits it, unless it is a rehearsal. If fn does not succeed,
// the unit is rolled back, also after a panic or runtime.Goexit.
func (s *Store) run(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error, u *unit) error {
	defer u.end()
	if err := u.call(ctx, "UnitOfWork.Begin"); err != nil {
		return err
	}
	if access := ports.AccessOf(ctx); access.Due() {
		standing, _ := s.standing(access.Identity.SessionID)
		if err := access.Judge(standing, time.Now()); err != nil {
			return err
		}
	}
	if err := fn(ctx, ports.Committed(u.tx())); err != nil {
		return err
	}
	if err := u.call(ctx, "UnitOfWork.Commit"); err != nil {
		return err
	}
	if !u.rehearsal {
		u.commit()
	}
	return nil
}

// unit is one transaction: what to undo if it fails, and what to publish if it succeeds.
type unit struct {
	store     *Store
	rehearsal bool // always rolled back
	ended     atomic.Bool
	undo      []func()
	queued    []domain.Job
	happened  []domain.Event
	committed []func()
}

// call comes first in every port method of the unit. It returns an error if the unit or ctx
// has ended, or if the store's faults chose the call.
func (u *unit) call(ctx context.Context, name string) error {
	switch {
	case u.ended.Load():
		return errEnded
	case ctx.Err() != nil:
		return ctx.Err()
	case u.rehearsal:
		return nil
	}
	return u.store.faults.hit(name)
}

func (u *unit) onRollback(undo func()) { u.undo = append(u.undo, undo) }

func (u *unit) commit() {
	u.undo = nil
	u.store.Runner.enqueue(u.queued)
	u.store.Feed.publish(u.happened)
	for _, then := range u.committed {
		then()
	}
}

func (u *unit) afterCommit(then func()) { u.committed = append(u.committed, then) }

// end rolls back what was not committed.
func (u *unit) end() {
	u.ended.Store(true)
	for _, undo := range slices.Backward(u.undo) {
		undo()
	}
}

func (u *unit) tx() ports.Tx {
	s := u.store
	return ports.Tx{
		Users:         users{rows(u, s.users, "Users", "user"), s.usersByPhone},
		Sessions:      sessions{rows(u, s.sessions, "Sessions", "session"), s.sessionsOf, s.spentRefreshes},
		Devices:       devices{rows(u, s.devices, "Devices", "device"), s.devicesOf},
		Consents:      consents{rows(u, s.consents, "Consents", "consent"), s.consentsOf},
		Properties:    properties{rows(u, s.properties.table, "Properties", "property"), s.properties},
		Links:         links{u, s.properties},
		Challenges:    challenges{rows(u, s.challenges, "Challenges", "challenge")},
		Photos:        photos{rows(u, s.photos.table, "Photos", "photo"), s.photos},
		Comparables:   comparables{rows(u, s.comparables.table, "Comparables", "comparable"), s.comparables},
		Valuations:    valuations{rows(u, s.valuations, "Valuations", "valuation"), s.valuationsOf},
		Notifications: notifications{rows(u, s.notifications.table, "Notifications", "notification"), s.notifications},
		Steps:         steps{u},
		Settings:      settings{u},
		Proposals:     proposals{rows(u, s.proposals, "Proposals", "proposal")},
		Audit:         audit{u},
		Jobs:          jobs{u},
		Events:        events{u},
		Idempotency:   idempotency{u},
		Inventory:     inventory{u},
		AuditChains:   auditChains{u},
		Retention:     retention{u},
		Security:      securityLog{u},
		SecurityChain: securityChain{u},

		PrivacyRequests: privacyRequests{rows(u, s.privacy.requests, "PrivacyRequests", "privacy_request")},
		LegalHolds:      legalHolds{rows(u, s.privacy.holds, "LegalHolds", "hold")},
		Erasures:        erasures{rows(u, s.privacy.erasures, "Erasures", "user")},
		Exports:         exports{rows(u, s.privacy.exports, "Exports", "export")},
		Customers:       customerUse{u},
	}
}
