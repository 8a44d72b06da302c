package memory

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestClonesShareNothing(t *testing.T) {
	t.Parallel()
	type inner struct {
		N    *int
		Time time.Time
	}
	type outer struct {
		Flat  string
		List  []inner
		Table map[string][]int
		Next  *inner
		None  []int
		Empty []int
	}
	n := 1
	original := outer{
		Flat: "x", List: []inner{{N: &n}, {}}, Table: map[string][]int{"a": {1}}, Next: &inner{N: &n, Time: time.Now()}, Empty: []int{},
	}
	copied := cloner[outer]()(original)
	require.Equal(t, original, copied)
	*copied.List[0].N, copied.Table["a"][0], *copied.Next.N, copied.List[1].N = 2, 2, 2, &n
	copied.Table["b"] = nil
	copied.Next.Time = time.Time{}
	require.Equal(t, 1, n)
	require.Equal(t, map[string][]int{"a": {1}}, original.Table)
	require.Nil(t, original.List[1].N)
	require.False(t, original.Next.Time.IsZero())
	require.Nil(t, copied.None)
	require.NotNil(t, copied.Empty)
	require.Nil(t, cloner[outer]()(outer{}).Table)
	require.Nil(t, deepenerOf(reflect.TypeFor[domain.Step]()), "what shares nothing is copied by assignment")
}

func TestForgetsWhatHasEnded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	e := newExpiring[int](func(end, now time.Time) bool { return !now.Before(end) })
	for i := range 10 * purgeFrom { // each ends a second after it came
		e.put(i, now.Add(time.Duration(i+1)*time.Second), now.Add(time.Duration(i)*time.Second))
	}
	require.LessOrEqual(t, len(e.held), purgeFrom)
	_, ok := e.get(10*purgeFrom-1, now.Add((10*purgeFrom-1)*time.Second))
	require.True(t, ok)

	alive := newExpiring[int](func(time.Time, time.Time) bool { return false })
	for i := range 3 * purgeFrom {
		alive.put(i, now, now)
	}
	require.Len(t, alive.held, 3*purgeFrom)
}

func TestForgetsExpiredResults(t *testing.T) {
	t.Parallel()
	m := ForTest()
	save := func(i int) error {
		return m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Idempotency.Save(ctx, domain.IdempotencyRecord{
				Key: domain.IdempotencyKey{UserID: "u", Operation: "o", Key: fmt.Sprint(i)}, CreatedAt: m.Clock.Now(),
			})
		})
	}
	for i := range purgeFrom {
		require.NoError(t, save(i))
	}
	m.Clock.Advance(domain.IdempotencyTTL)
	for i := range 10 {
		require.NoError(t, save(purgeFrom+i))
	}
	require.Len(t, m.Store.idempotency.held, 10)
}

func TestFeedKeepsTheNewestEvents(t *testing.T) {
	t.Parallel()
	m := ForTest(WithRetainedEvents(10))
	for range 100 {
		m.Feed.publish([]domain.Event{{}})
		require.LessOrEqual(t, len(m.Feed.events), 20)
	}
	newest, err := m.Feed.Newest(t.Context())
	require.NoError(t, err)
	kept := m.Feed.kept()
	require.Len(t, kept, 10)
	require.Equal(t, newest, kept[9].ID)
	require.True(t, slices.IsSortedFunc(kept, func(a, b domain.Event) int { return cmp.Compare(a.ID, b.ID) }))
}

// sales returns n sales spread over a city of about 50 × 50 km.
func sales(n int) []domain.Comparable {
	random := rand.New(rand.NewPCG(1, 1))
	list := make([]domain.Comparable, n)
	for i := range list {
		list[i] = domain.Comparable{
			ID: domain.ComparableID(uuid7(1, uint64(i))), Source: domain.SourceRegistry, SourceID: fmt.Sprint(i), Type: domain.Apartment,
			Location: domain.Point{Lat: 12.7 + random.Float64()*0.45, Lng: 77.35 + random.Float64()*0.45},
		}
	}
	return list
}

// BenchmarkNear compares a search of 5 km among 100,000 sales with a scan of them.
func BenchmarkNear(b *testing.B) {
	store, all := New(), sales(100_000)
	centre := domain.Point{Lat: 12.97, Lng: 77.59}
	require.NoError(b, store.Do(b.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, sale := range all {
			if err := tx.Comparables.Add(ctx, sale); err != nil {
				return err
			}
		}
		return nil
	}))
	began := time.Now()
	scanned := 0
	for _, sale := range all {
		if centre.DistanceKM(sale.Location) <= 5 {
			scanned++
		}
	}
	scan := time.Since(began)
	for b.Loop() {
		near, err := ports.InTx(b.Context(), store, func(ctx context.Context, tx ports.Tx) ([]domain.Comparable, error) {
			return tx.Comparables.Near(ctx, domain.Apartment, centre, 5, time.Time{}, 50)
		})
		require.NoError(b, err)
		require.Len(b, near, 50)
	}
	b.ReportMetric(float64(scan)/(float64(b.Elapsed())/float64(b.N)), "x-faster-than-scan")
}

// BenchmarkQueue lists a page of a queue of 5,000.
func BenchmarkQueue(b *testing.B) {
	store := New()
	now := time.Now()
	require.NoError(b, store.Do(b.Context(), func(ctx context.Context, tx ports.Tx) error {
		for i := range 5000 {
			at := now.Add(-time.Duration(i%3000) * time.Second)
			p := domain.Property{
				ID: domain.PropertyID(uuid7(1, uint64(i))), State: domain.Submitted, SubmittedAt: at, SLA: domain.SLAClock{StartedAt: at},
			}
			if err := tx.Properties.Add(ctx, p); err != nil {
				return err
			}
		}
		return nil
	}))
	for b.Loop() {
		page, err := ports.InTx(b.Context(), store, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
			return tx.Properties.Queue(ctx, domain.QueueFilter{Now: now}, domain.Page{Limit: 50})
		})
		require.NoError(b, err)
		require.Len(b, page.Items, 50)
	}
}
