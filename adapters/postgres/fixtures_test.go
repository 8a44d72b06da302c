package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var noon = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)

// newID returns a random UUIDv7.
func newID() string {
	return fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", rand.Uint32(), rand.IntN(1<<16), rand.IntN(1<<12), rand.IntN(1<<12), rand.Int64N(1<<48))
}

func newUser(role domain.Role) domain.User {
	u := domain.NewCustomer(domain.UserID(newID()), domain.Phone(fmt.Sprintf("+9198%08d", rand.IntN(100_000_000))), noon)
	u.Role = role
	return u
}

func submitted(owner domain.UserID, at time.Time) domain.Property {
	var random [6]byte
	for i := range random {
		random[i] = byte(rand.IntN(256))
	}
	p := domain.Property{
		ID: domain.PropertyID(newID()), OwnerID: owner, Type: domain.House, State: domain.Submitted, Salt: newID(),
		Reference: domain.NewReference(at, random), CreatedAt: at, UpdatedAt: at, SubmittedAt: at,
	}
	p.SLA.Start(at)
	return p
}

// seed stores a submitted property with its owner, and a valuer.
func seed(t testing.TB, store *postgres.Store) (domain.Property, domain.User) {
	t.Helper()
	owner, valuer := newUser(domain.RoleCustomer), newUser(domain.RoleValuer)
	p := submitted(owner.ID, noon)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, u := range []domain.User{owner, valuer} {
			if err := tx.Users.Add(ctx, u); err != nil {
				return err
			}
		}
		return tx.Properties.Add(ctx, p)
	}))
	return p, valuer
}
