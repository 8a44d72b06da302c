package valuation_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var (
	owner       = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	stranger    = domain.Actor{ID: "stranger", Role: domain.RoleCustomer}
	valuer      = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
	rival       = domain.Actor{ID: "rival", Role: domain.RoleValuer}
	supervisor  = domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}
	admin       = domain.Actor{ID: "admin", Role: domain.RoleAdmin}
	moonlighter = domain.Actor{ID: "owner", Role: domain.RoleValuer} // a valuer whose property it is

	// home is where the property lies.
	home = domain.Point{Lat: 12.9719, Lng: 77.6412}
)

// flat is the property of these tests, under review by valuer.
const flat domain.PropertyID = "flat"

// world is memory adapters with people, comparables and one property under review.
type world struct {
	*memory.Ports
	t testing.TB
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{Ports: memory.ForTest(), t: t}
	now := w.Clock.Now()
	w.do(func(ctx context.Context, tx ports.Tx) error {
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
	w.change(flat, func(p *domain.Property, photos []domain.Photo) (domain.Change, error) {
		return p.Submit(owner, "PF-20261123-ABC234", photos, true, now)
	})
	w.claim(flat)
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

// do runs fn in a transaction that must succeed.
func (w *world) do(fn func(ctx context.Context, tx ports.Tx) error) {
	w.t.Helper()
	require.NoError(w.t, w.Store.Do(context.WithoutCancel(w.t.Context()), fn))
}

// draft adds a complete draft with four photos that passed, taken out of their order.
func (w *world) draft(id domain.PropertyID) {
	w.t.Helper()
	now, area, bedrooms := w.Clock.Now(), 1250, 3
	p, change, err := domain.NewProperty(id, owner, domain.Apartment, "", domain.DetailsChange{
		Address:  &domain.Address{Line1: "12, 4th Cross", City: "Bengaluru", State: "Karnataka", Pincode: "560038"},
		AreaSqFt: &area, Bedrooms: &bedrooms, Location: &domain.Location{Point: home, AccuracyM: 10},
	}, "salt", now)
	require.NoError(w.t, err)
	w.do(func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Properties.Add(ctx, p); err != nil {
			return err
		}
		return tx.Leave(ctx, p, change, w.IDs)
	})
	for i, subject := range []domain.Subject{
		{Type: domain.PhotoAmenity}, {Type: domain.PhotoInternal, Room: domain.RoomLiving},
		{Type: domain.PhotoDocument}, {Type: domain.PhotoFront},
	} {
		w.addPhoto(domain.Photo{
			ID: domain.PhotoID(fmt.Sprintf("%s-photo-%d", id, i)), PropertyID: id, OwnerID: owner.ID, Subject: subject,
			Status: domain.PhotoPassed, CreatedAt: now.Add(time.Duration(i) * time.Second),
		})
	}
}

// addPhoto stores a photo and its derivative.
func (w *world) addPhoto(p domain.Photo) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, p) })
	require.NoError(w.t, w.Blobs.Put(w.t.Context(), p.DisplayKey(), domain.ContentJPEG, []byte("picture of "+p.ID)))
}

// change does something to a stored property.
func (w *world) change(id domain.PropertyID, fn func(p *domain.Property, photos []domain.Photo) (domain.Change, error)) {
	w.t.Helper()
	w.do(func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.Lock(ctx, id)
		if err != nil {
			return err
		}
		photos, err := tx.Photos.ByProperty(ctx, id)
		if err != nil {
			return err
		}
		change, err := fn(&p, photos)
		if err != nil {
			return err
		}
		return tx.Save(ctx, &p, change, w.IDs)
	})
}

func (w *world) claim(id domain.PropertyID) {
	w.t.Helper()
	w.change(id, func(p *domain.Property, _ []domain.Photo) (domain.Change, error) {
		return p.ClaimFor(valuer, w.Clock.Now())
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

func (w *world) versions(id domain.PropertyID) []domain.Valuation {
	w.t.Helper()
	list, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) ([]domain.Valuation, error) {
		return tx.Valuations.ByProperty(ctx, id)
	})
	require.NoError(w.t, err)
	return list
}

func (w *world) chain(id domain.PropertyID) []domain.AuditEntry {
	w.t.Helper()
	chain, err := ports.Read(w.t.Context(), w.Store, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		return tx.Audit.Chain(ctx, id)
	})
	require.NoError(w.t, err)
	require.NoError(w.t, domain.VerifyChain(chain))
	return chain
}

// refused asserts an error's kind and code.
func refused(t testing.TB, err error, kind domain.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, kind, domain.KindOf(err), "%v", err)
	assert.Equal(t, code, domain.CodeOf(err), "%v", err)
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

// everyOutage runs something once for each of its calls of a port, which then fails, and
// asserts that the failure comes back and changes nothing. Begin prepares a world and
// returns what to run.
func everyOutage(t *testing.T, begin func(w *world) func() error) {
	t.Helper()
	for n := 1; ; n++ {
		w := newWorld(t)
		run := begin(w)
		property, versions, links := w.property(flat), w.versions(flat), len(w.chain(flat))
		w.Faults.FailCall(n)
		err := run()
		if !w.Faults.Fired() {
			require.NoError(t, err)
			require.Greater(t, n, 2, "there are calls to fail")
			return
		}
		w.Faults.Up()
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		require.Equal(t, property, w.property(flat), "call %d", n)
		require.Equal(t, versions, w.versions(flat), "call %d", n)
		require.Len(t, w.chain(flat), links, "call %d", n)
	}
}
