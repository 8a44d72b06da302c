package intake_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/ports"
)

var (
	owner    = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	stranger = domain.Actor{ID: "stranger", Role: domain.RoleCustomer}
	valuer   = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
	admin    = domain.Actor{ID: "admin", Role: domain.RoleAdmin}

	front  = domain.Subject{Type: domain.PhotoFront}
	living = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}
)

// world is memory adapters and what is put into them.
type world struct {
	*memory.Ports
	t testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return &world{Ports: memory.ForTest(), t: t}
}

// do runs fn in a transaction that must succeed.
func (w *world) do(fn func(ctx context.Context, tx ports.Tx) error) {
	w.t.Helper()
	require.NoError(w.t, w.Store.Do(context.WithoutCancel(w.t.Context()), fn))
}

// change does something to a stored property.
func (w *world) change(id domain.PropertyID, fn func(p *domain.Property) (domain.Change, error)) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		change, err := fn(&p)
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
}

func (w *world) property(id domain.PropertyID) domain.Property {
	w.t.Helper()
	p, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return p
}

func (w *world) create() intake.CreateProperty {
	return intake.CreateProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}
}

func (w *world) submit() intake.SubmitProperty {
	return intake.SubmitProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs, Entropy: w.Entropy}
}

func (w *world) update() intake.UpdateProperty {
	return intake.UpdateProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) withdraw() intake.WithdrawProperty {
	return intake.WithdrawProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) delete() intake.DeleteProperty {
	return intake.DeleteProperty{UnitOfWork: w.Store, Clock: w.Clock}
}

// complete are details that suffice for a submission.
func complete() domain.DetailsChange {
	area := 1250
	return domain.DetailsChange{
		Address:  &domain.Address{Line1: "12, 4th Cross", City: "Bengaluru", State: "Karnataka", Pincode: "560038"},
		AreaSqFt: &area, Location: &domain.Location{Point: domain.Point{Lat: 12.9719, Lng: 77.6412}, AccuracyM: 10},
	}
}

// draft opens a complete draft.
func (w *world) draft(by domain.Actor) domain.PropertyID {
	w.t.Helper()
	p, err := w.create().Execute(w.t.Context(), intake.CreatePropertyInput{Actor: by, Type: domain.Apartment, Details: complete()})
	require.NoError(w.t, err)
	return p.ID
}

// addPhoto adds a photo of the subject to a property.
func (w *world) addPhoto(property domain.PropertyID, subject domain.Subject, status domain.PhotoStatus) domain.Photo {
	w.t.Helper()
	photo := domain.Photo{
		ID: domain.PhotoID(w.IDs.New()), PropertyID: property, OwnerID: owner.ID, Subject: subject, Status: status,
		CreatedAt: w.Clock.Now(),
	}
	w.do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, photo) })
	return photo
}

// consent records the user's consent to a version of the notice.
func (w *world) consent(by domain.Actor, version string) {
	w.t.Helper()
	consent := domain.Consent{ID: domain.ConsentID(w.IDs.New()), UserID: by.ID, Version: version, GivenAt: w.Clock.Now()}
	w.do(func(ctx context.Context, tx ports.Tx) error { return tx.Consents.Add(ctx, consent) })
}

// ready opens a draft that may be submitted.
func (w *world) ready(by domain.Actor) domain.PropertyID {
	w.t.Helper()
	id := w.draft(by)
	w.addPhoto(id, front, domain.PhotoPassed)
	w.addPhoto(id, living, domain.PhotoFlagged)
	w.consent(by, domain.ConsentVersion)
	return id
}

// submitted adds a submitted property.
func (w *world) submitted(by domain.Actor) domain.PropertyID {
	w.t.Helper()
	id := w.ready(by)
	_, err := w.submit().Execute(w.t.Context(), intake.SubmitPropertyInput{Actor: by, PropertyID: id})
	require.NoError(w.t, err)
	return id
}

// claimed adds a property under review.
func (w *world) claimed() domain.PropertyID {
	w.t.Helper()
	id := w.submitted(owner)
	w.change(id, func(p *domain.Property) (domain.Change, error) { return p.ClaimFor(valuer, w.Clock.Now()) })
	return id
}

// asked adds a property whose owner must correct the area.
func (w *world) asked() domain.PropertyID {
	w.t.Helper()
	id := w.claimed()
	w.change(id, func(p *domain.Property) (domain.Change, error) {
		items := []domain.FollowUpItem{{ID: "1", Kind: domain.CorrectField, Message: "Is it so large?", Field: domain.FieldArea}}
		return p.AskFollowUp(valuer, items, nil, w.Clock.Now())
	})
	return id
}

// everything is all that a use case of this package can change.
type everything struct {
	Properties    []domain.Property
	Photos        []domain.Photo
	Notifications []domain.Notification
	Audit         []domain.AuditEntry
	Steps         []domain.Step
	Jobs          []domain.Job
	Events        []domain.Event
}

// snapshot reads everything; audit chains must be intact.
func (w *world) snapshot() everything {
	w.t.Helper()
	var all everything
	w.do(func(ctx context.Context, tx ports.Tx) error {
		all = everything{}
		for _, by := range []domain.Actor{owner, stranger} {
			list, err := tx.Properties.ByOwner(ctx, by.ID, domain.Page{Limit: 100})
			if err != nil {
				return err
			}
			all.Properties = append(all.Properties, list.Items...)
		}
		for _, p := range all.Properties {
			photos, err := tx.Photos.ByProperty(ctx, p.ID)
			if err != nil {
				return err
			}
			chain, err := tx.Audit.Chain(ctx, p.ID)
			if err != nil {
				return err
			}
			if err := domain.VerifyChain(chain); err != nil {
				return err
			}
			all.Photos, all.Audit = append(all.Photos, photos...), append(all.Audit, chain...)
		}
		list, err := tx.Notifications.List(ctx, ports.NotificationFilter{}, domain.Page{Limit: 100})
		if err != nil {
			return err
		}
		all.Notifications = list.Items
		all.Steps, err = tx.Steps.Between(ctx, time.Time{}, w.Clock.Now().Add(time.Hour))
		return err
	})
	all.Jobs = w.Runner.Pending()
	var err error
	all.Events, _, err = w.Feed.Since(context.WithoutCancel(w.t.Context()), "", 1000)
	require.NoError(w.t, err)
	return all
}

// actions lists what was done to a property, oldest first.
func (w *world) actions(id domain.PropertyID) []domain.Action {
	var actions []domain.Action
	for _, e := range w.snapshot().Audit {
		if e.PropertyID == id {
			actions = append(actions, e.Action)
		}
	}
	return actions
}

func keyOf(operation, fingerprint string) domain.IdempotencyKey {
	return domain.IdempotencyKey{UserID: owner.ID, Operation: operation, Key: "key", Fingerprint: fingerprint}
}

func refused(t *testing.T, err error, kind domain.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, kind, domain.KindOf(err), "%v", err)
	assert.Equal(t, code, domain.CodeOf(err), "%v", err)
}
