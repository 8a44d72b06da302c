package bench_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/adapters/redis"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// atOnce is how many people ask at once, as they do when all receive the event of a change.
const atOnce = 16

// BenchmarkCache times hot reads of 10,000 rows with the cache and without, in turns, and
// prints the ratios: of one reader's median, and of what sixteen at once get done.
func BenchmarkCache(b *testing.B) {
	url := filled(b, small)
	store, err := postgres.Open(b.Context(), url, postgres.Options{MaxConns: atOnce})
	require.NoError(b, err)
	b.Cleanup(store.Close)
	addr, prefix := servers.Redis(b)
	client := redis.Open(redis.Options{Addr: addr, Prefix: prefix})
	b.Cleanup(func() { require.NoError(b, client.Close()) })
	units := [2]ports.UnitOfWork{store, redis.NewCached(store, client)}
	report("%-32s %5s %10s %10s %7s %10s", "", "found", "without", "cached", "ratio", "done ratio")
	for b.Loop() {
		for _, name := range []string{"queue: by due time", "queue: newest first", "queue: by valuer", "queue: all open"} {
			var hot [2]read
			for s, uow := range units {
				every := reads(b, uow, small)[name]
				hot[s] = func(ctx context.Context, _ int) (int, error) { return every(ctx, 1) }
			}
			compare(b, name, hot)
		}
	}
}

func compare(b *testing.B, name string, hot [2]read) {
	b.Helper()
	var took [2][]time.Duration
	var done [2]int
	found := 0
	for range 5 {
		for s, read := range hot {
			for range rounds {
				began := time.Now()
				n, err := read(b.Context(), 1)
				require.NoError(b, err)
				took[s], found = append(took[s], time.Since(began)), n
			}
			runtime.GC()
			done[s] += crowd(b, read)
		}
	}
	without, cached := median(slices.Clone(took[0])), median(slices.Clone(took[1]))
	report("%-32s %5d %10s %10s %7.2f %10.2f", name, found, without.Round(time.Microsecond), cached.Round(time.Microsecond),
		ratio(cached, without), float64(done[1])/float64(done[0]))
}

// crowd returns how many reads sixteen readers get done in a while.
func crowd(b *testing.B, read read) int {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), 300*time.Millisecond)
	defer cancel()
	var mu sync.Mutex
	var readers sync.WaitGroup
	done := 0
	for range atOnce {
		readers.Go(func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				if _, err := read(context.WithoutCancel(ctx), 1); err != nil {
					b.Error(err)
					return
				}
			}
			mu.Lock()
			defer mu.Unlock()
			done += n
		})
	}
	readers.Wait()
	return done
}
