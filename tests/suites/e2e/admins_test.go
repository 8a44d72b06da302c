package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// TestAdminsWhoDisableOneAnotherLeaveOne has ADMINs disable one another, all at once, until nobody
// can: ADMIN_ROUNDS times (make race-admins: 200) with 100 of them.
func TestAdminsWhoDisableOneAnotherLeaveOne(t *testing.T) {
	t.Parallel()
	const admins = 100
	rounds := 2
	if n := os.Getenv("ADMIN_ROUNDS"); n != "" {
		var err error
		rounds, err = strconv.Atoi(n)
		require.NoError(t, err)
	}
	store := newDatabase(t)
	start := time.Now().UTC().Truncate(time.Microsecond)
	var all []domain.User
	for i := range admins {
		user, err := domain.NewStaff(domain.UserID(system.IDs{}.New()), domain.Phone(fmt.Sprintf("+9198%08d", i)), "Admin", domain.RoleAdmin, start)
		require.NoError(t, err)
		all = append(all, user)
	}
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, u := range all {
			if err := tx.Users.Add(ctx, u); err != nil {
				return err
			}
		}
		return nil
	}))
	for round := range rounds {
		enable(t, store, all)
		var racing sync.WaitGroup
		begin := make(chan struct{})
		for i := range all {
			racing.Go(func() {
				<-begin
				disableOthers(t, store, all[i].Actor(), all)
			})
		}
		close(begin)
		racing.Wait()
		left, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) ([]domain.UserID, error) { return tx.Users.LockAdmins(ctx) })
		require.NoError(t, err)
		require.Len(t, left, 1, "round %d", round)
	}
}

// newDatabase returns a store on a database of the test's own.
func newDatabase(t *testing.T) *postgres.Store {
	t.Helper()
	url := servers.Postgres(t)
	m, err := postgres.OpenMigrations(url)
	require.NoError(t, err)
	_, err = m.Up(t.Context())
	require.NoError(t, err)
	require.NoError(t, m.Close())
	store, err := postgres.Open(t.Context(), url, postgres.Options{MaxConns: 20})
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

func enable(t *testing.T, store ports.UnitOfWork, all []domain.User) {
	t.Helper()
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, u := range all {
			user, err := tx.Users.Lock(ctx, u.ID)
			if err != nil {
				return err
			}
			user.Disabled = false
			if err := tx.Users.Update(ctx, &user); err != nil {
				return err
			}
		}
		return nil
	}))
}

// disableOthers disables the others, in any order, until one of them was faster.
func disableOthers(t *testing.T, store ports.UnitOfWork, by domain.Actor, all []domain.User) {
	update := identity.UpdateStaff{UnitOfWork: store, Clock: system.Clock{}, Entropy: system.Entropy{}}
	get := identity.GetStaff{UnitOfWork: store}
	disabled := true
	for _, i := range rand.Perm(len(all)) {
		if all[i].ID == by.ID {
			continue
		}
		user, err := get.Execute(t.Context(), identity.GetStaffInput{Actor: by, UserID: all[i].ID})
		if !assert.NoError(t, err) || user.Disabled {
			continue
		}
		_, err = update.Execute(t.Context(), identity.UpdateStaffInput{
			Actor: by, UserID: user.ID, Version: user.Version, Change: domain.StaffChange{Disabled: &disabled},
		})
		switch code := domain.CodeOf(err); {
		case err == nil, code == "stale_version":
		case code == "role_not_allowed", code == "last_admin":
			return
		default:
			assert.NoError(t, err)
		}
	}
}
