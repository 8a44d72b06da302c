package ports

import (
	"context"

	"github.com/propflow/propflow/domain"
)

// UnitOfWork commits everything fn wrote, or nothing. fn may run again after a conflict, so
// it must not touch anything outside tx.
type UnitOfWork interface {
	// Do runs fn in one transaction. It returns fn's error after rolling back, re-panics
	// after rolling back, and returns KindUnavailable where the store is down.
	Do(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx holds only ports bound to one transaction. A value of it is useless once Do returns.
type Tx struct {
	Users         UserStore
	Consents      ConsentStore
	Properties    PropertyStore
	Challenges    ChallengeStore
	Photos        PhotoStore
	Comparables   ComparableStore
	Valuations    ValuationStore
	Notifications NotificationStore
	Steps         StepStore
	Settings      SettingsStore
	Audit         AuditLog
	Jobs          Jobs
	Events        Events
	Idempotency   Idempotency
	Inventory     Inventory
	AuditChains   AuditChains
}

// LockOwn locks the actor's own property. Whoever changes a property or its photos locks the
// property first, so that no two transactions wait for each other. Errors returned:
// KindNotFound "property_not_found", also where the property is somebody else's.
func (tx Tx) LockOwn(ctx context.Context, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Lock(ctx, id)
	if err != nil {
		return domain.Property{}, err
	}
	if !property.OwnedBy(actor.ID) {
		return domain.Property{}, domain.NotFound("property")
	}
	return property, nil
}

// LockVisible locks a property that the actor may know of. Errors returned: KindNotFound
// "property_not_found", also if the actor may not.
func (tx Tx) LockVisible(ctx context.Context, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Lock(ctx, id)
	return onlyVisible(property, err, actor)
}

// GetVisible reads, without a lock, a property that the actor may know of. Errors returned: as
// LockVisible.
func (tx Tx) GetVisible(ctx context.Context, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Get(ctx, id)
	return onlyVisible(property, err, actor)
}

func onlyVisible(property domain.Property, err error, to domain.Actor) (domain.Property, error) {
	if err == nil {
		err = property.VisibleTo(to)
	}
	if err != nil {
		return domain.Property{}, err
	}
	return property, nil
}

// RecordChange writes everything that follows from a change of the property: its audit entry,
// events, notifications, jobs and steps. Errors returned: those of the stores.
func (tx Tx) RecordChange(ctx context.Context, property domain.Property, change domain.Change, ids IDs) error {
	effects := change.Effects(property, ids.New)
	if _, err := tx.Audit.Append(ctx, effects.Audit); err != nil {
		return err
	}
	for _, event := range effects.Events {
		if err := tx.Events.Append(ctx, event); err != nil {
			return err
		}
	}
	for _, notification := range effects.Notifications {
		if err := tx.Notifications.Add(ctx, notification); err != nil {
			return err
		}
	}
	for _, job := range effects.Jobs {
		if err := tx.Jobs.Enqueue(ctx, job); err != nil {
			return err
		}
	}
	for _, step := range effects.Steps {
		if err := tx.Steps.Append(ctx, step); err != nil {
			return err
		}
	}
	return nil
}

// Save stores the changed property and writes what the change leaves behind. Errors
// returned: KindStale, and those of the stores.
func (tx Tx) Save(ctx context.Context, property *domain.Property, change domain.Change, ids IDs) error {
	if err := tx.Properties.Update(ctx, property); err != nil {
		return err
	}
	return tx.RecordChange(ctx, *property, change, ids)
}

// InTx runs fn in one transaction and returns its result. Errors returned: those of fn and
// of the unit of work.
func InTx[T any](ctx context.Context, uow UnitOfWork, fn func(ctx context.Context, tx Tx) (T, error)) (T, error) {
	var result T
	err := uow.Do(ctx, func(ctx context.Context, tx Tx) error {
		var err error
		result, err = fn(ctx, tx)
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return result, nil
}
