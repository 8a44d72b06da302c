package portstest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Queue checks the methods of ports.PropertyStore that find cases for reviews and sweeps. open
// returns an empty store.
func Queue(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"filters":                       filtersQueue,
		"sorts by due time":             sortsQueueByDue,
		"sorts by submission":           sortsQueueBySubmission,
		"pages stay whole as time goes": pagesQueueOverTime,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			for _, sort := range []domain.QueueSort{domain.SortDue, domain.SortNewest} {
				forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
					_, err := tx.Properties.Queue(ctx, domain.QueueFilter{Now: noon, Sort: sort}, page)
					return err
				})
			}
		},
		"next: reserved, then due first":  locksNextInOrder,
		"next: leaves out":                locksNextLeavesOut,
		"next: racers get different ones": racersGetDifferentOnes,
	})
	parts(t, open, sweepParts())
}

func (c *cast) queue(filter domain.QueueFilter, page domain.Page) domain.List[domain.Property] {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Property], error) {
		return tx.Properties.Queue(ctx, filter, page)
	})
}

// inState returns a property that was submitted at a time and is in the state now. It does not
// store it.
func (c *cast) inState(state domain.State, submittedAt time.Time) domain.Property {
	p := c.submitted(submittedAt)
	p.State = state
	switch state {
	case domain.UnderReview, domain.AwaitingSignOff:
		p.Claim = &domain.Claim{ValuerID: c.valuer.ID, ClaimedAt: submittedAt, HeartbeatAt: submittedAt}
	case domain.FollowUpRequired:
		p.SLA.PausedAt = submittedAt.Add(time.Minute)
		p.FollowUps = []domain.FollowUp{{AskedBy: c.valuer.ID, AskedAt: p.SLA.PausedAt, DueAt: p.SLA.PausedAt.Add(domain.FollowUpTTL)}}
	case domain.Approved, domain.Valued, domain.Rejected, domain.Withdrawn:
		p.SLA.StoppedAt, p.DecidedAt = submittedAt.Add(time.Hour), submittedAt.Add(time.Hour)
		if state == domain.Rejected {
			p.Rejection = &domain.Rejection{Code: domain.RejectedOther, Note: "none", By: c.valuer.ID, At: p.DecidedAt}
		} else if state != domain.Withdrawn {
			p.Valuation = domain.ValuationID(newID())
		}
	default: // no other fields belong to the state
	}
	return p
}

// filtersQueue compares the store with domain.QueueFilter.Matches, for every filter alone and
// for some combinations.
func filtersQueue(t *testing.T, c *cast) {
	now := noon.Add(10 * time.Hour)
	var all []domain.Property
	for i, state := range domain.States[1:] {
		for j, kind := range domain.PropertyTypes {
			p := c.inState(state, noon.Add(time.Duration(2*i+2*j)*time.Hour))
			p.Type = kind
			if state.Decided() && j%2 == 0 {
				p.RestrictedAt = now
			}
			p.SLA.Paused = time.Duration(j%3) * 40 * time.Minute
			p.Details.Address.Pincode = []string{"560001", "560034", "110001", "500081"}[(i+j)%4]
			if p.Claim != nil && j%2 == 0 {
				p.Claim.ValuerID = c.supervisor.ID
			}
			all = append(all, c.keep(p))
		}
	}
	filters := []domain.QueueFilter{
		{},
		{States: []domain.State{domain.UnderReview}},
		{States: []domain.State{domain.AwaitingSignOff, domain.Submitted, domain.Submitted}},
		{States: domain.States},
		{Types: []domain.PropertyType{domain.Land}},
		{Types: []domain.PropertyType{domain.House, domain.Villa}},
		{Pincode: "5"}, {Pincode: "5600"}, {Pincode: "560034"}, {Pincode: "9"},
		{States: domain.States, Claimant: c.valuer.ID},
		{States: domain.States, Claimant: c.supervisor.ID, Types: []domain.PropertyType{domain.Apartment}},
		{States: domain.States, Claimant: c.owner.ID},
	}
	for _, level := range domain.SLALevels {
		for _, sort := range []domain.QueueSort{domain.SortDue, domain.SortSubmitted, domain.SortNewest} {
			filters = append(filters, domain.QueueFilter{Level: level, Sort: sort}, domain.QueueFilter{Level: level, Sort: sort, States: domain.States},
				domain.QueueFilter{Level: level, Sort: sort, States: domain.States, Pincode: "56"})
		}
	}
	for _, filter := range filters {
		filter.Now = now
		var want []domain.PropertyID
		for _, p := range append(slices.Clone(all), c.property, c.other) {
			if filter.Matches(p) {
				want = append(want, p.ID)
			}
		}
		got := pages(t, 4, func(page domain.Page) domain.List[domain.Property] { return c.queue(filter, page) })
		assert.ElementsMatch(t, want, ids(got, propertyID), "%+v", filter)
	}
}

// sortedQueue stores submitted cases: some have equal times, some are paused, and some were
// paused before.
func sortedQueue(c *cast) []domain.Property {
	var all []domain.Property
	for i := range 9 {
		p := c.submitted(noon.Add(time.Duration(i/3) * time.Hour))
		p.SLA.Paused = time.Duration(i%2) * 90 * time.Minute
		all = append(all, p)
	}
	all = append(all, c.inState(domain.FollowUpRequired, noon), c.inState(domain.FollowUpRequired, noon.Add(-2*time.Hour)))
	for _, p := range shuffled(all) {
		c.keep(p)
	}
	return all
}

