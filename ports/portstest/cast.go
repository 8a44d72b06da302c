package portstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// cast is the users and properties that the suites work with. They are stored first, because
// a store with foreign keys would refuse anything that references others.
type cast struct {
	t                         *testing.T
	uow                       ports.UnitOfWork
	owner, valuer, supervisor domain.User
	property, other           domain.Property
}

// populate adds the cast to an empty store.
func populate(t *testing.T, uow ports.UnitOfWork) *cast {
	t.Helper()
	c := &cast{t: t, uow: uow}
	c.owner = c.user(domain.RoleCustomer, noon)
	c.valuer = c.user(domain.RoleValuer, noon)
	c.supervisor = c.user(domain.RoleSupervisor, noon)
	c.property = c.draft(c.owner, noon)
	c.other = c.draft(c.owner, noon)
	return c
}

// user adds a user without a name or second factor.
func (c *cast) user(role domain.Role, at time.Time) domain.User {
	c.t.Helper()
	u := domain.NewCustomer(domain.UserID(newID()), newPhone(), at)
	u.Role = role
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, u) })
	return u
}

// change stores a changed user. fn of a unit of work may run twice, so it changes a copy.
func (c *cast) change(u domain.User) {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		changed := u
		return tx.Users.Update(ctx, &changed)
	})
}

// newPhone returns a random Indian mobile number.
func newPhone() domain.Phone {
	return domain.Phone(fmt.Sprintf("+9199%08d", rand.IntN(100_000_000)))
}

// newEmail returns a unique address.
func newEmail() domain.Email { return domain.Email(newID() + "@example.in") }

func newReference() domain.Reference {
	var code [6]byte
	for i := range code {
		code[i] = byte(rand.IntN(256))
	}
	return domain.NewReference(noon, code)
}

// draft adds a new draft.
func (c *cast) draft(owner domain.User, at time.Time) domain.Property {
	c.t.Helper()
	return c.keep(newDraft(owner, at))
}

func newDraft(owner domain.User, at time.Time) domain.Property {
	return domain.Property{
		ID: domain.PropertyID(newID()), OwnerID: owner.ID, Type: domain.House, State: domain.Draft,
		Salt: newID(), CreatedAt: at, UpdatedAt: at,
	}
}

// submitted returns a property that was submitted at a time. It does not store it.
func (c *cast) submitted(at time.Time) domain.Property {
	p := newDraft(c.owner, at)
	p.State, p.SubmittedAt, p.SLA.StartedAt, p.SLA.Alerted = domain.Submitted, at, at, domain.SLANormal
	p.Reference = newReference()
	p.Details.Address.Pincode = "560001"
	return p
}

// keep adds the property to the store.
func (c *cast) keep(p domain.Property) domain.Property {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, p) })
	return p
}

// challenge adds a fresh challenge.
func (c *cast) challenge() domain.Challenge {
	c.t.Helper()
	challenge := domain.Challenge{
		ID: domain.ChallengeID(newID()), UserID: c.owner.ID, PropertyID: c.property.ID,
		Subject:  domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen},
		IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Challenges.Add(ctx, challenge) })
	return challenge
}

// filler returns a filler whose ids are those of the cast.
func (c *cast) filler(n int) *filler {
	return &filler{t: c.t, n: n, byType: map[reflect.Type]func() string{
		reflect.TypeFor[domain.UserID]():      func() string { return string([]domain.UserID{c.valuer.ID, c.supervisor.ID}[n%2]) },
		reflect.TypeFor[domain.PropertyID]():  func() string { return string([]domain.PropertyID{c.property.ID, c.other.ID}[n%2]) },
		reflect.TypeFor[domain.ChallengeID](): func() string { return string(c.challenge().ID) },
	}}
}

// ids returns the ids of things, to compare orders.
func ids[T any, I ~string](things []T, id func(T) I) []I {
	list := make([]I, len(things))
	for i, thing := range things {
		list[i] = id(thing)
	}
	return list
}

// shuffled returns the things in random order.
func shuffled[T any](things []T) []T {
	mixed := slices.Clone(things)
	rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	return mixed
}
