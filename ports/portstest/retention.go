package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Retention checks a ports.Retention. open returns an empty store.
func Retention(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"removes a case but its chain":            removesCases,
		"keeps a case if the transaction fails":   keepsCasesOnFailure,
		"removes a customer without cases":        removesCustomers,
		"forgets old challenges without a photo":  forgetsChallenges,
		"forgets old steps":                       forgetsSteps,
		"forgets old results of requests":         forgetsKeys,
		"empties old numbers of proposals":        emptiesNumbers,
		"forgets nothing of events that are new":  forgetsNoNewEvents,
		"knows every kind of what it must forget": forgetsEveryKind,
	})
}

// belongings adds one of everything that belongs to the property.
func (c *cast) belongings(p domain.Property) {
	c.t.Helper()
	challenge := domain.Challenge{
		ID: domain.ChallengeID(newID()), UserID: c.owner.ID, PropertyID: p.ID, Subject: domain.Subject{Type: domain.PhotoFront},
		IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	photo := fill[domain.Photo](c.filler(1))
	photo.PropertyID, photo.OwnerID, photo.ChallengeID = p.ID, c.owner.ID, challenge.ID
	valuation := fill[domain.Valuation](c.filler(1))
	valuation.PropertyID = p.ID
	message := fill[domain.Notification](c.filler(1))
	message.PropertyID, message.RecipientID = p.ID, c.owner.ID
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		entry := domain.AuditEntry{PropertyID: p.ID, At: noon, ActorID: c.owner.ID, ActorRole: domain.RoleCustomer, Action: domain.ActionCreated, To: domain.Draft}
		if _, err := tx.Audit.Append(ctx, entry); err != nil {
			return err
		}
		if err := tx.Challenges.Add(ctx, challenge); err != nil {
			return err
		}
		if err := tx.Photos.Add(ctx, photo); err != nil {
			return err
		}
		if err := tx.Valuations.Add(ctx, valuation); err != nil {
			return err
		}
		if err := tx.Notifications.Add(ctx, message); err != nil {
			return err
		}
		return tx.Steps.Append(ctx, domain.Step{Kind: domain.StepCreated, PropertyID: p.ID, UserID: c.owner.ID, At: noon})
	})
}

// left counts what belongs to the property.
func (c *cast) left(id domain.PropertyID) (count int) {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) {
		photos, err := tx.Photos.ByProperty(ctx, id)
		if err != nil {
			return 0, err
		}
		valuations, err := tx.Valuations.ByProperty(ctx, id)
		if err != nil {
			return 0, err
		}
		messages, err := tx.Notifications.List(ctx, ports.NotificationFilter{PropertyID: id}, domain.Page{Limit: 10})
		if err != nil {
			return 0, err
		}
		steps, err := tx.Inventory.Steps(ctx, id)
		return len(photos) + len(valuations) + len(messages.Items) + len(steps), err
	})
}

func deleteCase(id domain.PropertyID) func(ctx context.Context, tx ports.Tx) error {
	return func(ctx context.Context, tx ports.Tx) error { return tx.Retention.DeleteCase(ctx, id) }
}

func removesCases(t *testing.T, c *cast) {
	c.belongings(c.property)
	c.belongings(c.other)
	require.Equal(t, 4, c.left(c.property.ID))
	do(t, c.uow, deleteCase(c.property.ID))
	assert.Zero(t, c.left(c.property.ID))
	assert.Equal(t, 4, c.left(c.other.ID))
	fails(t, c.uow, domain.KindNotFound, "property_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Properties.Get(ctx, c.property.ID)
		return err
	})
	chain := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		return tx.Audit.Chain(ctx, c.property.ID)
	})
	assert.Len(t, chain, 1)
	fails(t, c.uow, domain.KindNotFound, "property_not_found", deleteCase(c.property.ID))
}

func keepsCasesOnFailure(t *testing.T, c *cast) {
	c.belongings(c.property)
	err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Retention.DeleteCase(ctx, c.property.ID); err != nil {
			return err
		}
		return domain.Conflict("changed_my_mind", "nothing may be deleted")
	})
	isError(t, err, domain.KindConflict, "changed_my_mind")
	assert.Equal(t, 4, c.left(c.property.ID))
}

func removesCustomers(t *testing.T, c *cast) {
	remove := func(id domain.UserID) func(ctx context.Context, tx ports.Tx) error {
		return func(ctx context.Context, tx ports.Tx) error { return tx.Retention.DeleteCustomer(ctx, id, noon) }
	}
	consents := func(id domain.UserID) int {
		return len(read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Consent, error) { return tx.Consents.ByUser(ctx, id) }))
	}
	gone := c.user(domain.RoleCustomer, noon)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, by := range []domain.User{gone, c.owner, c.valuer} {
			consent := fill[domain.Consent](c.filler(1))
			consent.ID, consent.UserID = domain.ConsentID(newID()), by.ID
			if err := tx.Consents.Add(ctx, consent); err != nil {
				return err
			}
		}
		return nil
	})
	c.use(gone.ID, domain.Date(noon), domain.CustomerUse{Photos: 1})
	fails(t, c.uow, domain.KindConflict, "erasure_not_requested", remove(gone.ID))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, id := range []domain.UserID{gone.ID, c.owner.ID} {
			if err := tx.Erasures.Add(ctx, domain.Erasure{UserID: id, AskedAt: noon}); err != nil {
				return err
			}
		}
		return nil
	})
	fails(t, c.uow, domain.KindConflict, "user_has_cases", remove(c.owner.ID))
	fails(t, c.uow, domain.KindNotFound, "user_not_found", remove(c.valuer.ID))
	fails(t, c.uow, domain.KindNotFound, "user_not_found", remove(domain.UserID(newID())))
	do(t, c.uow, remove(gone.ID))
	assert.Equal(t, []int{0, 1, 1}, []int{consents(gone.ID), consents(c.owner.ID), consents(c.valuer.ID)})
	fails(t, c.uow, domain.KindNotFound, "user_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Users.Get(ctx, gone.ID)
		return err
	})
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { // the number is free again
		return tx.Users.Add(ctx, domain.NewCustomer(domain.UserID(newID()), gone.Phone, noon))
	})
}