func sortsQueueByDue(t *testing.T, c *cast) {
	all := sortedQueue(c)
	now := noon.Add(3 * time.Hour)
	slices.SortFunc(all, byTime(func(p domain.Property) time.Time { return p.SLA.DueAt(now) }, propertyID))
	for _, sort := range []domain.QueueSort{domain.SortDue, ""} {
		filter := domain.QueueFilter{States: domain.States[1:], Sort: sort, Now: now}
		paged(t, all, func(page domain.Page) domain.List[domain.Property] { return c.queue(filter, page) })
	}
}

func sortsQueueBySubmission(t *testing.T, c *cast) {
	all := sortedQueue(c)
	slices.SortFunc(all, byTime(func(p domain.Property) time.Time { return p.SubmittedAt }, propertyID))
	filter := domain.QueueFilter{States: domain.States[1:], Sort: domain.SortSubmitted, Now: noon}
	paged(t, all, func(page domain.Page) domain.List[domain.Property] { return c.queue(filter, page) })
	slices.Reverse(all)
	filter.Sort = domain.SortNewest
	paged(t, all, func(page domain.Page) domain.List[domain.Property] { return c.queue(filter, page) })
}

// pagesQueueOverTime reads pages with time passing in between. Although the due times of paused
// cases move meanwhile, each case must be listed once.
func pagesQueueOverTime(t *testing.T, c *cast) {
	all := sortedQueue(c)
	now := noon.Add(3 * time.Hour)
	got := pages(t, 2, func(page domain.Page) domain.List[domain.Property] {
		now = now.Add(20 * time.Minute)
		return c.queue(domain.QueueFilter{States: domain.States[1:], Now: now}, page)
	})
	require.ElementsMatch(t, ids(all, propertyID), ids(got, propertyID))
}

// next claims the next property as the use case does and returns its id.
func (c *cast) next(valuer domain.User, now time.Time) (id domain.PropertyID, err error) {
	err = c.uow.Do(c.t.Context(), func(ctx context.Context, tx ports.Tx) error {
		p, err := tx.Properties.LockNext(ctx, valuer.ID, now)
		if err != nil {
			return err
		}
		id = p.ID
		if _, err := p.ClaimFor(valuer.Actor(), now); err != nil {
			return err
		}
		return tx.Properties.Update(ctx, &p)
	})
	return id, err
}

func locksNextInOrder(t *testing.T, c *cast) {
	now := noon.Add(4 * time.Hour)
	mine := &domain.Reservation{ValuerID: c.valuer.ID, Until: now.Add(time.Microsecond)}
	paused := c.submitted(noon) // due last although submitted first
	paused.SLA.Paused = 5 * time.Hour
	second, third := c.submitted(noon.Add(2*time.Hour)), c.submitted(noon.Add(time.Hour))
	reserved, reservedLater := c.submitted(noon.Add(2*time.Hour)), c.submitted(noon.Add(3*time.Hour))
	reserved.Reservation, reservedLater.Reservation = mine, mine
	lapsed := c.submitted(noon)
	lapsed.Reservation = &domain.Reservation{ValuerID: c.valuer.ID, Until: now}
	want := []domain.Property{reserved, reservedLater, lapsed, third, second, paused}
	for _, p := range shuffled(want) {
		c.keep(p)
	}
	var got []domain.PropertyID
	for range want {
		id, err := c.next(c.valuer, now)
		require.NoError(t, err)
		got = append(got, id)
	}
	require.Equal(t, ids(want, propertyID), got)
	_, err := c.next(c.valuer, now)
	isError(t, err, domain.KindNotFound, "queue_empty")
}

func locksNextLeavesOut(t *testing.T, c *cast) {
	now := noon.Add(time.Hour)
	for _, state := range domain.States {
		if state != domain.Submitted {
			c.keep(c.inState(state, noon))
		}
	}
	reserved := c.submitted(noon)
	reserved.Reservation = &domain.Reservation{ValuerID: c.supervisor.ID, Until: now.Add(time.Microsecond)}
	c.keep(reserved)
	own := c.submitted(noon)
	own.OwnerID = c.valuer.ID
	c.keep(own)
	_, err := c.next(c.valuer, now)
	isError(t, err, domain.KindNotFound, "queue_empty")

	for _, want := range []domain.PropertyID{reserved.ID, own.ID} { // another valuer may still claim these
		id, err := c.next(c.supervisor, now)
		require.NoError(t, err)
		require.Equal(t, want, id)
	}
}

func racersGetDifferentOnes(t *testing.T, c *cast) {
	var want []domain.PropertyID
	valuers := make([]domain.User, racers)
	for i := range valuers {
		valuers[i] = c.user(domain.RoleValuer, noon)
		want = append(want, c.keep(c.submitted(noon)).ID)
	}
	var mu sync.Mutex
	var got []domain.PropertyID
	errs := race(racers, func(i int) error {
		id, err := c.next(valuers[i], noon)
		mu.Lock()
		defer mu.Unlock()
		got = append(got, id)
		return err
	})
	require.Equal(t, racers, winners(t, errs, domain.KindConflict))
	require.ElementsMatch(t, want, got)
}
