package portstest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Inventory checks a ports.Inventory except its methods about jobs, which JobRunner checks.
// open returns an empty store.
func Inventory(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists every property in order":  listsProperties,
		"lists one property's steps":     listsOnesSteps,
		"lists who must have a register": listsRegistered,
		"misses no event":                missesNoEvent,
	})
}

func listsProperties(t *testing.T, c *cast) {
	all := []domain.PropertyID{c.property.ID, c.other.ID, c.keep(c.submitted(noon)).ID}
	for range 4 {
		all = append(all, c.draft(c.valuer, noon).ID)
	}
	slices.Sort(all)
	list := func(after domain.PropertyID, limit int) []domain.PropertyID {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Inventory.Properties(ctx, after, limit)
		})
	}
	same(t, all, list("", 100))
	same(t, all[:3], list("", 3))
	same(t, all[3:5], list(all[2], 2))
	require.Empty(t, list(all[6], 100))
	require.Empty(t, list("", 0))
	isolated(t, func() []domain.PropertyID { return list("", 100) })
}

func listsOnesSteps(t *testing.T, c *cast) {
	step := func(p domain.Property, kind domain.StepKind, minute int) domain.Step {
		return domain.Step{Kind: kind, PropertyID: p.ID, UserID: c.owner.ID, At: noon.Add(time.Duration(minute) * time.Minute)}
	}
	mine := []domain.Step{step(c.property, domain.StepCreated, 0), step(c.property, domain.StepFirstPhoto, 1), step(c.property, domain.StepFirstPhoto, 1)}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, s := range append([]domain.Step{step(c.other, domain.StepCreated, 0)}, shuffled(mine)...) {
			if err := tx.Steps.Append(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(id domain.PropertyID) []domain.Step {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) { return tx.Inventory.Steps(ctx, id) })
	}
	same(t, mine, list(c.property.ID))
	require.Len(t, list(c.other.ID), 1)
	require.Empty(t, list(domain.PropertyID(newID())))
}

func missesNoEvent(t *testing.T, c *cast) {
	missing := func() int {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) { return tx.Inventory.MissingEvents(ctx) })
	}
	require.Zero(t, missing())
	for range 3 {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			return tx.Events.Append(ctx, domain.Event{Action: domain.ActionSubmitted, PropertyID: c.property.ID, At: noon})
		})
	}
	require.Zero(t, missing(), "what waits for its number is not missing")
}

// knowsJobs is the part of the suite JobRunner that checks the jobs of ports.Inventory.
func knowsJobs(t *testing.T, b *bench) {
	state := func(kind domain.JobKind, subject string) ports.JobState {
		t.Helper()
		return read(t, b.UnitOfWork, func(ctx context.Context, tx ports.Tx) (ports.JobState, error) {
			return tx.Inventory.Job(ctx, kind, subject)
		})
	}
	dead := func(limit int) []ports.DeadJob {
		t.Helper()
		list := read(t, b.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]ports.DeadJob, error) {
			return tx.Inventory.DeadJobs(ctx, limit)
		})
		for i := range list {
			require.False(t, list[i].At.IsZero())
			list[i].At = time.Time{}
		}
		return list
	}
	require.Equal(t, ports.JobUnknown, state(domain.JobInspectPhoto, "1"))
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "one", 0), b.job(domain.JobInspectPhoto, "later", "", time.Hour))
	require.Equal(t, ports.JobLive, state(domain.JobInspectPhoto, "1"))
	require.Equal(t, ports.JobLive, state(domain.JobInspectPhoto, "later"))
	require.Equal(t, ports.JobUnknown, state(domain.JobSendNotification, "1"), "another kind")
	require.Equal(t, ports.JobUnknown, state(domain.JobInspectPhoto, ""), "another subject")
	require.Empty(t, dead(10))

	running, release := make(chan struct{}), make(chan struct{})
	b.fail = func(_ domain.JobKind, subject string, attempt int) error {
		if subject == "1" && attempt == 1 {
			close(running)
			<-release
		}
		return errors.New("failure")
	}
	b.start(b.handlers())
	<-running
	require.Equal(t, ports.JobLive, state(domain.JobInspectPhoto, "1"), "it runs")
	close(release)
	for attempt := 1; attempt <= domain.MaxJobAttempts; attempt++ {
		require.NoError(t, b.AwaitIdle(b.ctx))
		require.NotEqual(t, ports.JobUnknown, state(domain.JobInspectPhoto, "1"))
		b.Advance(domain.RetryDelay(attempt))
	}
	require.NoError(t, b.AwaitIdle(b.ctx))
	require.Equal(t, ports.JobDead, state(domain.JobInspectPhoto, "1"))
	require.Equal(t, []ports.DeadJob{{Kind: domain.JobInspectPhoto, Subject: "1"}}, dead(10))
	require.Empty(t, dead(0))
	b.fail = func(domain.JobKind, string, int) error { return nil }
	b.enqueue(b.job(domain.JobInspectPhoto, "1", "one", time.Hour))
	require.Equal(t, ports.JobLive, state(domain.JobInspectPhoto, "1"), "one that lives counts first")
	b.enqueue(b.job(domain.JobSendDigest, "2", "", 0))
	require.NoError(t, b.AwaitIdle(b.ctx))
	require.Equal(t, ports.JobUnknown, state(domain.JobSendDigest, "2"), "it is done")
}

func listsRegistered(t *testing.T, c *cast) {
	list := func(after domain.UserID, limit int) []domain.UserID {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.UserID, error) {
			return tx.Inventory.Registered(ctx, after, limit)
		})
	}
	agreed, barred := c.user(domain.RoleCustomer, noon), c.user(domain.RoleCustomer, noon)
	barred.Disabled = true
	c.change(barred)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for range 2 {
			consent := domain.Consent{ID: domain.ConsentID(newID()), UserID: agreed.ID, Version: "1", Language: domain.Hindi, GivenAt: noon}
			if err := tx.Consents.Add(ctx, consent); err != nil {
				return err
			}
		}
		return nil
	})
	want := []domain.UserID{c.valuer.ID, c.supervisor.ID, agreed.ID, barred.ID}
	slices.Sort(want)
	require.Equal(t, want, list("", 100))
	require.Equal(t, want[:3], list("", 3))
	require.Equal(t, want[1:3], list(want[0], 2))
	require.Empty(t, list(want[3], 100))
	require.Empty(t, list("", 0))
}
