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

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
	"github.com/propflow/propflow/tests/kit/stack"
)

const (
	supervisors = 3
	// firstOwner is the number of the first person who is not staff.
	firstOwner = 1000
	// journeyTime bounds a journey, and each review: what takes longer has failed.
	journeyTime = 3 * time.Minute
)

// crowd is everybody, and the product that they use.
type crowd struct {
	opts  options
	out   io.Writer
	began time.Time

	stack *stack.Stack
	wire  *wire
	pool  *pool
	meter *meter
	cases *cases
	debts *debts

	valuers, supervisors, idle []*person

	ctx    context.Context // of the run: reviews outlast the journey that hands them over
	number int             // of the next journey
	turns  atomic.Int64    // of valuers
	work   sync.WaitGroup  // journeys and reviews
}

// newCrowd starts the product and logs in everybody who is only there.
func newCrowd(ctx context.Context, o options, out io.Writer) (_ *crowd, err error) {
	c := &crowd{opts: o, out: out, began: time.Now(), cases: newCases(), debts: newDebts(), ctx: ctx}
	c.say("drawing pictures")
	if c.pool, err = newPool(o.seed, o.megapixels); err != nil {
		return nil, err
	}
	c.stack, err = stack.New(ctx, stack.Options{
		APIs: o.apis, Workers: o.workers,
		// As in production: a commit waits for the disk.
		Postgres: []string{"fsync=on"},
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	var replicas []string
	for _, api := range c.stack.APIs {
		replicas = append(replicas, api.Addr())
	}
	if c.wire, err = newWire(replicas); err != nil {
		return nil, err
	}
	if c.meter, err = newMeter(ctx, c.stack); err != nil {
		return nil, err
	}
	return c, c.gather(ctx)
}

// gather logs in the staff and the owners who are only there.
func (c *crowd) gather(ctx context.Context) error {
	seeds, err := stack.Recruit(c.opts.valuers, supervisors)
	if err != nil {
		return err
	}
	if err := c.stack.Hire(ctx, seeds); err != nil {
		return fmt.Errorf("hire: %w", err)
	}
	for i := range c.opts.owners {
		seeds = append(seeds, identity.StaffSeed{Phone: domain.Phone(fmt.Sprintf("+919%09d", 700_000_000+i))})
	}
	people := make([]*person, len(seeds))
	for i, s := range seeds {
		n := i
		if s.TOTPSecret == "" {
			n += firstOwner
		}
		if people[i], err = c.enter(ctx, n, string(s.Phone), s.TOTPSecret); err != nil {
			return err
		}
	}
	c.valuers, people = people[:c.opts.valuers], people[c.opts.valuers:]
	c.supervisors, c.idle = people[:supervisors], people[supervisors:]
	c.say("%d valuers, %d supervisors and %d owners are logged in", len(c.valuers), len(c.supervisors), len(c.idle))
	return nil
}

// present lists everybody who is only there, valuers first.
func (c *crowd) present() []*person { return slices.Concat(c.valuers, c.supervisors, c.idle) }

func (c *crowd) say(format string, args ...any) {
	_, _ = fmt.Fprintf(c.out, "%6.1f s  %s\n", time.Since(c.began).Seconds(), fmt.Sprintf(format, args...))
}

// round has owners arrive at the rate of so many submissions a day, in their busiest hour,
// and returns what was seen. Its error is one of the harness.
func (c *crowd) round(ctx context.Context, submissions float64) (*result, error) {
	b := newBook()
	c.wire.book.Store(b)
	rate := c.opts.perSecond(submissions)
	attending, dismiss := context.WithCancel(ctx)
	wait, err := c.attend(attending)
	defer wait()
	defer dismiss()
	if err != nil {
		return nil, err
	}
	before, err := c.meter.stores(ctx)
	if err != nil {
		return nil, err
	}
	c.say("%.0f submissions a day: %.3f a second in the busiest hour, for %v after %v", submissions, rate, c.opts.hold, c.opts.warmUp)
	got := &result{book: b, opts: c.opts, submissions: submissions, rate: rate}
	first := c.number
	began := time.Now()
	arrivals := sync.WaitGroup{}
	arrivals.Go(func() { c.arrive(ctx, began, rate) })
	rest(ctx, c.opts.warmUp)
	b.open()
	start, err := c.meter.usage()
	if err != nil {
		return nil, err
	}
	rest(ctx, time.Until(began.Add(c.opts.warmUp+c.opts.hold)))
	b.shut()
	end, err := c.meter.usage()
	arrivals.Wait()
	c.work.Wait()
	c.debts.settle(ctx, c.stack.Vendors.Twilio, b)
	if err != nil || ctx.Err() != nil {
		return nil, errors.Join(err, context.Cause(ctx))
	}
	after, err := c.meter.stores(ctx)
	got.spent, got.kept, got.journeys = end.since(start), after.since(before), c.number-first
	return got, err
}

// arrive starts a journey at each of the moments that are due from began on. They are those
// of a Poisson process, given how many there are: uniform and independent.
func (c *crowd) arrive(ctx context.Context, began time.Time, rate float64) {
	during := c.opts.warmUp + c.opts.hold
	random := rand.New(rand.NewPCG(c.opts.seed, uint64(c.number)))
	due := make([]time.Duration, max(1, int(rate*during.Seconds()+0.5)))
	for i := range due {
		due[i] = time.Duration(random.Float64() * float64(during))
	}
	slices.Sort(due)
	for _, after := range due {
		moment := began.Add(after)
		rest(ctx, time.Until(moment))
		if ctx.Err() != nil {
			return
		}
		c.wire.book.Load().arrived(moment)
		number := c.number
		c.number++
		c.work.Go(func() { c.wire.book.Load().fail("owner", c.own(ctx, number)) })
	}
}

// close ends everything; it keeps the processes' logs, if asked to.
func (c *crowd) close() error {
	var faults []error
	if c.opts.keep != "" {
		faults = append(faults, c.stack.KeepLogs(c.opts.keep))
	}
	return errors.Join(append(faults, c.meter.close(), c.stack.Close())...)
}
