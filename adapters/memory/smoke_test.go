package memory_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestRollsBackWhatAFailedTransactionWrote(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	user := domain.NewCustomer("u", "+919812345678", m.Clock.Now())
	failure := errors.New("failure")
	err := m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Users.Add(ctx, user); err != nil {
			return err
		}
		return failure
	})
	require.ErrorIs(t, err, failure)
	_, err = ports.Read(t.Context(), m.Store, func(ctx context.Context, tx ports.Tx) (domain.User, error) {
		return tx.Users.Get(ctx, user.ID)
	})
	require.True(t, domain.IsKind(err, domain.KindNotFound))
}
