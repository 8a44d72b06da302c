package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/tests/kit/stack"
)

// jobTimeout is short so that jobs of killed workers are soon tried again.
const jobTimeout = 10 * time.Second

// world is one run.
type world struct {
	options
	stack   *stack.Stack
	wire    *wire
	ledger  *ledger
	targets []*target
	stories []story
	staff   []*journey.Reviewer
	weather

	expected    int           // writes
	storiesDone chan struct{} // closed when all stories are

	ownersMu  sync.Mutex
	owners    map[string]*person // by user id
	verdicts  durations
	pushed    atomic.Int64 // verdicts and reports that a live event announced
	polled    atomic.Int64 // those that had to be polled for
	missed    atomic.Int64 // owners whose stream did not announce the report
	retaken   atomic.Int64 // photos
	lockedOut atomic.Int64 // logins that failed for good, after which the owner used another phone
	audited   counts

	sayMu sync.Mutex
	out   io.Writer
	began time.Time
}

// counts is what judge read.
type counts struct {
	properties, photos, valuations, entries, consents, blobs, orphans int
	notifications, sent, twice, lost                                  int
	checked                                                           []string
}

// newWorld starts the stack and draws everything from the seed.
func newWorld(ctx context.Context, o options, out io.Writer) (*world, error) {
	w := &world{
		options: o, ledger: newLedger(), storiesDone: make(chan struct{}), owners: make(map[string]*person),
		weather: weather{counts: make(map[string]map[string]int)},
		out:     out, began: time.Now(),
	}
	var err error
	if w.stack, err = stack.New(ctx, stack.Options{
		APIs: 2, Workers: 2, Breakable: true, Environment: []string{"JOB_TIMEOUT=" + jobTimeout.String()},
	}); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(o.seed, 0))
	w.stories = draw(random, o)
	for _, s := range w.stories {
		w.expected += s.writes()
	}
	w.targets = forecast(random, o, w.stack)
	lose(random, w.stack.Vendors.Twilio, 10*o.journeys)
	var replicas []string
	for _, api := range w.stack.APIs {
		replicas = append(replicas, api.Addr())
	}
	w.wire = newWire(replicas)
	return w, nil
}

func (w *world) say(format string, args ...any) {
	w.sayMu.Lock()
	defer w.sayMu.Unlock()
	_, _ = fmt.Fprintf(w.out, "%6.1f s  %s\n", time.Since(w.began).Seconds(), fmt.Sprintf(format, args...))
}

func (w *world) keepOwner(p *person) {
	w.ownersMu.Lock()
	defer w.ownersMu.Unlock()
	w.owners[p.User.ID] = p
}

// live runs all journeys at once while the targets break. Errors: those of clients that gave
// up, and of outages that could not begin or end.
func (w *world) live(ctx context.Context) error {
	if err := w.hire(ctx); err != nil {
		return err
	}
	w.say("%d members of staff are logged in; %d journeys begin", len(w.staff), len(w.stories))
	var mu sync.Mutex
	var faults []error
	failed := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		faults = append(faults, err)
	}
	supervised, dismiss := context.WithCancel(ctx)
	var storm, stories, supervision sync.WaitGroup
	supervision.Go(func() { w.supervise(supervised) })
	defer supervision.Wait()
	defer dismiss()
	for _, t := range w.targets {
		storm.Go(func() {
			if err := w.rage(ctx, t); err != nil {
				failed(err)
			}
		})
	}
	for _, s := range w.stories {
		stories.Go(func() {
			if err := w.runJourney(ctx, s); err != nil {
				w.say("journey %d gave up: %v", s.number, err)
				failed(fmt.Errorf("journey %d (%s): %w", s.number, s.ending, err))
			}
		})
	}
	stories.Wait()
	close(w.storiesDone)
	storm.Wait()
	w.say("all journeys are at their end")
	return errors.Join(faults...)
}

// hire adds the staff and logs them in.
func (w *world) hire(ctx context.Context) error {
	seeds, err := stack.Recruit(valuers, supervisors)
	if err != nil {
		return err
	}
	if err := w.stack.Hire(ctx, seeds); err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	w.staff = make([]*journey.Reviewer, len(seeds))
	faults := make([]error, len(seeds))
	var all sync.WaitGroup
	for i, s := range seeds {
		all.Go(func() {
			who, err := w.enter(ctx, string(s.Phone), s.TOTPSecret, i)
			if faults[i] = err; err == nil {
				w.staff[i] = &journey.Reviewer{Person: who.Person}
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

// close ends everything. If the run failed and a folder was named, it keeps the processes' logs
// there.
func (w *world) close(failure error) error {
	if failure != nil && w.keep != "" {
		failure = errors.Join(failure, w.stack.KeepLogs(w.keep))
	}
	return errors.Join(failure, w.stack.Close())
}

// durations collects how long something took.
type durations struct {
	mu  sync.Mutex
	all []time.Duration
}

func (d *durations) add(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, took)
}

// quantile returns the duration that the share q of all did not exceed.
func (d *durations) quantile(q float64) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.all) == 0 {
		return 0
	}
	slices.Sort(d.all)
	return d.all[int(q*float64(len(d.all)-1))]
}
