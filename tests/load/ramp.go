package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// stride is by how much each step of a ramp is higher, until one misses a level.
	stride = 1.5
	// near is how close the highest rate that holds and the lowest that does not end up.
	near = 1.1
)

// ramp searches the highest rate that holds every level: up by strides until one is missed,
// then halfway between the two, again and again. It prints the round of that rate, and what
// the lowest that failed missed. Its error: that not even the first rate held.
func (c *crowd) ramp(ctx context.Context) error {
	var best, worst *result
	for next := c.opts.submissions; ; {
		got, err := c.round(ctx, next)
		if err != nil {
			return err
		}
		missed := got.verdict()
		c.say("%s", got.brief(missed))
		if missed == nil {
			best = got
		} else {
			worst = got
		}
		if next = step(best, worst); next == 0 {
			break
		}
	}
	if best == nil {
		worst.tell(c.out)
		return errors.Join(errors.New("not even the first rate holds: begin lower, by --submissions"), worst.verdict())
	}
	_, _ = fmt.Fprintf(c.out, "\nThe highest rate that holds: %.0f submissions a day, %.3f a second in the busiest hour.\n", best.submissions, best.rate)
	best.tell(c.out)
	_, _ = fmt.Fprintf(c.out, "\nThe lowest rate that does not: %.0f submissions a day. %v\n", worst.submissions, worst.verdict())
	worst.tellUsage(c.out)
	return nil
}

// step returns the next rate to try, 0 where the search is over: either is nil until there is
// one.
func step(best, worst *result) float64 {
	switch {
	case best == nil:
		return 0
	case worst == nil:
		return best.submissions * stride
	case worst.submissions/best.submissions <= near:
		return 0
	default:
		return (best.submissions + worst.submissions) / 2
	}
}

// brief tells a round in one line.
func (r *result) brief(missed error) string {
	said := "all levels held"
	if missed != nil {
		said = missed.Error()
	}
	line := fmt.Sprintf("%.0f a day: %.1f requests a second, machine %.0f %% busy, arrivals late by %v at p99;",
		r.submissions, float64(r.answered())/r.spent.took.Seconds(), 100*r.spent.share(), r.book.late.Quantile(.99).Round(time.Millisecond))
	for _, l := range r.opts.levels.judge(r.book) {
		line += fmt.Sprintf(" %s %v;", l.name, round(l.measured))
	}
	return line + " " + said
}
