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
	"path/filepath"
	"syscall"
	"time"

	"github.com/propflow/propflow/tests/kit/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "snapshot:", err)
		os.Exit(1) //nolint:gocritic // nothing is left for the deferred stop to do
	}
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("snapshot", flag.ContinueOnError)
	commit := flags.String("commit", "", "the release's `commit`")
	release := flags.String("release", "", "the release's `version`")
	folder := flags.String("to", "tests/suites/upgrade/testdata", "`folder` for the snapshot, which is named by the release")
	beside := flags.Bool("beside", false, "run the present release beside it instead of keeping a snapshot")
	limit := flags.Duration("limit", 20*time.Minute, "longest run")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *commit == "" || *release == "" {
		return errors.New("usage: snapshot --commit COMMIT --release VERSION")
	}
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	w, end, err := open(ctx, *commit, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	if *beside {
		return w.beside(ctx)
	}
	if err := w.fill(ctx, w.steps()); err != nil {
		return err
	}
	taken, err := w.take(ctx)
	if err != nil {
		return err
	}
	taken.Release, taken.Commit = *release, *commit
	path := filepath.Join(*folder, *release+".zip")
	if err := taken.Write(path); err != nil {
		return err
	}
	w.say("%s: schema %d, %d tables, %d objects, %d answers", path, taken.Schema, len(taken.Tables), len(taken.Objects), len(taken.Replays))
	return nil
}

// open runs the release of a commit. The caller must call end.
func open(ctx context.Context, commit string, out io.Writer) (_ *world, end func() error, err error) {
	sources, remove, err := stack.Worktree(ctx, commit)
	if err != nil {
		return nil, nil, err
	}
	product, err := stack.New(ctx, stack.Options{
		Sources: sources, APIs: 1, Workers: 1,
		Environment: []string{
			"JOB_TIMEOUT=10s", "USER_REQUESTS_PER_MINUTE=100000", "ADDRESS_REQUESTS_PER_MINUTE=100000", "OTP_REQUESTS_PER_HOUR=100000",
		},
	})
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	w := &world{stack: product, out: out, began: time.Now(), turns: rand.New(rand.NewPCG(1, 1))}
	return w, func() error { return errors.Join(product.Close(), remove()) }, nil
}
