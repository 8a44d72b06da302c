package memory_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func customer(id domain.UserID, phone domain.Phone, m *memory.Ports) domain.User {
	return domain.NewCustomer(id, phone, m.Clock.Now())
}

func getUser(t *testing.T, store *memory.Store, id domain.UserID) error {
	t.Helper()
	return store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		_, err := tx.Users.Get(ctx, id)
		return err
	})
}

func TestRerunsFunctionsAsOftenAsTold(t *testing.T) {
	t.Parallel()
	for rate, want := range map[float64]int{0: 50, 1: 100} {
		m := memory.ForTest(memory.WithReruns(rate, 7))
		runs := 0
		for range 50 {
			require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
				runs++
				return tx.Jobs.Enqueue(ctx, domain.Job{Kind: domain.JobSendDigest})
			}))
		}
		assert.Equal(t, want, runs, "rate %v", rate)
		assert.Len(t, m.Runner.Pending(), 50, "a rerun queues nothing twice")
	}
}

func TestRerunShowsAFunctionThatTouchesTheOutside(t *testing.T) {
	t.Parallel()
	m := memory.ForTest(memory.WithReruns(1, 1))
	user := customer("u", "+919812345678", m)
	require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) }))
	err := m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Users.Update(ctx, &user) // raises the version of a variable that outlives the run
	})
	require.True(t, domain.IsKind(err, domain.KindStale))
}

func TestRefusesANestedUnitOfWork(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	err := m.Store.Do(t.Context(), func(ctx context.Context, _ ports.Tx) error {
		assert.True(t, memory.InUnitOfWork(ctx))
		return m.Store.Do(ctx, func(context.Context, ports.Tx) error { return nil })
	})
	require.ErrorContains(t, err, "inside a unit of work")
	require.False(t, memory.InUnitOfWork(t.Context()))
}

func TestRollsBackAGoroutineThatEnds(t *testing.T) {
	t.Parallel()
	m := memory.ForTest(memory.WithReruns(0, 1))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			assert.NoError(t, tx.Users.Add(ctx, customer("u", "+919812345678", m)))
			runtime.Goexit() // as a failed assertion does
			return nil
		})
	}()
	<-ended
	require.True(t, domain.IsKind(getUser(t, m.Store, "u"), domain.KindNotFound))
}

func TestWaitsForItsTurnNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	m := memory.ForTest(memory.WithReruns(0, 1))
	require.NoError(t, m.Store.Do(t.Context(), func(context.Context, ports.Tx) error {
		ctx, cancel := context.WithCancel(t.Context()) // somebody else's
		waited := make(chan error, 1)
		go func() { waited <- m.Store.Do(ctx, func(context.Context, ports.Tx) error { return nil }) }()
		cancel()
		assert.ErrorIs(t, <-waited, context.Canceled)
		return nil
	}))
}

func TestRefusesToAddAThingTwice(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	add := func(phone domain.Phone) error {
		return m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Users.Add(ctx, customer("u", phone, m))
		})
	}
	require.NoError(t, add("+919812345678"))
	require.ErrorContains(t, add("+919812345679"), "added before")
}

func TestAFailedTransactionIsRolledBackInReverse(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	failure := errors.New("failure")
	err := m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		user := customer("u", "+919812345678", m)
		if err := tx.Users.Add(ctx, user); err != nil {
			return err
		}
		for range 3 {
			if err := tx.Users.Update(ctx, &user); err != nil {
				return err
			}
		}
		return failure
	})
	require.ErrorIs(t, err, failure)
	require.True(t, domain.IsKind(getUser(t, m.Store, "u"), domain.KindNotFound))
}
