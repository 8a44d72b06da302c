package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// result is what one round found.
type result struct {
	book        *book
	opts        options
	submissions float64 // a day
	rate        float64 // submissions a second in its busiest hour
	journeys    int     // with those before and after what was measured
	spent       spent
	kept        kept
}

// verdict is an error that names the levels that were missed, and whether anything failed.
func (r *result) verdict() error {
	var missed []string
	for _, l := range r.opts.levels.judge(r.book) {
		if !l.held() {
			missed = append(missed, l.String())
		}
	}
	if faults := r.book.faulty(); faults > 0 {
		missed = append(missed, fmt.Sprintf("%d errors", faults))
	}
	if len(missed) > 0 {
		return fmt.Errorf("service levels missed: %s", strings.Join(missed, "; "))
	}
	return nil
}

// print prints all figures, the levels first.
func (r *result) print(out io.Writer) {
	r.printLevels(out)
	r.printTimes(out)
	r.printUsage(out)
	r.printStores(out)
	r.printFaults(out)
}

// table prints columns, the first of names.
func table(out io.Writer, title string, rows func(row func(cells ...any))) {
	_, _ = fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(cells ...any) {
		for i, cell := range cells {
			if i > 0 {
				_, _ = fmt.Fprint(w, "\t")
			}
			_, _ = fmt.Fprint(w, cell)
		}
		_, _ = fmt.Fprintln(w)
	}
	for i, cell := range strings.Split(title, "|") {
		if i > 0 {
			_, _ = fmt.Fprint(w, "\t")
		}
		_, _ = fmt.Fprint(w, cell)
	}
	_, _ = fmt.Fprintln(w)
	rows(line)
	_ = w.Flush()
}

func (r *result) printLevels(out io.Writer) {
	table(out, "service level|promised|measured|of|", func(row func(...any)) {
		for _, l := range r.opts.levels.judge(r.book) {
			verdict := "held"
			if !l.held() {
				verdict = "MISSED"
			}
			row(l.name, "< "+l.promised.String(), round(l.measured), l.of, verdict)
		}
	})
}

func (r *result) printTimes(out io.Writer) {
	seconds := r.opts.hold.Seconds()
	figures := func(title string, all map[string]*vegeta.Metrics, failed map[string]int) {
		table(out, title+"|count|per second|p50|p95|p99|max|errors", func(row func(...any)) {
			for _, name := range slices.Sorted(maps.Keys(all)) {
				m := all[name]
				m.Close()
				l := m.Latencies
				row(name, m.Requests, fmt.Sprintf("%.2f", float64(m.Requests)/seconds), round(l.P50), round(l.P95), round(l.P99), round(l.Max), failed[name])
			}
		})
	}
	figures("operation", r.book.requests, r.book.failed)
	figures("wait", r.book.waits, nil)
	_, _ = fmt.Fprintf(out, "\narrivals came late by %v at p99, %v at the most\n", round(r.book.late.Quantile(.99)), round(r.book.late.Max))
}

// per divides, and returns 0 if nothing was counted.
func per(d time.Duration, count int) time.Duration {
	if count == 0 {
		return 0
	}
	return d / time.Duration(count)
}

func (r *result) printUsage(out io.Writer) {
	submitted, requests, photos := r.book.count("submitProperty"), int(r.book.answers), r.book.count("completePhoto")
	table(out, "processor|cores|per submission|memory", func(row func(...any)) {
		for _, part := range parts {
			used := r.spent.processor[part]
			row(part, fmt.Sprintf("%.2f", used.Seconds()/r.spent.took.Seconds()), round(per(used, submitted)), memory(r.spent.resident[part]))
		}
		row("all but this program", fmt.Sprintf("%.2f", r.spent.product().Seconds()/r.spent.took.Seconds()), round(per(r.spent.product(), submitted)))
	})
	busiest := slices.MaxFunc(parts[:len(parts)-1], func(a, b string) int { return cmp.Compare(r.spent.processor[a], r.spent.processor[b]) })
	_, _ = fmt.Fprintf(out, "\nAPI per request %v (%.1f requests a second); worker per photo %v (%.2f photos a second), notifications and reports included\n",
		round(per(r.spent.processor[partAPI], requests)), float64(requests)/r.spent.took.Seconds(),
		round(per(r.spent.processor[partWorker], photos)), float64(photos)/r.spent.took.Seconds())
	_, _ = fmt.Fprintf(out, "the machine's %d processors were %.0f %% busy; %s took most of what the product took, %.0f %%\n",
		runtime.NumCPU(), 100*r.spent.share(), busiest, 100*float64(r.spent.processor[busiest])/float64(max(1, r.spent.product())))
}

func (r *result) printStores(out io.Writer) {
	table(out, "kept|in all|per submission", func(row func(...any)) {
		for _, s := range []struct {
			name  string
			bytes int64
		}{
			{"PostgreSQL", r.kept.database}, {"write-ahead log", r.kept.wal}, {"S3", r.kept.files}, {"Redis, memory", r.kept.redis},
		} {
			row(s.name, megabytes(s.bytes), fmt.Sprintf("%.1f KB", float64(s.bytes)/1e3/float64(max(1, r.journeys))))
		}
		row("S3, objects", r.kept.objects, fmt.Sprintf("%.1f", float64(r.kept.objects)/float64(max(1, r.journeys))))
	})
	names := slices.SortedFunc(maps.Keys(r.kept.tables), func(a, b string) int { return cmp.Compare(r.kept.tables[b], r.kept.tables[a]) })
	var largest []string
	for _, name := range names[:min(6, len(names))] {
		largest = append(largest, fmt.Sprintf("%s %s", name, megabytes(r.kept.tables[name])))
	}
	_, _ = fmt.Fprintf(out, "%d journeys in all; tables that grew most: %s\n", r.journeys, strings.Join(largest, ", "))
}

func memory(n int64) string {
	if n == 0 {
		return "-"
	}
	return megabytes(n)
}

func megabytes(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }

// shown is the maximum number of kinds of faults that are printed.
const shown = 20

func (r *result) printFaults(out io.Writer) {
	_, _ = fmt.Fprintf(out, "\nphotos: %s\nerrors: %d\n", tally(r.book.verdicts), r.book.faulty())
	faults := slices.SortedFunc(maps.Keys(r.book.faults), func(a, b string) int { return cmp.Compare(r.book.faults[b], r.book.faults[a]) })
	for _, fault := range faults[:min(shown, len(faults))] {
		_, _ = fmt.Fprintf(out, "  %d × %s\n", r.book.faults[fault], fault)
	}
}

// tally writes counts in one line, most frequent first.
func tally(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", counts[name], name)
	}
	return strings.Join(names, ", ")
}
