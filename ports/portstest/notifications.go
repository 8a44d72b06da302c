package portstest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// NotificationStore checks a ports.NotificationStore. open returns an empty store.
func NotificationStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.NotificationID, domain.Notification]{
		thing: "notification",
		id:    func(n domain.Notification) domain.NotificationID { return n.ID },
		make: func(c *cast) (first, second, bare domain.Notification) {
			first, second = fill[domain.Notification](c.filler(1)), fill[domain.Notification](c.filler(2))
			bare = domain.Notification{Status: domain.NotificationPending}
			for _, n := range []*domain.Notification{&second, &bare} {
				n.ID, n.RecipientID, n.PropertyID = first.ID, first.RecipientID, first.PropertyID
				n.Topic, n.Channel, n.CreatedAt = first.Topic, first.Channel, first.CreatedAt
			}
			return first, second, bare
		},
		fixed: []string{"ID", "Topic", "Channel", "RecipientID", "PropertyID", "CreatedAt"},
		add: func(ctx context.Context, tx ports.Tx, n domain.Notification) error {
			return tx.Notifications.Add(ctx, n)
		},
		get: func(ctx context.Context, tx ports.Tx, id domain.NotificationID) (domain.Notification, error) {
			return tx.Notifications.Get(ctx, id)
		},
		update: func(ctx context.Context, tx ports.Tx, n *domain.Notification) error {
			return tx.Notifications.Update(ctx, n)
		},
		version: func(n *domain.Notification) *int64 { return &n.Version },
		tally:   func(n *domain.Notification, by int) int { n.Attempts += by; return n.Attempts },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists what the filter lets through, newest first": listsNotifications,
		"finds for change what a provider speaks of":       locksByProviderID,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Notifications.List(ctx, ports.NotificationFilter{}, page)
				return err
			})
		},
	})
}

func listsNotifications(t *testing.T, c *cast) {
	var all []domain.Notification
	for i := range 12 {
		n := fill[domain.Notification](c.filler(i + 1))
		n.RecipientID = []domain.UserID{c.owner.ID, c.valuer.ID}[i%2]
		n.PropertyID = []domain.PropertyID{c.property.ID, c.other.ID, c.other.ID}[i%3]
		n.CreatedAt = noon.Add(time.Duration(i/4) * time.Second)
		all = append(all, n)
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, n := range shuffled(all) {
			if err := tx.Notifications.Add(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(all, byTime(
		func(n domain.Notification) time.Time { return n.CreatedAt },
		func(n domain.Notification) domain.NotificationID { return n.ID },
	))
	slices.Reverse(all)
	for _, filter := range []ports.NotificationFilter{
		{}, {RecipientID: c.owner.ID}, {PropertyID: c.other.ID}, {RecipientID: c.valuer.ID, PropertyID: c.property.ID},
		{RecipientID: c.supervisor.ID},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(n domain.Notification) bool {
			return filter.RecipientID != "" && n.RecipientID != filter.RecipientID ||
				filter.PropertyID != "" && n.PropertyID != filter.PropertyID
		})
		paged(t, want, func(page domain.Page) domain.List[domain.Notification] {
			return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Notification], error) {
				return tx.Notifications.List(ctx, filter, page)
			})
		})
	}
}

// locksByProviderID also runs concurrent writers. Without a lock several could read the same
// version, and all but one of them would get KindStale.
func locksByProviderID(t *testing.T, c *cast) {
	var all []domain.Notification
	for i, providerID := range []string{"SM-shared", "SM-shared", "SM-other", "", ""} {
		n := fill[domain.Notification](c.filler(i + 1))
		n.RecipientID, n.PropertyID, n.ProviderID = c.owner.ID, c.property.ID, providerID
		n.Delivery, n.DeliveryAt, n.Attempts = "", time.Time{}, 0
		n.CreatedAt = noon.Add(time.Duration(-i) * time.Second)
		all = append(all, n)
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, n := range all {
			if err := tx.Notifications.Add(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	known := func(providerID string) (ids []domain.NotificationID) {
		found := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Notification, error) {
			return tx.Notifications.LockByProviderID(ctx, providerID)
		})
		for _, n := range found {
			ids = append(ids, n.ID)
		}
		return ids
	}
	assert.Equal(t, []domain.NotificationID{all[1].ID, all[0].ID}, known("SM-shared"), "oldest first")
	assert.Equal(t, []domain.NotificationID{all[2].ID}, known("SM-other"))
	assert.Empty(t, known("SM-unknown"))
	assert.Empty(t, known(""), "what was not sent is called nothing")

	const writers = 8
	var racing sync.WaitGroup
	for range writers {
		racing.Go(func() {
			assert.NoError(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
				found, err := tx.Notifications.LockByProviderID(ctx, "SM-shared")
				for i := range found {
					found[i].Attempts++
					err = errors.Join(err, tx.Notifications.Update(ctx, &found[i]))
				}
				return err
			}))
		})
	}
	racing.Wait()
	for _, n := range all[:2] {
		assert.Equal(t, writers, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Notification, error) {
			return tx.Notifications.Get(ctx, n.ID)
		}).Attempts)
	}
}