func (c *cast) forget(kind domain.Expiring, before time.Time, limit int) (n int) {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (err error) {
		n, err = tx.Retention.Forget(ctx, kind, before, limit)
		return err
	})
	return n
}

func forgetsChallenges(t *testing.T, c *cast) {
	c.belongings(c.property) // its challenge has a photo
	end := noon.Add(domain.ChallengeTTL)
	c.forget(domain.ExpiringChallenges, end.Add(time.Second), 10)
	unused := []domain.Challenge{c.challenge(), c.challenge(), c.challenge()}
	assert.Zero(t, c.forget(domain.ExpiringChallenges, end, 10), "they expire at this time, and not before")
	assert.Zero(t, c.forget(domain.ExpiringChallenges, end.Add(time.Second), 0))
	assert.Equal(t, 2, c.forget(domain.ExpiringChallenges, end.Add(time.Second), 2))
	assert.Equal(t, 1, c.forget(domain.ExpiringChallenges, end.Add(time.Second), 2))
	assert.Equal(t, 4, c.left(c.property.ID))
	fails(t, c.uow, domain.KindNotFound, "challenge_not_found", func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Challenges.Lock(ctx, unused[0].ID)
		return err
	})
}

func forgetsSteps(t *testing.T, c *cast) {
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for i := range 5 {
			step := domain.Step{Kind: domain.StepCreated, PropertyID: c.property.ID, At: noon.Add(time.Duration(i) * time.Hour)}
			if err := tx.Steps.Append(ctx, step); err != nil {
				return err
			}
		}
		return nil
	})
	assert.Equal(t, 2, c.forget(domain.ExpiringSteps, noon.Add(3*time.Hour), 2))
	assert.Equal(t, 1, c.forget(domain.ExpiringSteps, noon.Add(3*time.Hour), 2))
	steps := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) {
		return tx.Inventory.Steps(ctx, c.property.ID)
	})
	require.Len(t, steps, 2)
	assert.True(t, steps[0].At.Equal(noon.Add(3*time.Hour)))
}

func forgetsKeys(t *testing.T, c *cast) {
	key := domain.IdempotencyKey{UserID: c.owner.ID, Operation: "createProperty", Key: "k", Fingerprint: "f"}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		return tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: key, Result: []byte("{}"), CreatedAt: noon})
	})
	assert.Zero(t, c.forget(domain.ExpiringKeys, noon, 10))
	assert.Equal(t, 1, c.forget(domain.ExpiringKeys, noon.Add(time.Second), 10))
	assert.Zero(t, c.forget(domain.ExpiringKeys, noon.Add(time.Second), 10))
}

// emptiesNumbers checks that old proposals lose numbers of customers and nothing else.
func emptiesNumbers(t *testing.T, c *cast) {
	var all []domain.Proposal
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		all = nil
		for i := range 4 {
			p := fill[domain.Proposal](c.filler(i + 1))
			p.Kind, p.ProposedAt = domain.ProposalRestoreNumber, noon.Add(time.Duration(i)*time.Hour)
			if i == 1 {
				p.Kind, p.Number = domain.ProposalUpdateStaff, nil
			}
			all = append(all, p)
			if err := tx.Proposals.Add(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	end := noon.Add(3 * time.Hour)
	assert.Zero(t, c.forget(domain.ExpiringNumbers, end, 0))
	assert.Equal(t, 1, c.forget(domain.ExpiringNumbers, end, 1))
	assert.Equal(t, 1, c.forget(domain.ExpiringNumbers, end, 10))
	assert.Zero(t, c.forget(domain.ExpiringNumbers, end, 10))
	for _, i := range []int{0, 2} {
		all[i].Number = &domain.NumberProposal{}
		all[i].Version++
	}
	for _, want := range all {
		same(t, want, read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Proposal, error) {
			return tx.Proposals.Get(ctx, want.ID)
		}))
	}
}

func forgetsNoNewEvents(t *testing.T, c *cast) {
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		return tx.Events.Append(ctx, domain.Event{Action: domain.ActionCreated, PropertyID: c.property.ID, At: noon})
	})
	assert.Zero(t, c.forget(domain.ExpiringEvents, noon, 10))
	missing := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) { return tx.Inventory.MissingEvents(ctx) })
	assert.Zero(t, missing)
}

func forgetsEveryKind(t *testing.T, c *cast) {
	for kind, kept := range domain.ExpiringKept {
		assert.Positive(t, kept, kind)
		assert.Zero(t, c.forget(kind, noon.Add(-time.Hour), 10), kind)
	}
}
