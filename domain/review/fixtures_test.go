package review_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/review"
	"github.com/propflow/propflow/ports"
)

var (
	owner      = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	stranger   = domain.Actor{ID: "stranger", Role: domain.RoleCustomer}
	valuer     = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
	rival      = domain.Actor{ID: "rival", Role: domain.RoleValuer}
	supervisor = domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}
	// landlord reviews for the lender and owns the property "staff-owned".
	landlord = domain.Actor{ID: "landlord", Role: domain.RoleSupervisor}

	front  = domain.Subject{Type: domain.PhotoFront}
	living = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}
)

// world is memory adapters and what is put into them.
type world struct {
	*memory.Ports
	t       testing.TB
	answers []domain.FollowUpAnswer // to what asked asks
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

func (w *world) property(id domain.PropertyID) domain.Property {
	w.t.Helper()
	p, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Property, error) {
		return tx.Properties.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return p
}

func (w *world) photo(id domain.PhotoID) domain.Photo {
	w.t.Helper()
	p, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) {
		return tx.Photos.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return p
}

func (w *world) valuation(id domain.ValuationID) domain.Valuation {
	w.t.Helper()
	v, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) (domain.Valuation, error) {
		return tx.Valuations.Get(ctx, id)
	})
	require.NoError(w.t, err)
	return v
}

// draft adds a complete draft.
func (w *world) draft(id domain.PropertyID, by domain.Actor) domain.Property {
	w.t.Helper()
	area, bedrooms := 1250, 3
	p, change, err := domain.NewProperty(id, by, domain.Apartment, "", domain.DetailsChange{
		Address:  &domain.Address{Line1: "12, 4th Cross", City: "Bengaluru", State: "Karnataka", Pincode: "560038"},
		AreaSqFt: &area, Bedrooms: &bedrooms,
		Location: &domain.Location{Point: domain.Point{Lat: 12.9719, Lng: 77.6412}, AccuracyM: 10},
	}, "salt", w.Clock.Now())
	require.NoError(w.t, err)
	w.do(func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, p); err != nil {
			return err
		}
		return tx.Leave(ctx, p, change, w.IDs)
	})
	return p
}

// addPhoto adds a photo with a verdict, named by its property and its number.
func (w *world) addPhoto(property domain.PropertyID, n int, subject domain.Subject, status domain.PhotoStatus) domain.PhotoID {
	w.t.Helper()
	photo := domain.Photo{
		ID: domain.PhotoID(string(property) + "-photo-" + strconv.Itoa(n)), PropertyID: property, OwnerID: owner.ID,
		Subject: subject, Status: status, CreatedAt: w.Clock.Now(), InspectedAt: w.Clock.Now(),
	}
	w.do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, photo) })
	return photo.ID
}

// submitted adds a submitted property with a photo of the front and of the living room.
func (w *world) submitted(id domain.PropertyID, by domain.Actor) domain.Property {
	w.t.Helper()
	w.draft(id, by)
	w.addPhoto(id, 1, front, domain.PhotoPassed)
	w.addPhoto(id, 2, living, domain.PhotoPassed)
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		photos, err := tx.Photos.ByProperty(ctx, id)
		if err != nil {
			return err
		}
		ref := domain.NewReference(w.Clock.Now(), [6]byte(w.Entropy.Bytes(6)))
		change, err := p.Submit(by, ref, photos, true, w.Clock.Now())
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
	return w.property(id)
}

// claimed adds a property under review by the valuer.
func (w *world) claimed(id domain.PropertyID) domain.Property {
	w.t.Helper()
	w.submitted(id, owner)
	p, err := w.claim().Execute(w.t.Context(), review.ClaimPropertyInput{Actor: valuer, PropertyID: id})
	require.NoError(w.t, err)
	return p
}

// asked adds a property whose owner must answer a question.
func (w *world) asked(id domain.PropertyID) domain.Property {
	w.t.Helper()
	w.claimed(id)
	p, err := w.ask().Execute(w.t.Context(), review.AskFollowUpInput{Actor: valuer, PropertyID: id, Items: []domain.FollowUpItem{question}})
	require.NoError(w.t, err)
	w.answers = []domain.FollowUpAnswer{{ItemID: p.OpenFollowUp().Items[0].ID, Text: "The second"}}
	return p
}

// risky adds a property whose valuation of ₹60 crore waits for a supervisor.
func (w *world) risky(id domain.PropertyID) domain.Property {
	w.t.Helper()
	w.claimed(id)
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		v := domain.Valuation{
			ID: domain.ValuationID(id) + "-valuation", PropertyID: id, Number: 1, ValuerID: valuer.ID, Amount: 60 * domain.Crore,
			Methodology: domain.SalesComparison, Confidence: 80, Risks: []domain.Risk{domain.RiskHighAmount}, CreatedAt: w.Clock.Now(),
		}
		change, err := p.Value(valuer, &v, nil, w.Clock.Now())
		if err != nil {
			return err
		}
		if err := tx.Valuations.Add(ctx, v); err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
	return w.property(id)
}

var question = domain.FollowUpItem{Kind: domain.AnswerQuestion, Message: "Which floor is it?"}

func (w *world) claim() review.ClaimProperty {
	return review.ClaimProperty{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

func (w *world) ask() review.AskFollowUp {
	return review.AskFollowUp{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

// everything is all that a use case of this package can change.
type everything struct {
	Properties    []domain.Property
	Photos        []domain.Photo
	Valuations    []domain.Valuation
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
		for _, by := range []domain.Actor{owner, stranger, landlord} {
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
			valuations, err := tx.Valuations.ByProperty(ctx, p.ID)
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
			all.Photos, all.Valuations, all.Audit = append(all.Photos, photos...), append(all.Valuations, valuations...), append(all.Audit, chain...)
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

// told lists the messages to owners, as "TOPIC CHANNEL", oldest first.
func (w *world) told() []string {
	var topics []string
	all := w.snapshot().Notifications
	for i := range all {
		n := all[len(all)-1-i]
		topics = append(topics, string(n.Topic)+" "+string(n.Channel))
	}
	return topics
}

func refused(t *testing.T, err error, kind domain.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, kind, domain.KindOf(err), "%v", err)
	assert.Equal(t, code, domain.CodeOf(err), "%v", err)
}
