package valuation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

var (
	owner, stranger, admin    = fixture.Owner, fixture.Stranger, fixture.Admin
	valuer, rival, supervisor = fixture.Valuer, fixture.Rival, fixture.Supervisor
	moonlighter               = domain.Actor{ID: owner.ID, Role: domain.RoleValuer} // a valuer whose property it is

	home = fixture.Home
)

// flat is the property of these tests, under review by valuer.
const flat domain.PropertyID = "flat"

// world is a fixture with people, comparables and one property under review.
type world struct{ *fixture.World }

func newWorld(t testing.TB) *world {
	t.Helper()
	return furnish(fixture.New(t))
}

func furnish(f *fixture.World) *world {
	f.T.Helper()
	w := &world{f}
	now := w.Clock.Now()
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		for i, who := range []struct {
			actor domain.Actor
			name  string
		}{{owner, "Lakshmi Rao"}, {valuer, "Vikram Nair"}, {supervisor, "Sunita Sharma"}} {
			user := domain.User{
				ID: who.actor.ID, Role: who.actor.Role, Name: who.name, Phone: domain.Phone(fmt.Sprintf("+91981234567%d", i)),
				Language: domain.English, CreatedAt: now,
			}
			if err := tx.Users.Add(ctx, user); err != nil {
				return err
			}
		}
		for i := range 12 {
			if err := tx.Comparables.Add(ctx, sale(i, now)); err != nil {
				return err
			}
		}
		return nil
	})
	w.draft(flat)
	w.Change(flat, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-ABC234", domain.Evidence{Photos: photos, Consented: true}, now)
	})
	w.Claim(flat)
	return w
}

// sale is the i-th comparable: about ₹12,000 per square foot, i × 250 m away, i+1 months old.
func sale(i int, now time.Time) domain.Comparable {
	at := home
	at.Lat += float64(i) * 0.25 / 111.2
	area, bedrooms := 1150+20*i, 3
	return domain.Comparable{
		ID: domain.ComparableID(fmt.Sprintf("sale-%d", i)), Source: domain.SourceRegistry, SourceID: fmt.Sprintf("KA-%d", i),
		Type: domain.Apartment, Locality: "Indiranagar", City: "Bengaluru", Pincode: "560038", Location: at,
		AreaSqFt: area, Bedrooms: &bedrooms, Price: domain.Rupees(area * (12_000 + 300*(i%3-1))),
		SoldOn: domain.Date(now).AddDate(0, -i-1, 0), CreatedAt: now,
	}
}

// draft adds a complete draft with four photos that passed, taken out of their order.
func (w *world) draft(id domain.PropertyID) {
	w.T.Helper()
	w.Draft(id, owner)
	for i, subject := range []domain.Subject{
		{Type: domain.PhotoAmenity}, {Type: domain.PhotoInternal, Room: domain.RoomLiving},
		{Type: domain.PhotoDocument}, {Type: domain.PhotoFront},
	} {
		w.addPhoto(domain.Photo{
			ID: domain.PhotoID(fmt.Sprintf("%s-photo-%d", id, i)), PropertyID: id, OwnerID: owner.ID, Subject: subject,
			Status: domain.PhotoPassed, CreatedAt: w.Clock.Now().Add(time.Duration(i) * time.Second),
		})
	}
}

// addPhoto stores a photo and its derivative.
func (w *world) addPhoto(p domain.Photo) {
	w.T.Helper()
	w.Do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, p) })
	require.NoError(w.T, w.Blobs.Put(w.T.Context(), p.DisplayKey(), domain.ContentJPEG, []byte("picture of "+p.ID)))
}

// request returns the context of a request of the actor. Those who do not work on the flat give a
// reason.
func (w *world) request(by domain.Actor) context.Context {
	if by == supervisor || by == rival {
		return ports.WithReason(w.T.Context(), "A complaint about the amount")
	}
	return w.T.Context()
}

// brokenFields lists the fields that an error names.
func brokenFields(t testing.TB, err error) []string {
	t.Helper()
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, domain.KindInvalid, e.Kind)
	fields := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		fields[i] = f.Field
	}
	return fields
}

// everyOutage runs something once for each of its calls of a port, which then fails. Begin
// prepares a world and returns what to run.
func everyOutage(t *testing.T, begin func(w *world) func() error) {
	t.Helper()
	fixture.EveryPortCallMayFail(t, trial(begin))
}

func trial(begin func(w *world) func() error) fixture.Trial {
	return fixture.Trial{Calls: 2, Prepare: func(w *fixture.World) func(context.Context) error {
		run := begin(furnish(w))
		return func(context.Context) error { return run() }
	}}
}
