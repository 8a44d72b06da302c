package redis_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// slow is a store whose transactions overlap: a reader's answer can be old when it arrives.
type slow struct {
	ports.PropertyStore
	mu     sync.Mutex
	cases  []domain.Property
	onRead func() // called once, when an answer is on its way
}

func (s *slow) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return fn(ctx, ports.Tx{Properties: s})
}

func (s *slow) Add(_ context.Context, p domain.Property) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cases = append(s.cases, p)
	return nil
}

func (s *slow) Queue(context.Context, domain.QueueFilter, domain.Page) (domain.List[domain.Property], error) {
	s.mu.Lock()
	answer := domain.List[domain.Property]{Items: append([]domain.Property{}, s.cases...)}
	then := s.onRead
	s.onRead = nil
	s.mu.Unlock()
	if then != nil {
		then()
	}
	return answer, nil
}

// TestNoAnswerFromBeforeAWriteIsFound commits a write while a reader's answer is on its way.
func TestNoAnswerFromBeforeAWriteIsFound(t *testing.T) {
	t.Parallel()
	client, _ := open(t)
	store := &slow{}
	reader, writer := redis.NewCached(store, client), redis.NewCached(store, client)
	store.onRead = func() { add(t, writer, 1, domain.Submitted) }
	require.Equal(t, 0, listed(t, reader, domain.QueueFilter{}), "it was asked before the write")
	for _, uow := range []ports.UnitOfWork{reader, writer} {
		require.Equal(t, 1, listed(t, uow, domain.QueueFilter{}))
	}
}

// TestWritesNobodyWasToldOf writes in a process that leaves Redis alone after a fault, while
// another goes on to keep pages. When the first comes back it must not find those from before
// its own writes. Which write it comes back behind is chance: hence many at once.
func TestWritesNobodyWasToldOf(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			client, proxy := throughProxy(t)
			store := &slow{}
			uow := redis.NewCached(store, client)
			healthy := redis.NewCached(store, client)
			require.Zero(t, listed(t, uow, domain.QueueFilter{}))
			proxy.Cut()
			add(t, uow, 0, domain.Submitted)
			proxy.Heal()
			n := 1
			for begun := time.Now(); time.Since(begun) < 2500*time.Millisecond; n++ {
				listed(t, healthy, domain.QueueFilter{})
				add(t, uow, n, domain.Submitted)
				for range 5 { // the time in which the first may come back
					listed(t, healthy, domain.QueueFilter{})
				}
				if !assert.Equal(t, n+1, listed(t, uow, domain.QueueFilter{})) {
					return
				}
			}
		})
	}
}

// TestLostGenerationIsHarmless lets Redis forget everything between reads and writes.
func TestLostGenerationIsHarmless(t *testing.T) {
	t.Parallel()
	client, raw := open(t)
	uow := redis.NewCached(memory.New(), client)
	for n := range 10 {
		add(t, uow, n, domain.Submitted)
		require.Equal(t, n+1, listed(t, uow, domain.QueueFilter{}))
		keys := raw.list(t)
		require.NotEmpty(t, keys)
		require.NoError(t, raw.Del(t.Context(), keys...).Err())
		require.Equal(t, n+1, listed(t, uow, domain.QueueFilter{}))
	}
}
