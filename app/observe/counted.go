package observe

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// sent counts a message by its outcome.
func (m *Metrics) sent(channel domain.Channel, err error) {
	if m == nil {
		return
	}
	outcome := "sent"
	switch {
	case domain.IsKind(err, domain.KindInvalid):
		outcome = "refused"
	case err != nil:
		outcome = failed
	}
	m.notifications.WithLabelValues(string(channel), outcome).Inc()
}

// UnitOfWork counts the verdicts on photos in committed transactions.
func (m *Metrics) UnitOfWork(store ports.UnitOfWork) ports.UnitOfWork {
	if m == nil {
		return store
	}
	return countedUnits{store, m}
}

type countedUnits struct {
	store   ports.UnitOfWork
	metrics *Metrics
}

// Do implements ports.UnitOfWork.
func (c countedUnits) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	var judged []domain.Photo
	err := c.store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		judged = nil // the store may retry the function
		tx.Photos = watchedPhotos{tx.Photos, make(map[domain.PhotoID]bool), &judged}
		return fn(ctx, tx)
	})
	if err == nil {
		for _, photo := range judged {
			c.metrics.judged(photo)
		}
	}
	return err
}

// watchedPhotos collects the photos whose inspection ends in a transaction.
type watchedPhotos struct {
	ports.PhotoStore
	processing map[domain.PhotoID]bool
	judged     *[]domain.Photo
}

// Lock implements ports.PhotoStore.
func (w watchedPhotos) Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	photo, err := w.PhotoStore.Lock(ctx, id)
	w.processing[id] = err == nil && photo.Status == domain.PhotoProcessing
	return photo, err
}

// Update implements ports.PhotoStore.
func (w watchedPhotos) Update(ctx context.Context, photo *domain.Photo) error {
	err := w.PhotoStore.Update(ctx, photo)
	if err == nil && w.processing[photo.ID] && photo.Status != domain.PhotoProcessing {
		w.processing[photo.ID] = false
		*w.judged = append(*w.judged, *photo)
	}
	return err
}
