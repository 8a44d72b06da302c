package portstest

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// everything writes through every port of Tx.
type everything struct {
	c            *cast
	doomed       domain.Property // write deletes it
	user         domain.User
	session      domain.Session
	consent      domain.Consent
	challenge    domain.Challenge
	photo        domain.Photo
	comparable   domain.Comparable
	valuation    domain.Valuation
	notification domain.Notification
	key          domain.IdempotencyKey
}

func newEverything(c *cast) everything {
	f := c.filler(1)
	session := domain.NewSession(domain.SessionID(newID()), c.owner, domain.ClientDashboard, digest(1), noon)
	return everything{
		session: session,
		c:       c, doomed: c.draft(c.owner, noon), user: fill[domain.User](f), consent: fill[domain.Consent](f), challenge: fill[domain.Challenge](f),
		photo: fill[domain.Photo](f), comparable: fill[domain.Comparable](f), valuation: fill[domain.Valuation](f),
		notification: fill[domain.Notification](f),
		key:          domain.IdempotencyKey{UserID: c.owner.ID, Operation: "op", Key: "key", Fingerprint: "print"},
	}
}

func (e everything) write(ctx context.Context, tx ports.Tx) error {
	property, err := tx.Properties.Lock(ctx, e.c.property.ID)
	if err != nil {
		return err
	}
	property.ExternalRef = "changed"
	settings, err := tx.Settings.Get(ctx)
	if err != nil {
		return err
	}
	settings.MinConfidence = 77
	_, err = tx.Audit.Append(ctx, domain.AuditEntry{PropertyID: property.ID, At: noon, Action: domain.ActionEdited})
	return errors.Join(
		err,
		tx.Properties.Update(ctx, &property),
		tx.Properties.Delete(ctx, e.doomed.ID),
		tx.Users.Add(ctx, e.user),
		tx.Sessions.Add(ctx, e.session),
		tx.Consents.Add(ctx, e.consent),
		tx.Challenges.Add(ctx, e.challenge),
		tx.Photos.Add(ctx, e.photo),
		tx.Comparables.Add(ctx, e.comparable),
		tx.Valuations.Add(ctx, e.valuation),
		tx.Notifications.Add(ctx, e.notification),
		tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: property.ID, At: noon}),
		tx.Settings.Update(ctx, &settings),
		tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: e.key, Result: []byte("1"), CreatedAt: noon}),
		tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobSendDigest, RunAt: noon}),
		tx.Events.Append(ctx, domain.Event{Action: domain.ActionEdited, PropertyID: property.ID, At: noon}),
		tx.Security.Append(ctx, domain.SecurityEvent{Code: domain.SecurityLogin, ActorID: e.user.ID, At: noon}),
	)
}

// check asserts that all or nothing of what write wrote is stored, depending on there.
func (e everything) check(t *testing.T, there bool) {
	t.Helper()
	for name, find := range e.lookups() {
		found, err := ports.InTx(t.Context(), e.c.uow, find)
		if !domain.IsKind(err, domain.KindNotFound) {
			assert.NoError(t, err, name)
		}
		assert.Equal(t, there, found, "%s: is what was written there?", name)
	}
}

// lookups returns a function for each store that reports whether it has what write wrote.
func (e everything) lookups() map[string]func(ctx context.Context, tx ports.Tx) (bool, error) {
	return map[string]func(ctx context.Context, tx ports.Tx) (bool, error){
		"users":         found(func(tx ports.Tx) getter[domain.UserID, domain.User] { return tx.Users.Get }, e.user.ID),
		"challenges":    found(func(tx ports.Tx) getter[domain.ChallengeID, domain.Challenge] { return tx.Challenges.Lock }, e.challenge.ID),
		"sessions":      found(func(tx ports.Tx) getter[domain.SessionID, domain.Session] { return tx.Sessions.Lock }, e.session.ID),
		"photos":        found(func(tx ports.Tx) getter[domain.PhotoID, domain.Photo] { return tx.Photos.Get }, e.photo.ID),
		"comparables":   found(func(tx ports.Tx) getter[domain.ComparableID, domain.Comparable] { return tx.Comparables.Get }, e.comparable.ID),
		"valuations":    found(func(tx ports.Tx) getter[domain.ValuationID, domain.Valuation] { return tx.Valuations.Get }, e.valuation.ID),
		"notifications": found(func(tx ports.Tx) getter[domain.NotificationID, domain.Notification] { return tx.Notifications.Get }, e.notification.ID),
		"consents": func(ctx context.Context, tx ports.Tx) (bool, error) {
			all, err := tx.Consents.ByUser(ctx, e.consent.UserID)
			return len(all) > 0, err
		},
		"properties": func(ctx context.Context, tx ports.Tx) (bool, error) {
			p, err := tx.Properties.Get(ctx, e.c.property.ID)
			return p.ExternalRef == "changed" && p.Version == 1, err
		},
		"deleted property": func(ctx context.Context, tx ports.Tx) (bool, error) {
			_, err := tx.Properties.Get(ctx, e.doomed.ID)
			return domain.IsKind(err, domain.KindNotFound), nil
		},
		"steps": func(ctx context.Context, tx ports.Tx) (bool, error) {
			steps, err := tx.Steps.Between(ctx, noon, noon.AddDate(0, 0, 1))
			return len(steps) == 1, err
		},
		"settings": func(ctx context.Context, tx ports.Tx) (bool, error) {
			s, err := tx.Settings.Get(ctx)
			return s.MinConfidence == 77, err
		},
		"audit": func(ctx context.Context, tx ports.Tx) (bool, error) {
			chain, err := tx.Audit.Chain(ctx, e.c.property.ID)
			return len(chain) == 1, err
		},
		"security log": func(ctx context.Context, tx ports.Tx) (bool, error) {
			events, err := tx.Security.List(ctx, domain.SecurityFilter{ActorID: e.user.ID}, domain.Page{Limit: 2})
			return len(events.Items) == 1, err
		},
		"idempotency": func(ctx context.Context, tx ports.Tx) (bool, error) {
			_, ok, err := tx.Idempotency.Find(ctx, e.key, noon)
			return ok, err
		},
	}
}

type getter[K, V any] func(ctx context.Context, id K) (V, error)

// found returns a function that reports whether the store of get has the id.
func found[K, V any](get func(tx ports.Tx) getter[K, V], id K) func(ctx context.Context, tx ports.Tx) (bool, error) {
	return func(ctx context.Context, tx ports.Tx) (bool, error) {
		_, err := get(tx)(ctx, id)
		return err == nil, err
	}
}
