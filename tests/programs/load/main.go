package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/propflow/propflow/adapters/imaging"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

// options say how large a run is.
type options struct {
	seed        uint64
	submissions float64 // a day
	peak        float64 // share of a day's submissions in its busiest hour
	photos      int     // of each submission
	megapixels  float64 // of each photo
	valuers     int
	owners      int           // with a stream open, in addition to those who submit
	apis        int           // processes
	workers     int           // processes
	pause       time.Duration // of an owner between two photos; a case waits for a valuer five times as long
	warmUp      time.Duration
	hold        time.Duration // of what is measured
	ramp        bool
	limit       time.Duration // of the whole run
	keep        string        // folder that the processes' logs are copied to
	levels      levels
}

func parse(args []string, out io.Writer) (options, error) {
	o := options{levels: promised()}
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "seed of arrivals and pictures")
	flags.Float64Var(&o.submissions, "submissions", 5000, "submissions a day; where the ramp begins")
	flags.Float64Var(&o.peak, "peak", 0.12, "share of a day's submissions in its busiest hour")
	flags.IntVar(&o.photos, "photos", 6, "photos of each submission, 2 to 30")
	flags.Float64Var(&o.megapixels, "megapixels", 12, "size of each photo, 0.1 to 40")
	flags.IntVar(&o.valuers, "valuers", 50, "valuers with a dashboard open")
	flags.IntVar(&o.owners, "owners", 200, "owners with a stream of events open, beside those who submit")
	flags.IntVar(&o.apis, "apis", 2, "API processes")
	flags.IntVar(&o.workers, "workers", 1, "worker processes")
	flags.DurationVar(&o.pause, "pause", 2*time.Second, "an owner's pause between photos; a case waits five times as long for a valuer")
	flags.DurationVar(&o.warmUp, "warm-up", 30*time.Second, "load before what is measured")
	flags.DurationVar(&o.hold, "hold", 2*time.Minute, "load that is measured; 45s in each step of a ramp if not given")
	flags.BoolVar(&o.ramp, "ramp", false, "search for the highest rate that holds every service level")
	flags.DurationVar(&o.limit, "limit", time.Hour, "longest run")
	flags.StringVar(&o.keep, "keep", "", "`folder` for the processes' logs")
	o.levels.flags(flags)
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.ramp && !isSet(flags, "hold") {
		o.hold = 45 * time.Second
	}
	if o.submissions <= 0 || o.peak <= 0 || o.photos < 2 || o.photos > 30 || o.megapixels < 0.1 || o.megapixels > 40 ||
		o.valuers < 1 || o.owners < 1 || o.apis < 1 || o.workers < 1 || o.hold <= 0 {
		return o, errors.New("a run needs submissions, photos, people and processes: see -h")
	}
	return o, nil
}

func isSet(flags *flag.FlagSet, name string) bool {
	found := false
	flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// perSecond is the number of submissions that arrive in a second of the busiest hour.
func (o options) perSecond(submissions float64) float64 {
	return submissions * o.peak / time.Hour.Seconds()
}

// run does one run and prints what it found. Its error names the service levels that were
// missed and how many requests failed.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "load: seed %d, photos of %.1f megapixels, decoded by %s\n", o.seed, o.megapixels, imaging.JPEGCodec)
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	c, err := newCrowd(ctx, o, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if o.ramp {
		return c.ramp(ctx)
	}
	got, err := c.round(ctx, o.submissions)
	if err != nil {
		return err
	}
	got.print(out)
	return got.verdict()
}
