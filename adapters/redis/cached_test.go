package redis_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/servers"
)

// openCached returns an empty store behind a cache that still holds nothing of it.
func openCached(t *testing.T) ports.UnitOfWork {
	client, _ := open(t)
	return redis.NewCached(memory.ForTest().Store, client)
}

func TestCachedUnitOfWork(t *testing.T) {
	t.Parallel()
	portstest.UnitOfWork(t, openCached)
}

func TestCachedStores(t *testing.T) {
	t.Parallel()
	portstest.Stores(t, openCached)
}

// counting counts the pages of the queue that a store is asked for.
type counting struct {
	ports.UnitOfWork
	mu    sync.Mutex
	asked int
}

type countingProperties struct {
	ports.PropertyStore
	count func()
}

func (c *counting) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return c.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		tx.Properties = countingProperties{tx.Properties, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.asked++
		}}
		return fn(ctx, tx)
	})
}

func (p countingProperties) Queue(ctx context.Context, filter domain.QueueFilter, page domain.Page) (domain.List[domain.Property], error) {
	p.count()
	return p.PropertyStore.Queue(ctx, filter, page)
}

func (c *counting) of(do func()) int {
	c.mu.Lock()
	before := c.asked
	c.mu.Unlock()
	do()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked - before
}

// lender is a store with two processes that write and read through caches of their own.
type lender struct {
	store         *counting
	first, second ports.UnitOfWork
}

func newLender(t *testing.T) (*lender, *redis.Client) {
	t.Helper()
	client, raw := open(t)
	other := redis.Open(redis.Options{Addr: raw.Options().Addr, Prefix: raw.prefix, Patience: time.Minute})
	t.Cleanup(func() { require.NoError(t, other.Close()) })
	store := &counting{UnitOfWork: memory.New()}
	return &lender{store, redis.NewCached(store, client), redis.NewCached(store, other)}, client
}

func queued(n int, state domain.State) domain.Property {
	at := time.Date(2026, 11, 23, 6, 0, n, 0, time.UTC)
	p := domain.Property{
		ID: domain.PropertyID(fmt.Sprintf("01935700-0000-7000-8000-%012d", n)), OwnerID: "owner", Type: domain.House,
		State: state, Reference: domain.Reference(fmt.Sprintf("PF-20261123-%06d", n)), CreatedAt: at, UpdatedAt: at, SubmittedAt: at,
	}
	p.SLA.Start(at)
	return p
}

func add(t *testing.T, uow ports.UnitOfWork, n int, state domain.State) {
	t.Helper()
	require.NoError(t, uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Properties.Add(ctx, queued(n, state))
	}))
}

// listed returns how many cases a first page holds, by the reader's own clock.
func listed(t *testing.T, uow ports.UnitOfWork, filter domain.QueueFilter) int {
	t.Helper()
	filter.Now = time.Now()
	list, err := ports.InTx(t.Context(), uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
		return tx.Properties.Queue(ctx, filter, domain.Page{Limit: 100})
	})
	require.NoError(t, err)
	return len(list.Items)
}

func TestQueueIsReadOnceUntilItChanges(t *testing.T) {
	t.Parallel()
	l, _ := newLender(t)
	add(t, l.first, 1, domain.Submitted)
	reads := func(want int) func() {
		return func() {
			for _, uow := range []ports.UnitOfWork{l.first, l.second, l.first} {
				assert.Equal(t, want, listed(t, uow, domain.QueueFilter{}))
			}
		}
	}
	// Pages last a second: if the machine stalls, they may be read again.
	assert.LessOrEqual(t, l.store.of(reads(1)), 2)
	add(t, l.second, 2, domain.Submitted)
	begun := time.Now() // pages that are kept from now on last a second
	assert.Positive(t, l.store.of(reads(2)))
	drafted := l.store.of(func() {
		add(t, l.second, 3, domain.Draft)
		reads(2)()
	})
	if time.Since(begun) < time.Second {
		assert.Zero(t, drafted, "a draft changes no queue")
	}
}

func TestWhatDependsOnTimeIsNotRemembered(t *testing.T) {
	t.Parallel()
	l, _ := newLender(t)
	add(t, l.first, 1, domain.Submitted)
	for _, filter := range []domain.QueueFilter{
		{Level: domain.SLABreached}, {States: []domain.State{domain.Submitted, domain.FollowUpRequired}}, {States: []domain.State{domain.Draft}},
	} {
		assert.Equal(t, 3, l.store.of(func() {
			for range 3 {
				listed(t, l.first, filter)
			}
		}), "%+v", filter)
	}
}

func TestWhoDecidesReadsTheStore(t *testing.T) {
	t.Parallel()
	l, _ := newLender(t)
	add(t, l.first, 1, domain.Submitted)
	for name, decide := range map[string]func(ctx context.Context, tx ports.Tx) error{
		"only reads": func(context.Context, ports.Tx) error { return nil },
		"locks": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.Lock(ctx, queued(1, "").ID)
			return err
		},
		"locks next": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.LockNext(ctx, "valuer", time.Now())
			return err
		},
		"writes": func(ctx context.Context, tx ports.Tx) error {
			return tx.Properties.Add(ctx, queued(2, domain.Submitted))
		},
		"deletes": func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Delete(ctx, queued(2, "").ID) },
	} {
		begun := time.Now()
		listed(t, l.first, domain.QueueFilter{}) // it is remembered, for a second
		_ = l.first.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			_ = decide(ctx, tx) // an error decides too
			asked := l.store.of(func() {
				_, err := tx.Properties.Queue(ctx, domain.QueueFilter{Now: time.Now()}, domain.Page{Limit: 100})
				assert.NoError(t, err)
			})
			if name != "only reads" {
				assert.Equal(t, 1, asked, name)
			} else if time.Since(begun) < time.Second/2 {
				assert.Zero(t, asked)
			}
			return context.Canceled // undone
		})
	}
}

