package ports

import (
	"context"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
)

// Committed returns the transaction with stores that remember what is written of a case, for
// RecordChange to commit to in the audit chain, and that commit to users, consents and settings in
// the registers at once. Every UnitOfWork passes its Tx through it, so that no use case can write
// something and leave it out.
func Committed(tx Tx) Tx {
	w := &writes{before: make(map[string]domain.Record), written: make(map[domain.PropertyID][]domain.Record)}
	tx.writes = w
	tx.Properties = committedProperties{tx.Properties, w}
	tx.Photos = committedPhotos{tx.Photos, w}
	tx.Valuations = committedValuations{tx.Valuations, w}
	tx.Users = committedUsers{tx.Users, tx.Audit, make(map[domain.UserID]domain.User)}
	tx.Consents = committedConsents{tx.Consents, tx.Audit}
	tx.Settings = committedSettings{tx.Settings, tx.Audit}
	tx.Retention = committedRetention{tx.Retention, tx.Audit}
	return tx
}

// AllCommitted returns the UnitOfWork with transactions that fail if they wrote something of a case to
// which none of their audit entries commits: a use case left out RecordChange.
func AllCommitted(uow UnitOfWork) UnitOfWork { return allCommitted{uow} }

type allCommitted struct{ UnitOfWork }

func (u allCommitted) Do(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error {
	return u.UnitOfWork.Do(ctx, func(ctx context.Context, tx Tx) error {
		if err := fn(ctx, tx); err != nil {
			return err
		}
		for _, records := range tx.writes.written {
			for _, r := range records {
				return fmt.Errorf("no audit entry commits to what was written of %s", r.Subject())
			}
		}
		return nil
	})
}

// writes is what a transaction has written and no audit entry has committed to yet.
type writes struct {
	// before are the records as they were read for change. What is written unchanged needs no new
	// commitment.
	before  map[string]domain.Record
	written map[domain.PropertyID][]domain.Record
}

func (w *writes) read(r domain.Record) { w.before[r.Name()] = r }

func (w *writes) add(property domain.PropertyID, r domain.Record) {
	if before, ok := w.before[r.Name()]; ok && before.Equal(r) {
		return
	}
	w.before[r.Name()] = r
	w.remove(property, r.Name())
	w.written[property] = append(w.written[property], r)
}

func (w *writes) remove(property domain.PropertyID, name string) {
	list := w.written[property]
	for i, r := range list {
		if r.Name() == name {
			w.written[property] = append(list[:i:i], list[i+1:]...)
			return
		}
	}
}

// commit returns the facts that commit to what was written of the property, and forgets it.
func (w *writes) commit(property domain.Property) []domain.Fact {
	if w == nil {
		return nil
	}
	records := w.written[property.ID]
	delete(w.written, property.ID)
	return domain.Commit(property.Salt, records)
}

type committedProperties struct {
	PropertyStore
	w *writes
}

func (s committedProperties) Add(ctx context.Context, property domain.Property) error {
	err := s.PropertyStore.Add(ctx, property)
	if err == nil {
		s.w.add(property.ID, property.Record())
	}
	return err
}

func (s committedProperties) Lock(ctx context.Context, id domain.PropertyID) (domain.Property, error) {
	property, err := s.PropertyStore.Lock(ctx, id)
	if err == nil {
		s.w.read(property.Record())
	}
	return property, err
}

func (s committedProperties) LockNext(ctx context.Context, valuer domain.UserID, now time.Time) (domain.Property, error) {
	property, err := s.PropertyStore.LockNext(ctx, valuer, now)
	if err == nil {
		s.w.read(property.Record())
	}
	return property, err
}

func (s committedProperties) Update(ctx context.Context, property *domain.Property) error {
	err := s.PropertyStore.Update(ctx, property)
	if err == nil {
		s.w.add(property.ID, property.Record())
	}
	return err
}

type committedPhotos struct {
	PhotoStore
	w *writes
}

func (s committedPhotos) Add(ctx context.Context, photo domain.Photo) error {
	err := s.PhotoStore.Add(ctx, photo)
	if err == nil {
		s.w.add(photo.PropertyID, photo.Record())
	}
	return err
}

func (s committedPhotos) Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	photo, err := s.PhotoStore.Lock(ctx, id)
	if err == nil {
		s.w.read(photo.Record())
	}
	return photo, err
}

func (s committedPhotos) Update(ctx context.Context, photo *domain.Photo) error {
	err := s.PhotoStore.Update(ctx, photo)
	if err == nil {
		s.w.add(photo.PropertyID, photo.Record())
	}
	return err
}

// Delete forgets what was written of the photo: its deletion has an entry of its own.
func (s committedPhotos) Delete(ctx context.Context, id domain.PhotoID) error {
	err := s.PhotoStore.Delete(ctx, id)
	if err == nil {
		name := domain.Photo{ID: id}.Record().Name()
		for property := range s.w.written {
			s.w.remove(property, name)
		}
	}
	return err
}

type committedValuations struct {
	ValuationStore
	w *writes
}

func (s committedValuations) Add(ctx context.Context, valuation domain.Valuation) error {
	err := s.ValuationStore.Add(ctx, valuation)
	if err == nil {
		s.w.add(valuation.PropertyID, valuation.Record())
	}
	return err
}

func (s committedValuations) Update(ctx context.Context, valuation *domain.Valuation) error {
	err := s.ValuationStore.Update(ctx, valuation)
	if err == nil {
		s.w.add(valuation.PropertyID, valuation.Record())
	}
	return err
}
