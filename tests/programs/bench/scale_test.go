package bench_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
)

const (
	small, large = 10_000, 2_000_000
	// rounds is how often each read is timed on each database, in turns, within patience.
	rounds   = 101
	patience = 3 * time.Second
)

// BenchmarkScale times the reads that people wait for on a small and on a large database of
// equal density, and prints the ratio of the medians: of the statements alone, and of the
// whole read. Aim: under 1.5. On the large one no plan may scan a table from end to end.
func BenchmarkScale(b *testing.B) {
	var sides [2]side
	for i, rows := range []int{small, large} {
		began := time.Now()
		sides[i] = openSide(b, filled(b, rows), rows)
		report("%d rows in %s", rows, time.Since(began).Round(time.Second))
	}
	report("%-32s %5s %10s %10s %7s %7s", "", "found", "10k", "2M", "ratio", "whole")
	for b.Loop() {
		for _, name := range names(sides[0].reads) {
			var statements, whole [2][]time.Duration
			found := 0
			for i, began := 0, time.Now(); i < rounds && time.Since(began) < patience; i++ {
				for s := range sides {
					n, statement, all := sides[s].time(b, name, i)
					statements[s], whole[s], found = append(statements[s], statement), append(whole[s], all), n
				}
			}
			before, after := median(statements[0]), median(statements[1])
			report("%-32s %5d %10s %10s %7.2f %7.2f", name, found, before.Round(time.Microsecond), after.Round(time.Microsecond),
				ratio(before, after), ratio(median(whole[0]), median(whole[1])))
		}
	}
	assert.Empty(b, sides[1].scans(b, ""))
}

// TestEveryReadHasAnIndex finds reads that must scan a table from end to end, because no
// index can answer them, on a database of any size.
func TestEveryReadHasAnIndex(t *testing.T) {
	t.Parallel()
	const few = 4_000
	s := openSide(t, filled(t, few), few)
	for _, name := range names(s.reads) {
		s.time(t, name, 0)
	}
	assert.Empty(t, s.scans(t, "SET enable_seqscan = off"))
}

// side is one of the databases that are compared.
type side struct {
	url     string
	watcher *watcher
	reads   map[string]read
}

func openSide(tb testing.TB, url string, rows int) side {
	tb.Helper()
	w := &watcher{seen: map[string]statement{}}
	store, err := postgres.Open(tb.Context(), url, postgres.Options{MaxConns: 1, Tracer: w})
	require.NoError(tb, err)
	tb.Cleanup(store.Close)
	return side{url, w, reads(tb, store, rows)}
}

// time runs a read and returns what it found and how long its statements and all of it took.
func (s side) time(tb testing.TB, name string, i int) (found int, statements, whole time.Duration) {
	tb.Helper()
	s.watcher.take(name)
	began := time.Now()
	found, err := s.reads[name](tb.Context(), i)
	whole = time.Since(began)
	require.NoError(tb, err, name)
	return found, s.watcher.take(name), whole
}

func median(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}

// report prints at once: a benchmark's log comes at its end only.
func report(format string, args ...any) { _, _ = fmt.Fprintf(os.Stdout, format+"\n", args...) }

func ratio(before, after time.Duration) float64 { return float64(after) / float64(before) }

// wholeAtOnce names tables that have a handful of rows at any scale: they are best read from end
// to end.
var wholeAtOnce = regexp.MustCompile(`Seq Scan on (settings|comparable_withdrawals w)\b`)

// scans explains every statement that was seen, with the arguments that it came with, and
// returns those whose plans scan a table from end to end.
func (s side) scans(tb testing.TB, setting string) []string {
	tb.Helper()
	config, err := pgx.ParseConfig(s.url)
	require.NoError(tb, err)
	config.RuntimeParams["plan_cache_mode"] = "force_custom_plan" // as the adapter sets them
	config.RuntimeParams["random_page_cost"] = "1.1"
	conn, err := pgx.ConnectConfig(tb.Context(), config)
	require.NoError(tb, err)
	defer func() { require.NoError(tb, conn.Close(context.WithoutCancel(tb.Context()))) }()
	_, err = conn.Exec(tb.Context(), setting)
	require.NoError(tb, err)
	var found []string
	for _, name := range names(s.watcher.seen) {
		statement := s.watcher.seen[name]
		rows, err := conn.Query(tb.Context(), "EXPLAIN (COSTS off) "+statement.sql, statement.args...)
		require.NoError(tb, err, name)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(tb, err, name)
		for _, line := range lines {
			if strings.Contains(line, "Seq Scan") && !wholeAtOnce.MatchString(line) {
				found = append(found, fmt.Sprintf("%s:\n%s", name, strings.Join(lines, "\n")))
				break
			}
		}
	}
	require.NotEmpty(tb, s.watcher.seen)
	tb.Logf("%d statements explained, %d with a sequential scan", len(s.watcher.seen), len(found))
	return found
}

// statement is what the adapter sent, with its arguments.
type statement struct {
	sql  string
	args []any
}

// watcher is a pgx.QueryTracer: it times the statements of db/queries and keeps each read's.
type watcher struct {
	mu    sync.Mutex
	read  string
	began time.Time
	spent time.Duration
	seen  map[string]statement // by read and statement
}

// take returns the time of the statements since the last call; read names those that come next.
func (w *watcher) take(read string) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	spent := w.spent
	w.read, w.spent = read, 0
	return spent
}

// TraceQueryStart implements pgx.QueryTracer.
func (w *watcher) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	w.mu.Lock()
	defer w.mu.Unlock()
	if rest, ours := strings.CutPrefix(data.SQL, "-- name: "); ours {
		name, _, _ := strings.Cut(rest, " ")
		w.seen[w.read+" / "+name] = statement{data.SQL, data.Args}
		w.began = time.Now()
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (w *watcher) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.began.IsZero() {
		w.spent += time.Since(w.began)
		w.began = time.Time{}
	}
}

// TraceBatchStart implements pgx.BatchTracer: BEGIN travels with the first statement.
func (w *watcher) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for _, q := range data.Batch.QueuedQueries {
		w.TraceQueryStart(ctx, conn, pgx.TraceQueryStartData{SQL: q.SQL, Args: q.Arguments})
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (*watcher) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (w *watcher) TraceBatchEnd(ctx context.Context, conn *pgx.Conn, _ pgx.TraceBatchEndData) {
	w.TraceQueryEnd(ctx, conn, pgx.TraceQueryEndData{})
}
