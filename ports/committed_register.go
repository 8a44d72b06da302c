package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// committedUsers appends an entry to the user's register whenever role or access change.
type committedUsers struct {
	UserStore
	audit AuditLog
	known map[domain.UserID]domain.User // as they were read
}

func (s committedUsers) Add(ctx context.Context, user domain.User) error {
	if err := s.UserStore.Add(ctx, user); err != nil || user.Ordinary() {
		return err
	}
	return s.append(ctx, user, user.AccessRecord())
}

func (s committedUsers) Get(ctx context.Context, id domain.UserID) (domain.User, error) {
	return s.read(s.UserStore.Get(ctx, id))
}

func (s committedUsers) Lock(ctx context.Context, id domain.UserID) (domain.User, error) {
	return s.read(s.UserStore.Lock(ctx, id))
}

func (s committedUsers) ByPhone(ctx context.Context, phone domain.Phone) (domain.User, error) {
	return s.read(s.UserStore.ByPhone(ctx, phone))
}

func (s committedUsers) read(user domain.User, err error) (domain.User, error) {
	if err == nil {
		s.known[user.ID] = user
	}
	return user, err
}

func (s committedUsers) Update(ctx context.Context, user *domain.User) error {
	before, known := s.known[user.ID]
	if err := s.UserStore.Update(ctx, user); err != nil {
		return err
	}
	if known && before.AccessRecord().Equal(user.AccessRecord()) {
		return nil
	}
	s.known[user.ID] = *user
	after := user.AccessRecord()
	if known {
		adopted, err := adopted(ctx, s.audit)
		if err != nil {
			return err
		}
		if adopted {
			entries, err := s.audit.Chain(ctx, domain.UserRegister(user.ID))
			if err != nil {
				return err
			}
			after = user.AccessAfter(before, entries)
		}
	}
	return s.append(ctx, *user, after)
}

func (s committedUsers) append(ctx context.Context, user domain.User, access domain.Record) error {
	return record(ctx, s.audit, domain.UserRegister(user.ID), domain.RegisterUserChanged, user.UpdatedAt, access)
}

// adopted reports whether all that earlier releases wrote is committed to, so that what differs from its
// commitment was not written by PropFlow.
func adopted(ctx context.Context, audit AuditLog) (bool, error) {
	rounds, err := audit.Chain(ctx, domain.AdoptionRegister)
	return domain.AdoptionEnded(rounds), err
}

// Forged reports whether the settings in force, as they were read, are not those that the audit chain commits
// to, so that they were not written by PropFlow. Errors returned: those of the store.
func (tx Tx) Forged(ctx context.Context, settings domain.Settings) (bool, error) {
	if adopted, err := adopted(ctx, tx.Audit); err != nil || !adopted {
		return false, err
	}
	entries, err := tx.Audit.Chain(ctx, domain.SettingsRegister)
	return err == nil && !settings.Committed(entries), err
}

// record appends an entry that commits to the records, by the actor on whose behalf ctx acts.
func record(ctx context.Context, audit AuditLog, register domain.PropertyID, action domain.RegisterAction, at time.Time, records ...domain.Record) error {
	by := domain.System
	if access := AccessOf(ctx); access != nil {
		by = access.Identity.Actor
	}
	entry := domain.RegisterEntry(register, action, by, records...)
	entry.At = at
	_, err := audit.Append(ctx, entry)
	return err
}

// committedConsents appends an entry to the user's register for each consent.
type committedConsents struct {
	ConsentStore
	audit AuditLog
}

func (s committedConsents) Add(ctx context.Context, consent domain.Consent) error {
	if err := s.ConsentStore.Add(ctx, consent); err != nil {
		return err
	}
	return record(ctx, s.audit, domain.UserRegister(consent.UserID), domain.RegisterConsentRecorded, consent.GivenAt, consent.Record())
}

// committedSettings appends an entry to the register of the settings for each version.
type committedSettings struct {
	SettingsStore
	audit AuditLog
}

func (s committedSettings) Update(ctx context.Context, settings *domain.Settings) error {
	if err := s.SettingsStore.Update(ctx, settings); err != nil {
		return err
	}
	return record(ctx, s.audit, domain.SettingsRegister, domain.RegisterSettingsChanged, settings.UpdatedAt, settings.Record())
}

// committedRetention appends an entry to the register of a customer who is removed, so that nobody
// looks for what it commits to.
type committedRetention struct {
	Retention
	audit AuditLog
}

func (s committedRetention) DeleteCustomer(ctx context.Context, id domain.UserID, now time.Time) error {
	if err := s.Retention.DeleteCustomer(ctx, id, now); err != nil {
		return err
	}
	return record(ctx, s.audit, domain.UserRegister(id), domain.RegisterUserErased, now)
}