// TestEveryWriterSeesItsWrite lets writers and readers of two processes race.
func TestEveryWriterSeesItsWrite(t *testing.T) {
	t.Parallel()
	l, _ := newLender(t)
	const writers, each = 8, 25
	stop := make(chan struct{})
	var readers, writing sync.WaitGroup
	for i := range 4 {
		readers.Go(func() {
			least := 0
			for uow := []ports.UnitOfWork{l.first, l.second}[i%2]; ; {
				select {
				case <-stop:
					return
				default:
				}
				n := listed(t, uow, domain.QueueFilter{States: []domain.State{domain.UnderReview}})
				assert.GreaterOrEqual(t, n, least, "what was seen stays seen")
				least = n
			}
		})
	}
	asked := l.store.of(func() {
		for w := range writers {
			writing.Go(func() {
				uow := []ports.UnitOfWork{l.first, l.second}[w%2]
				mine := domain.QueueFilter{States: []domain.State{domain.UnderReview}, Claimant: domain.UserID(fmt.Sprint("valuer", w))}
				for n := range each {
					p := queued(w*each+n, domain.UnderReview)
					p.Claim = &domain.Claim{ValuerID: mine.Claimant, ClaimedAt: p.CreatedAt, HeartbeatAt: p.CreatedAt}
					assert.NoError(t, uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, p) }))
					// Another process sees it as well, as Do has returned.
					reader := []ports.UnitOfWork{l.first, l.second}[rand.IntN(2)]
					assert.Equal(t, n+1, listed(t, reader, mine))
				}
			})
		}
		writing.Wait()
		close(stop)
		readers.Wait()
	})
	t.Logf("%d pages were asked of the store, %d writes", asked, writers*each)
}

// TestCacheWithoutRedis breaks the way to Redis under a process that writes and reads.
func TestCacheWithoutRedis(t *testing.T) {
	t.Parallel()
	for manner, breakWay := range map[string]func(*servers.Proxy){"cut": (*servers.Proxy).Cut, "stalled": (*servers.Proxy).Stall} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			client, proxy := throughProxy(t)
			store := &counting{UnitOfWork: memory.New()}
			uow := redis.NewCached(store, client)
			add(t, uow, 0, domain.Submitted)
			require.Equal(t, 1, listed(t, uow, domain.QueueFilter{}))
			breakWay(proxy)
			var slow int
			for n := 1; n <= 20; n++ {
				begun := time.Now()
				add(t, uow, n, domain.Submitted)
				require.Equal(t, n+1, listed(t, uow, domain.QueueFilter{}), "writes are seen though nobody could be told of them")
				if time.Since(begun) > 100*time.Millisecond {
					slow++
				}
			}
			t.Logf("%s: of 20 writes with a read each, %d took longer than 100 ms", manner, slow)
			proxy.Heal()
			require.Eventually(t, func() bool {
				return store.of(func() {
					require.Equal(t, 21, listed(t, uow, domain.QueueFilter{}))
					require.Equal(t, 21, listed(t, uow, domain.QueueFilter{}))
				}) < 2
			}, 30*time.Second, 10*time.Millisecond, "the cache works again")
		})
	}
}

// TestPagesAreCopies fills every field that there is, so that one that is added is not
// forgotten.
func TestPagesAreCopies(t *testing.T) {
	t.Parallel()
	var p domain.Property
	fillAll(reflect.ValueOf(&p).Elem(), 1)
	p.State = domain.Submitted
	p.RestrictedAt = time.Time{} // the queue lists no restricted case
	l, client := newLender(t)
	require.NoError(t, l.first.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Add(ctx, p) }))
	read := func(uow ports.UnitOfWork) domain.Property {
		list, err := ports.InTx(t.Context(), uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
			return tx.Properties.Queue(ctx, domain.QueueFilter{Now: time.Now()}, domain.Page{Limit: 10})
		})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		return list.Items[0]
	}
	fresh := redis.NewCached(l.store, client) // has nothing at hand, and takes what Redis has
	for _, uow := range []ports.UnitOfWork{l.first, l.first, l.second, l.second, fresh, fresh} {
		got := read(uow)
		require.Equal(t, p, got)
		spoil(reflect.ValueOf(&got).Elem())
	}
	require.Equal(t, p, read(l.first))
}

// fillAll sets every field to something.
func fillAll(v reflect.Value, n int) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, n, 5000, time.UTC)))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fillAll(v.Field(i), n+i)
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillAll(v.Elem(), n)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillAll(v.Index(0), n)
		fillAll(v.Index(1), n+1)
	case v.Kind() == reflect.String:
		v.SetString(strings.Repeat("<é>", n%5+1))
	case v.CanInt():
		v.SetInt(int64(n) * 1e9)
	case v.CanFloat():
		v.SetFloat(0.1 * float64(n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	}
}

// spoil changes all that a value points at.
func spoil(v reflect.Value) {
	kind := v.Kind()
	if kind == reflect.Struct {
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				spoil(v.Field(i))
			}
		}
	}
	if kind == reflect.Pointer && !v.IsNil() {
		spoil(v.Elem())
		v.Elem().SetZero()
	}
	if kind == reflect.Slice {
		for i := range v.Len() {
			spoil(v.Index(i))
			v.Index(i).SetZero()
		}
	}
}
