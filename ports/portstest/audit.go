package portstest

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AuditLog checks a ports.AuditLog. open returns an empty store.
func AuditLog(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"seals and keeps every field":           sealsEntries,
		"each property has a chain of its own":  chainsArePerProperty,
		"racing writers leave no gap":           racingAppends,
		"a rollback leaves no gap":              rolledBackAppends,
		"several entries in one transaction":    severalAppends,
		"a chain outlives its property's draft": chainOutlivesDraft,
		"knows who acted on which property":     knowsWhoActed,
	})
}

func (c *cast) chain(id domain.PropertyID) []domain.AuditEntry {
	c.t.Helper()
	chain := read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) { return tx.Audit.Chain(ctx, id) })
	require.NoError(c.t, domain.VerifyChain(chain))
	return chain
}

// entry returns an audit entry like that of a claim, n minutes after noon.
func (c *cast) entry(n int) domain.AuditEntry {
	return domain.AuditEntry{
		PropertyID: c.property.ID, At: noon.Add(time.Duration(n) * time.Minute), ActorID: c.valuer.ID, ActorRole: domain.RoleValuer,
		Action: domain.ActionClaimed, From: domain.Submitted, To: domain.UnderReview,
		Facts: []domain.Fact{{Name: "z", Value: strconv.Itoa(n)}, {Name: "a", Value: `"1,2\n"`}, {Name: "a", Value: ""}},
	}
}

func appendEntry(ctx context.Context, tx ports.Tx, entry domain.AuditEntry) error {
	_, err := tx.Audit.Append(ctx, entry)
	return err
}

func sealsEntries(t *testing.T, c *cast) {
	require.Empty(t, c.chain(c.property.ID))
	bare := domain.AuditEntry{PropertyID: c.property.ID, At: noon, ActorRole: domain.RoleSystem, Action: domain.ActionEdited}
	precise := c.entry(2)
	precise.At = precise.At.Add(999 * time.Nanosecond).In(domain.IST)
	var want []domain.AuditEntry
	for _, entry := range []domain.AuditEntry{c.entry(1), bare, precise, c.entry(3)} {
		var prev *domain.AuditEntry
		if len(want) > 0 {
			prev = &want[len(want)-1]
		}
		sealed := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditEntry, error) {
			mine := tidy(entry)
			defer scramble(mine.Facts)
			sealed, err := tx.Audit.Append(ctx, mine)
			return tidy(sealed), err
		})
		want = append(want, entry.Seal(prev))
		same(t, want[len(want)-1], sealed)
	}
	same(t, want, c.chain(c.property.ID))
	isolated(t, func() []domain.AuditEntry { return c.chain(c.property.ID) })
}

func chainsArePerProperty(t *testing.T, c *cast) {
	for n := range 3 {
		for _, p := range []domain.Property{c.property, c.other} {
			entry := c.entry(n)
			entry.PropertyID = p.ID
			do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return appendEntry(ctx, tx, entry) })
		}
	}
	require.Len(t, c.chain(c.property.ID), 3)
	require.Len(t, c.chain(c.other.ID), 3)
}

func racingAppends(t *testing.T, c *cast) {
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return appendEntry(ctx, tx, c.entry(i)) })
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	seen := make(map[string]bool)
	for i, entry := range c.chain(c.property.ID) {
		assert.Equal(t, int64(i+1), entry.Seq)
		seen[entry.Facts[0].Value] = true
	}
	require.Len(t, seen, racers)
}

func rolledBackAppends(t *testing.T, c *cast) {
	for n := range 3 {
		err := c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			if err := appendEntry(ctx, tx, c.entry(90+n)); err != nil {
				return err
			}
			return errUndo
		})
		require.ErrorIs(t, err, errUndo)
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return appendEntry(ctx, tx, c.entry(n)) })
	}
	chain := c.chain(c.property.ID)
	require.Len(t, chain, 3)
	for n, entry := range chain {
		require.Equal(t, strconv.Itoa(n), entry.Facts[0].Value)
	}
}

func severalAppends(t *testing.T, c *cast) {
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for n := range 3 {
			if err := appendEntry(ctx, tx, c.entry(n)); err != nil {
				return err
			}
		}
		chain, err := tx.Audit.Chain(ctx, c.property.ID)
		assert.Len(t, chain, 3, "a transaction sees what it wrote")
		return err
	})
	require.Len(t, c.chain(c.property.ID), 3)
}

func chainOutlivesDraft(t *testing.T, c *cast) {
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return appendEntry(ctx, tx, c.entry(1)) })
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Delete(ctx, c.property.ID) })
	require.Len(t, c.chain(c.property.ID), 1)
}

func knowsWhoActed(t *testing.T, c *cast) {
	acted := func(by domain.UserID, actions []domain.Action, among ...domain.PropertyID) []domain.PropertyID {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
			return tx.Audit.Acted(ctx, by, actions, among)
		})
	}
	valued := c.entry(2)
	valued.Action = domain.ActionApproved
	elsewhere := c.entry(1)
	elsewhere.PropertyID = c.other.ID
	bare := domain.AuditEntry{PropertyID: c.other.ID, At: noon, ActorRole: domain.RoleSystem, Action: domain.ActionApproved}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, entry := range []domain.AuditEntry{c.entry(1), valued, valued, elsewhere, bare} {
			if err := appendEntry(ctx, tx, entry); err != nil {
				return err
			}
		}
		found, err := tx.Audit.Acted(ctx, c.valuer.ID, []domain.Action{domain.ActionApproved}, []domain.PropertyID{c.property.ID})
		assert.Equal(t, []domain.PropertyID{c.property.ID}, found, "a transaction sees what it wrote")
		return err
	})
	both := []domain.PropertyID{c.property.ID, c.other.ID}
	claims, approvals := []domain.Action{domain.ActionClaimed}, []domain.Action{domain.ActionRejected, domain.ActionApproved}
	assert.ElementsMatch(t, both, acted(c.valuer.ID, claims, both...))
	assert.Equal(t, []domain.PropertyID{c.property.ID}, acted(c.valuer.ID, approvals, both...), "each once, and only the actor's")
	assert.Equal(t, []domain.PropertyID{c.other.ID}, acted(c.valuer.ID, claims, c.other.ID), "only among those")
	assert.Empty(t, acted(c.supervisor.ID, claims, both...))
	assert.Empty(t, acted(c.valuer.ID, []domain.Action{domain.ActionRejected}, both...))
	assert.Empty(t, acted(c.valuer.ID, nil, both...))
	assert.Empty(t, acted(c.valuer.ID, claims))
}
