package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	// stride is by how much each step of a ramp is higher, until one misses a level.
	stride = 1.5
	// near is how close the highest rate that meets every level and the lowest that does not end up.
	near = 1.1
)

// ramp searches the highest rate that meets every level. It prints the round of that rate,
// what the lowest that failed missed, and what a submission costs, whatever the rate. Its
// error: that not even the first rate held.
func (c *crowd) ramp(ctx context.Context) error {
	all, best, worst, err := search(c.opts.submissions, func(submissions float64) (*result, error) {
		got, err := c.round(ctx, submissions)
		if err == nil {
			c.say("%s", got.brief())
		}
		return got, err
	})
	switch {
	case err != nil:
		return err
	case best == nil:
		worst.print(c.out)
		return errors.Join(errors.New("not even the first rate holds: begin lower, by --submissions"), worst.verdict())
	}
	_, _ = fmt.Fprintf(c.out, "\nThe highest rate that holds: %.0f submissions a day, %.3f a second in the busiest hour.\n", best.submissions, best.rate)
	best.print(c.out)
	_, _ = fmt.Fprintf(c.out, "\nThe lowest rate that does not: %.0f submissions a day. %v\n", worst.submissions, worst.verdict())
	worst.printUsage(c.out)
	tellFit(c.out, all)
	return nil
}

// search tries rates: up by strides until one misses a level, then halfway between the highest
// that held and the lowest that did not, until they are near. Either is nil if there is none.
func search(first float64, round func(submissions float64) (*result, error)) (all []*result, best, worst *result, err error) {
	for next := first; next > 0; next = step(best, worst) {
		got, err := round(next)
		if err != nil {
			return all, best, worst, err
		}
		all = append(all, got)
		if got.verdict() == nil {
			best = got
		} else {
			worst = got
		}
	}
	return all, best, worst, nil
}

// step returns the next rate to try, or 0 if the search is over.
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

// tellFit prints what everybody who is only there costs, and what each submission adds.
func tellFit(out io.Writer, all []*result) {
	_, _ = fmt.Fprintf(out, "\nCores by rate, fitted to %d rounds\n", len(all))
	table(out, "processor|at rest, cores|per submission", func(row func(...any)) {
		for _, part := range parts {
			var rates, cores []float64
			for _, r := range all {
				rates = append(rates, float64(r.book.count("submitProperty"))/r.spent.took.Seconds())
				cores = append(cores, r.spent.processor[part].Seconds()/r.spent.took.Seconds())
			}
			base, slope := line(rates, cores)
			row(part, fmt.Sprintf("%.3f", base), round(time.Duration(slope*float64(time.Second))))
		}
	})
}

// line fits y = base + slope·x by least squares; the slope is 0 if all x are the same.
func line(x, y []float64) (base, slope float64) {
	var sumX, sumY, sumXX, sumXY float64
	for i := range x {
		sumX, sumY, sumXX, sumXY = sumX+x[i], sumY+y[i], sumXX+x[i]*x[i], sumXY+x[i]*y[i]
	}
	n := float64(len(x))
	if spread := n*sumXX - sumX*sumX; spread > 0 {
		slope = (n*sumXY - sumX*sumY) / spread
	}
	return (sumY - slope*sumX) / n, slope
}

// brief describes a round in one line.
func (r *result) brief() string {
	line := fmt.Sprintf("%.1f requests a second, machine %.0f %% busy, arrivals late by %v at p99;",
		float64(r.book.answers)/r.spent.took.Seconds(), 100*r.spent.share(), round(r.book.late.Quantile(.99)))
	for _, l := range r.opts.levels.judge(r.book) {
		line += fmt.Sprintf(" %s %v;", l.name, round(l.measured))
	}
	if err := r.verdict(); err != nil {
		return line + " " + err.Error()
	}
	return line + " all levels held"
}
