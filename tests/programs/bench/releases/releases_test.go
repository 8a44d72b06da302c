package releases_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/propflow/propflow/tests/kit/servers"
)

var before = flag.String("before", "8924d17", "commit of the release to compare with")

const (
	turns   = 20 // of each step and side, alternately
	perTurn = 15 // requests of a turn, one after another
	counted = 10 // requests whose round trips to PostgreSQL are counted
)

// BenchmarkReleases submits and values cases with `propflow serve` of an earlier release and of this
// tree. Each is a process on a database of its own with the same rows, on one PostgreSQL, and they
// take turns, so that other work on the machine weighs on both alike. It prints the round trips to
// PostgreSQL, the quantiles of the answers' times, and the ratio of the medians of each turn. It
// asserts no figure.
func BenchmarkReleases(b *testing.B) {
	data := newCases(turns*perTurn + perTurn + counted)
	url := servers.Postgres(b)
	after := newSide(b, "", url, func() { data.store(b, url) })
	earlier := servers.Postgres(b)
	sides := []*side{newSide(b, *before, earlier, func() { copyRows(b, url, earlier) }), after}
	fmt.Printf("%-8s %-8s %11s %9s %9s %9s   %s\n", "", "", "round trips", "min", "median", "p95", "after/before: median of turns (least to most)")
	for _, step := range []step{submit, approve} {
		b.Run(step.name, func(b *testing.B) {
			for b.Loop() {
				compare(b, data, sides, step)
			}
		})
	}
	for _, side := range sides {
		fmt.Println("valuations:", side.decided)
	}
}

func compare(b *testing.B, data *cases, sides []*side, s step) {
	b.Helper()
	var trips [2]int64
	for i, side := range sides {
		trips[i] = side.count(b, s, s.of(data)[:counted])
	}
	var all [2][]time.Duration
	var ratios []float64
	for turn, ids := range slices.Collect(slices.Chunk(s.of(data)[counted:], perTurn)) {
		var medians [2]float64
		for n := range sides {
			i := (n + turn) % 2 // neither is always the first
			took := sides[i].turn(b, s, ids)
			medians[i] = float64(quantile(took, 50))
			if turn > 0 { // the first warms up
				all[i] = append(all[i], took...)
			}
		}
		if turn > 0 {
			ratios = append(ratios, medians[1]/medians[0])
		}
	}
	for i, name := range []string{"before", "after"} {
		fmt.Printf("%-8s %-8s %11d %9s %9s %9s", s.name, name, trips[i], quantile(all[i], 0), quantile(all[i], 50), quantile(all[i], 95))
		if i == 1 {
			fmt.Printf("   %.2f (%.2f to %.2f)", quantile(ratios, 50), slices.Min(ratios), slices.Max(ratios))
		}
		fmt.Println()
	}
}

// quantile returns the least value that so many percent of the values do not exceed.
func quantile[T cmp.Ordered](values []T, percent int) T {
	values = slices.Sorted(slices.Values(values))
	return values[max(0, (len(values)*percent+99)/100-1)]
}

// step is what is measured: what prepare returns.
type step struct {
	name    string
	of      func(data *cases) []string // the properties
	prepare func(ctx context.Context, s *side, property string) (do func() error, err error)
}

var submit = step{
	name: "submit",
	of:   func(data *cases) []string { return data.drafts },
	prepare: func(ctx context.Context, s *side, property string) (func() error, error) {
		return func() error {
			_, err := s.owner.Submit(ctx, property)
			return err
		}, nil
	},
}

var approve = step{
	name: "approve",
	of:   func(data *cases) []string { return data.claimed },
	prepare: func(ctx context.Context, s *side, property string) (func() error, error) {
		suggestion, err := s.valuer.Suggestion(ctx, property)
		if err != nil {
			return nil, err
		}
		return func() error {
			v, err := s.valuer.Value(ctx, property, *suggestion.Amount, suggestion, "Sales of similar size close by, adjusted.")
			s.decided[v.Status]++
			return err
		}, nil
	},
}
