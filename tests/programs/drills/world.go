package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/tests/kit/stack"
)

const (
	// jobTimeout is short so that jobs of a lost worker are soon tried again.
	jobTimeout = 10 * time.Second
	// The number of staff.
	valuers, supervisors = 3, 1
)

// world is one drill.
type world struct {
	options
	stack  *stack.Stack
	books  *books
	random *rand.Rand
	http   *http.Client
	staff  []*person // valuers, then supervisors
	crew   *crew
	meter  meter

	out   io.Writer
	began time.Time

	mu     sync.Mutex
	faults []string
}

// newWorld starts the product on servers of its own and logs the staff in.
func newWorld(ctx context.Context, o options, out io.Writer) (_ *world, err error) {
	w := &world{
		options: o, out: out, began: time.Now(), books: newBooks(), random: rand.New(rand.NewPCG(o.seed, 0)),
		http: &http.Client{Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext, MaxIdleConnsPerHost: 64,
		}},
	}
	w.stack, err = stack.New(ctx, stack.Options{
		APIs: 2, Workers: 1, Versions: true,
		Postgres: []string{"wal_level=replica", "archive_mode=on", "archive_timeout=" + strconv.Itoa(int(o.archiveTimeout.Seconds()))},
		Environment: []string{
			"JOB_TIMEOUT=" + jobTimeout.String(), "USER_REQUESTS_PER_MINUTE=100000", "ADDRESS_REQUESTS_PER_MINUTE=100000",
		},
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.stack.Close())
		}
	}()
	seeds, err := stack.Recruit(valuers, supervisors)
	if err != nil {
		return nil, err
	}
	if err := w.stack.Hire(ctx, seeds); err != nil {
		return nil, fmt.Errorf("hire the staff: %w", err)
	}
	for i, s := range seeds {
		member, err := w.enter(ctx, string(s.Phone), s.TOTPSecret, i)
		if err != nil {
			return nil, fmt.Errorf("log the staff in: %w", err)
		}
		w.staff = append(w.staff, member)
	}
	w.crew = newCrew(w)
	w.say("%d processes are up, %d members of staff are logged in", len(w.stack.Processes()), len(w.staff))
	return w, nil
}

func (w *world) say(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, _ = fmt.Fprintf(w.out, "%6.1f s  %s\n", time.Since(w.began).Seconds(), fmt.Sprintf(format, args...))
}

// shown is the maximum number of faults of one kind that are printed; the rest are only counted.
const shown = 10

// blame records what is wrong, for the verdict.
func (w *world) blame(what string, found ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, f := range found {
		if i == shown {
			f = fmt.Sprintf("and %d more", len(found)-shown)
		}
		w.faults = append(w.faults, what+": "+f)
		if i == shown {
			return
		}
	}
}

// clean reports whether nothing has been blamed so far.
func (w *world) clean() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.faults) == 0
}

// verdict prints what is wrong. Its error is the number of faults.
func (w *world) verdict() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fault := range w.faults {
		_, _ = fmt.Fprintln(w.out, "FAULT", fault)
	}
	if len(w.faults) > 0 {
		return fmt.Errorf("%d faults", len(w.faults))
	}
	_, _ = fmt.Fprintln(w.out, "nothing is wrong")
	return nil
}

// close ends everything. If the drill failed and a folder was named, it keeps the processes'
// logs there.
func (w *world) close(failure error) error {
	w.crew.dismiss()
	if failure != nil && w.keep != "" {
		failure = errors.Join(failure, w.stack.KeepLogs(w.keep))
	}
	return errors.Join(failure, w.stack.Close())
}

// judgeProcesses blames processes of the product that ended, because the product must go on
// without a restart.
func (w *world) judgeProcesses() {
	for _, p := range w.stack.Processes() {
		if running, _ := p.Member.State(); !running {
			w.blame("the product goes on by itself", p.Name+" ended")
		}
	}
}

// judgeCommand runs one of the product's own checks and blames what it finds.
func (w *world) judgeCommand(ctx context.Context, args ...string) {
	began := time.Now()
	output, err := w.stack.Command(ctx, args...)
	lines := strings.Split(strings.TrimSpace(output), "\n")
	if err != nil {
		w.blame("propflow "+strings.Join(args, " "), append([]string{err.Error()}, lines...)...)
		return
	}
	w.say("propflow %s: clean after %.1f s", strings.Join(args, " "), time.Since(began).Seconds())
}

// reviewer returns the n-th member of the staff, to review cases.
func (w *world) reviewer(n int) *journey.Reviewer {
	return &journey.Reviewer{Person: w.staff[n].Person}
}

// await calls done every 50 ms until it returns true. Errors: ctx's and done's.
func await(ctx context.Context, what string, done func() (bool, error)) error {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("await that %s: %w", what, ctx.Err())
		}
	}
}
