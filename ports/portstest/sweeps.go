package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// sweepParts returns the parts that check the sweeps: two for each, and what staff have who left.
func sweepParts() map[string]func(t *testing.T, c *cast) {
	checks := map[string]func(t *testing.T, c *cast){"idle_claims holds what staff have who left": findsWhatStaffHaveWhoLeft}
	for _, sweep := range ports.Sweeps {
		checks[string(sweep)+" holds what is due"] = func(t *testing.T, c *cast) { findsDue(t, c, sweep) }
		checks[string(sweep)+" comes to what is due"] = func(t *testing.T, c *cast) { reachesDue(t, c, sweep) }
	}
	return checks
}

func (c *cast) due(sweep ports.Sweep, now time.Time, limit int) []domain.PropertyID {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
		return tx.Properties.Due(ctx, sweep, now, limit)
	})
}

// dueFor returns properties that are due for the sweep at now, oldest first, and others that
// never become due again.
func dueFor(c *cast, sweep ports.Sweep, now time.Time) (due, done []domain.Property) {
	const each = 4
	for i := range each {
		age := time.Duration(each-1-i) * time.Minute // the last becomes due exactly at now
		var p, q domain.Property
		switch sweep {
		case ports.SweepIdleClaims:
			p = c.inState(domain.UnderReview, now.Add(-5*time.Hour))
			p.Claim.HeartbeatAt = now.Add(-domain.ClaimIdle - age)
			q = c.inState(domain.AwaitingSignOff, now.Add(-9*time.Hour)) // not released when idle
		case ports.SweepFollowUpExpiry:
			p = c.inState(domain.FollowUpRequired, now.Add(-domain.FollowUpTTL-age-time.Minute))
			q = c.inState(domain.Rejected, now.Add(-9*24*time.Hour))
		case ports.SweepFollowUpRemind:
			p = c.inState(domain.FollowUpRequired, now.Add(-domain.FollowUpReminder-age-time.Minute))
			q = c.inState(domain.FollowUpRequired, now.Add(-domain.FollowUpReminder-time.Hour))
			q.FollowUps[0].RemindedAt = now.Add(-time.Hour)
		case ports.SweepSLA:
			p = c.submitted(now.Add(-2*time.Hour - time.Microsecond - age)) // less than 3 h remain
			q = c.submitted(now.Add(-9 * time.Hour))
			q.SLA.Alerted = domain.SLABreached
		case ports.SweepAbandonedDrafts:
			p = newDraft(c.owner, now.Add(-domain.DraftKept-time.Hour))
			p.UpdatedAt = now.Add(-domain.DraftKept - age)
			q = c.inState(domain.Withdrawn, now.Add(-9*domain.DraftKept))
		case ports.SweepRetention:
			p = c.inState(domain.Valued, now.AddDate(-domain.RetentionDecided, 0, 0).Add(-age))
			if i%2 == 0 {
				p = c.inState(domain.Withdrawn, now.AddDate(-domain.RetentionWithdrawn, 0, 0).Add(-age))
			}
			p.DecidedAt = p.CreatedAt // at once
			q = c.inState(domain.Rejected, now.AddDate(-domain.RetentionDecided, 0, 0).Add(time.Hour))
			q.DecidedAt = now.AddDate(-domain.RetentionDecided, 0, 0).Add(time.Hour)
		default:
			c.t.Fatalf("the suite knows nothing of the sweep %s", sweep)
		}
		due, done = append(due, p), append(done, q)
	}
	return due, done
}

// findsDue asserts that the sweep includes what is due, in order of age and within its limit.
func findsDue(t *testing.T, c *cast, sweep ports.Sweep) {
	now := noon.AddDate(1, 0, 0)
	due, _ := dueFor(c, sweep, now)
	for _, p := range shuffled(due) {
		c.keep(p)
	}
	found := c.due(sweep, now, 100)
	require.Subset(t, found, ids(due, propertyID))
	assert.Len(t, c.due(sweep, now, 2), 2)
	assert.Empty(t, c.due(sweep, now, 0))
	last := -1
	for _, p := range due {
		at := slices.Index(found, p.ID)
		assert.Greater(t, at, last, "oldest first")
		last = at
	}
}

// reachesDue asserts that properties the sweep is done with do not crowd out those that are
// due, because a sweep with a limit would never reach these.
func reachesDue(t *testing.T, c *cast, sweep ports.Sweep) {
	now := noon.AddDate(1, 0, 0)
	due, done := dueFor(c, sweep, now)
	newest := c.keep(due[len(due)-1])
	for _, p := range done {
		c.keep(p)
	}
	require.Contains(t, c.due(sweep, now, len(done)), newest.ID)
}

// findsWhatStaffHaveWhoLeft asserts that the sweep of idle claims includes the claims and
// reservations of staff who can no longer review, among many that are not due.
func findsWhatStaffHaveWhoLeft(t *testing.T, c *cast) {
	now := noon.AddDate(1, 0, 0)
	disabled, demoted := c.user(domain.RoleSupervisor, noon), c.user(domain.RoleAdmin, noon)
	disabled.Disabled = true
	c.change(disabled)
	claimed := func(state domain.State, by domain.User, heartbeat time.Time) domain.PropertyID {
		p := c.inState(state, now.Add(-3*time.Hour))
		p.Claim.ValuerID, p.Claim.HeartbeatAt = by.ID, heartbeat
		return c.keep(p).ID
	}
	reserved := func(by domain.User, until time.Time) domain.PropertyID {
		p := c.submitted(now.Add(-3 * time.Hour))
		p.Reservation = &domain.Reservation{ValuerID: by.ID, Until: until}
		return c.keep(p).ID
	}
	for _, by := range []domain.User{disabled, demoted} {
		claimed(domain.AwaitingSignOff, by, now.Add(-time.Hour))
		reserved(by, now)
	}
	for _, by := range []domain.User{c.valuer, c.supervisor} {
		claimed(domain.UnderReview, by, now.Add(-domain.ClaimIdle+time.Microsecond))
		reserved(by, now.Add(time.Microsecond))
	}
	want := []domain.PropertyID{ // oldest first
		claimed(domain.UnderReview, demoted, now.Add(-domain.ClaimIdle)),
		reserved(disabled, now.Add(domain.ReservationTTL-20*time.Minute)),
		claimed(domain.UnderReview, disabled, now.Add(-10*time.Minute)),
		reserved(demoted, now.Add(domain.ReservationTTL-5*time.Minute)),
		claimed(domain.UnderReview, demoted, now),
	}
	assert.Equal(t, want, c.due(ports.SweepIdleClaims, now, len(want)))
	assert.Equal(t, want[:2], c.due(ports.SweepIdleClaims, now, 2))
}
