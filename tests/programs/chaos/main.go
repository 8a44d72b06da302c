package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

// options are the size and the limits of a run.
type options struct {
	seed     uint64
	journeys int
	photos   int           // of each journey
	kills    int           // of each target
	faults   int           // of the network, before each target that has one
	targets  string        // names of those to break, with commas; all if empty
	limit    time.Duration // of the whole run
	keep     string        // folder that the processes' logs are copied to if the run fails
}

func parse(args []string, out io.Writer) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "seed of everything that is drawn")
	flags.IntVar(&o.journeys, "journeys", 200, "journeys at once")
	flags.IntVar(&o.photos, "photos", 4, "photos of each journey, at least 2")
	flags.IntVar(&o.kills, "kills", 4, "kills of each target")
	flags.IntVar(&o.faults, "faults", 3, "faults of the network before each target")
	flags.StringVar(&o.targets, "targets", "", "`names` of what to break, with commas; everything if not given")
	flags.DurationVar(&o.limit, "limit", 20*time.Minute, "longest run")
	flags.StringVar(&o.keep, "keep", "", "`folder` for the processes' logs where the run fails")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.journeys < 1 || o.photos < 2 || o.kills < 0 || o.faults < 0 {
		return o, fmt.Errorf("nothing to do: %+v", o)
	}
	return o, nil
}

// run does one run and prints its summary. Its error names everything that is wrong.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "chaos: seed %d, %d journeys of %d photos\n", o.seed, o.journeys, o.photos)
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	began := time.Now()
	w, err := newWorld(ctx, o, out)
	if err != nil {
		return err
	}
	defer func() { err = w.close(err) }()
	w.say("%d processes are up", len(w.stack.Processes()))
	if err := w.live(ctx); err != nil {
		return err
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	faults := w.judge(ctx)
	w.summarise(out, time.Since(began))
	if len(faults) > 0 {
		for _, fault := range faults {
			_, _ = fmt.Fprintln(out, "FAULT", fault)
		}
		return fmt.Errorf("%d faults", len(faults))
	}
	_, _ = fmt.Fprintln(out, "nothing is wrong")
	return nil
}
