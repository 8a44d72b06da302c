package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// summarise prints what happened, and what judge read and checked.
func (w *world) summarise(out io.Writer, took time.Duration) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	writes, _ := w.ledger.writes()
	c := w.audited
	row("seed", "%d", w.seed)
	row("journeys", "%d of %d photos: %s", w.journeys, w.photos, w.endings())
	row("requests", "%d, of them %d tried again (%s)", w.wire.requests.Load(), w.wire.retries.Load(), tally(w.wire.reasons))
	row("sessions", "%d renewed, %d owners locked out for too many tries", w.wire.renewals.Load(), w.lockedOut.Load())
	row("acknowledged writes", "%d, which made %d facts", writes, len(w.ledger.facts))
	for _, target := range slices.Sorted(maps.Keys(w.counts)) {
		row("outages of "+target, "%s", tally(w.counts[target]))
	}
	row("upload to verdict", "median %v, 95 %% within %v, longest %v; %d photos taken again",
		w.verdicts.quantile(.5).Round(time.Millisecond), w.verdicts.quantile(.95).Round(time.Millisecond),
		w.verdicts.quantile(1).Round(time.Millisecond), w.retaken.Load())
	row("live events", "%d verdicts and reports heard of, %d polled; %d owners missed the end", w.pushed.Load(), w.polled.Load(), w.missed.Load())
	row("read again", "%d properties, %d photos, %d valuations, %d consents, %d audit entries, %d blobs (%d orphans)",
		c.properties, c.photos, c.valuations, c.consents, c.entries, c.blobs, c.orphans)
	row("notifications", "%d due, %d sent, %d sent again, %d replies lost", c.notifications, c.sent, c.twice, c.lost)
	row("duration", "%.0f s", took.Seconds())
	_ = table.Flush()
	for _, line := range c.checked {
		_, _ = fmt.Fprintln(out, "checked:", line)
	}
}

// endings counts how the journeys end.
func (w *world) endings() string {
	counts := make(map[string]int)
	for _, s := range w.stories {
		counts[string(s.ending)]++
	}
	return tally(counts)
}

// tally writes counts in one line.
func tally(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(parts, ", ")
}
