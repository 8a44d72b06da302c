package e2e_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/system"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
)

// TestNoCaseIsOpenedWhileItsOwnerIsErased has a customer open cases, all at once, while their erasure is
// asked. The requests are in flight: their sessions have been found live, and are not asked about
// again.
func TestNoCaseIsOpenedWhileItsOwnerIsErased(t *testing.T) {
	t.Parallel()
	const rounds, cases = 10, 8
	store := newDatabase(t)
	for round := range rounds {
		t.Run(fmt.Sprint("round ", round), func(t *testing.T) {
			t.Parallel()
			openWhileErased(t, store, domain.Phone(fmt.Sprintf("+9197%08d", round)), cases)
		})
	}
}

func openWhileErased(t *testing.T, store *postgres.Store, phone domain.Phone, cases int) {
	t.Helper()
	clock, ids := system.Clock{}, system.IDs{}
	owner := domain.NewCustomer(domain.UserID(ids.New()), phone, clock.Now())
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, owner) }))
	open := intake.CreateProperty{UnitOfWork: store, Clock: clock, IDs: ids, Entropy: system.Entropy{}}
	var racing sync.WaitGroup
	begin := make(chan struct{})
	for range cases {
		racing.Go(func() {
			<-begin
			_, err := open.Execute(t.Context(), intake.CreatePropertyInput{Actor: owner.Actor(), Type: domain.Apartment})
			assert.Contains(t, []string{"", "session_ended"}, codeOr(err), "%v", err)
		})
	}
	racing.Go(func() {
		<-begin
		erase := privacy.RequestErasure{UnitOfWork: store, Clock: clock, IDs: ids}
		_, err := erase.Execute(t.Context(), privacy.RequestErasureInput{Actor: owner.Actor()})
		assert.NoError(t, err)
	})
	close(begin)
	racing.Wait()
	left, err := ports.InTx(t.Context(), store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
		return tx.Properties.ByOwner(ctx, owner.ID, domain.Page{Limit: cases})
	})
	require.NoError(t, err)
	require.Empty(t, left.Items)
}

// codeOr returns the code of err, "" if there is none.
func codeOr(err error) string {
	if err == nil {
		return ""
	}
	return domain.CodeOf(err)
}
