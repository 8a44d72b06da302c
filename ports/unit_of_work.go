package ports

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// UnitOfWork commits everything that fn wrote, or nothing. Because fn may run again after a
// conflict, it must have no effects outside tx.
type UnitOfWork interface {
	// Do runs fn in one transaction. If fn returns an error or panics, Do rolls back and then
	// returns that error or panics again. If ctx acts for a login whose Access is due, Do asks
	// the store about it first and returns the error of Access.Judge. It returns
	// KindUnavailable if the store is down.
	Do(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Tx is the set of ports bound to one transaction. Once Do returns, they return errors.
type Tx struct {
	Users         UserStore
	Devices       DeviceStore
	Sessions      SessionStore
	Consents      ConsentStore
	Properties    PropertyStore
	Links         LinkStore
	Challenges    ChallengeStore
	Photos        PhotoStore
	Comparables   ComparableStore
	Valuations    ValuationStore
	Notifications NotificationStore
	Steps         StepStore
	Settings      SettingsStore
	Proposals     ProposalStore
	Audit         AuditLog
	Jobs          Jobs
	Events        Events
	Idempotency   Idempotency
	Inventory     Inventory
	AuditChains   AuditChains
	Retention     Retention
	Security      SecurityLog
	SecurityChain SecurityChain

	PrivacyRequests PrivacyRequestStore
	LegalHolds      LegalHoldStore
	Erasures        ErasureStore
	Exports         ExportStore
	Customers       CustomerUseStore

	writes *writes // of a Tx that Committed returned
}

// UseUp counts what a customer is about to add, and refuses it beyond the limits in force; the
// transaction must then be rolled back, which the error does. Transactions of one customer that
// count wait for each other. Errors returned: those of domain.CustomerLimits.Allow, and
// KindUnauthenticated "session_ended" if the customer has asked for erasure meanwhile.
func (tx Tx) UseUp(ctx context.Context, customer domain.UserID, adds domain.CustomerUse, now time.Time) error {
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return err
	}
	use, err := tx.Customers.Use(ctx, customer, domain.Date(now), adds)
	if err != nil {
		return err
	}
	if use.Erased {
		return domain.SessionEnded()
	}
	if adds.Drafts == 0 {
		use.Drafts = 0 // more than the limit may be left from before; they stop nothing else
	}
	return settings.Limits.Allow(use, now)
}

// LockOwn locks the actor's own property. A transaction that changes a property or its photos
// must lock the property first, because two that lock in different orders could deadlock.
// Errors returned: KindNotFound "property_not_found", also if the property belongs to another
// user.
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

// LockVisible locks a property that the actor may see. Errors returned: KindNotFound
// "property_not_found", also if the actor may not see it.
func (tx Tx) LockVisible(ctx context.Context, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Lock(ctx, id)
	return tx.onlyVisible(ctx, property, err, actor)
}

// GetVisible returns a property that the actor may see, without locking it. Errors returned:
// as LockVisible.
func (tx Tx) GetVisible(ctx context.Context, actor domain.Actor, id domain.PropertyID) (domain.Property, error) {
	property, err := tx.Properties.Get(ctx, id)
	return tx.onlyVisible(ctx, property, err, actor)
}

// onlyVisible lets a supervisor see a restricted property, too, while a hold covers it.
func (tx Tx) onlyVisible(ctx context.Context, property domain.Property, err error, to domain.Actor) (domain.Property, error) {
	if err != nil {
		return domain.Property{}, err
	}
	err = property.VisibleTo(to)
	if err != nil && property.Restricted() && to.Role == domain.RoleSupervisor {
		held, failed := tx.LegalHolds.Covers(ctx, property.ID, property.OwnerID)
		if failed != nil {
			return domain.Property{}, failed
		}
		if held {
			err = nil
		}
	}
	if err != nil {
		return domain.Property{}, err
	}
	return property, nil
}

// RecordChange writes the effects of a change of the property: its audit entry, events,
// notifications, jobs and steps. The entry commits to everything that the transaction has written
// of the case, so it is written first. Errors returned: those of the stores.
func (tx Tx) RecordChange(ctx context.Context, property domain.Property, change domain.Change, ids IDs) error {
	effects := change.Effects(property, ids.New)
	effects.Audit.Facts = slices.Concat(effects.Audit.Facts, tx.writes.commit(property))
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

// Save stores the changed property and records the change with RecordChange. Errors returned:
// KindStale, and those of the stores.
func (tx Tx) Save(ctx context.Context, property *domain.Property, change domain.Change, ids IDs) error {
	if err := tx.Properties.Update(ctx, property); err != nil {
		return err
	}
	return tx.RecordChange(ctx, *property, change, ids)
}

// CaseRecords returns the property with everything else that its audit chain commits to. Errors
// returned: those of the stores.
func (tx Tx) CaseRecords(ctx context.Context, property domain.Property) (domain.CaseRecords, error) {
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return domain.CaseRecords{}, err
	}
	valuations, err := tx.Valuations.ByProperty(ctx, property.ID)
	return domain.CaseRecords{Property: property, Photos: photos, Valuations: valuations}, err
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
