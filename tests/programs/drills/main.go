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
	"slices"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "drills:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

// drill is one kind of drill.
type drill struct {
	name string
	// spoils are the ways to spoil its recovery.
	spoils []string
	run    func(ctx context.Context, w *world) error
}

var errUsage = errors.New("usage: drills restore|files|redis|migrate [flags]")

// drills lists them all.
func drills() []drill {
	return []drill{
		{"restore", []string{lostSegment, noLabel}, restoreDrill},
		{"files", []string{lostVersion}, filesDrill},
		{"redis", []string{lostNotice}, redisDrill},
		{"migrate", []string{noLockTimeout}, migrateDrill},
	}
}

// options are the size and the limits of a drill.
type options struct {
	seed           uint64
	writers        int           // journeys at once
	journeys       int           // to be finished before the harm is done, and again afterwards
	archiveTimeout time.Duration // PostgreSQL's; whole seconds
	objective      time.Duration // how much time of writes may be lost
	hold           time.Duration // how long a reader and a writer keep their transactions open
	bound          time.Duration // how long a request may take while a migration waits
	limit          time.Duration // of the whole run
	keep           string        // folder that the processes' logs are copied to if the run fails
	spoil          string        // empty for a recovery as it should be
}

func parse(args []string, out io.Writer) (drill, options, error) {
	var o options
	if len(args) == 0 {
		return drill{}, o, errUsage
	}
	i := slices.IndexFunc(drills(), func(d drill) bool { return d.name == args[0] })
	if i < 0 {
		return drill{}, o, errUsage
	}
	d := drills()[i]
	flags := flag.NewFlagSet("drills "+d.name, flag.ContinueOnError)
	flags.SetOutput(out)
	flags.Uint64Var(&o.seed, "seed", rand.Uint64N(1_000_000), "seed of everything that is drawn")
	flags.IntVar(&o.writers, "writers", 4, "journeys at once")
	flags.IntVar(&o.journeys, "journeys", 6, "journeys to be finished before the harm is done, and again afterwards")
	flags.DurationVar(&o.archiveTimeout, "archive-timeout", time.Minute, "how much `time` of writes may wait for the WAL archive, in whole seconds")
	flags.DurationVar(&o.objective, "objective", time.Minute, "how much `time` of acknowledged writes may be lost")
	flags.DurationVar(&o.hold, "hold", 20*time.Second, "how much `time` a reader and a writer keep their transactions open during a migration")
	flags.DurationVar(&o.bound, "bound", 2500*time.Millisecond, "how much `time` a request may take during a migration")
	flags.DurationVar(&o.limit, "limit", 20*time.Minute, "longest run")
	flags.StringVar(&o.keep, "keep", "", "`folder` for the processes' logs where the run fails")
	flags.StringVar(&o.spoil, "spoil", "", fmt.Sprintf("spoil the recovery, so that the drill has to fail: one of %q", d.spoils))
	if err := flags.Parse(args[1:]); err != nil {
		return d, o, err
	}
	if o.writers < 1 || o.journeys < 1 || o.archiveTimeout < 2*time.Second || o.spoil != "" && !slices.Contains(d.spoils, o.spoil) {
		return d, o, fmt.Errorf("this cannot be drilled: %+v", o)
	}
	return d, o, nil
}

// run does one drill. Its error names everything that is wrong.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	d, o, err := parse(args, out)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "drill %s: seed %d, %d writers\n", d.name, o.seed, o.writers)
	ctx, cancel := context.WithTimeout(ctx, o.limit)
	defer cancel()
	w, err := newWorld(ctx, o, out)
	if err != nil {
		return err
	}
	defer func() { err = w.close(err) }()
	if err := d.run(ctx, w); err != nil {
		return err
	}
	return w.verdict()
}
