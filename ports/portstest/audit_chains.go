package portstest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// AuditChains checks a ports.AuditChains. open returns an empty store.
func AuditChains(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists the heads of chains":           listsHeads,
		"lists the chains that grew":          listsGrown,
		"finds entries":                       findsEntries,
		"keeps anchors for good":              keepsAnchors,
		"a rolled back anchor leaves no mark": rolledBackAnchor,
	})
}

// grow appends an entry to the chain of each of n new properties, at times a minute apart.
func (c *cast) grow(n int) []domain.AuditMark {
	c.t.Helper()
	var marks []domain.AuditMark
	for i := range n {
		entry := c.entry(i)
		entry.PropertyID = domain.PropertyID(newID())
		sealed := read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditEntry, error) { return tx.Audit.Append(ctx, entry) })
		marks = append(marks, markOf(sealed))
	}
	return marks
}

func markOf(e domain.AuditEntry) domain.AuditMark {
	return domain.AuditMark{AuditHead: domain.AuditHead{PropertyID: e.PropertyID, Seq: e.Seq, Hash: e.Hash}, At: e.At}
}

func listsHeads(t *testing.T, c *cast) {
	list := func(after domain.PropertyID, limit int) []domain.AuditHead {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditHead, error) {
			return tx.AuditChains.Heads(ctx, after, limit)
		})
	}
	registers := list("", 10)
	require.Len(t, registers, 2, "of the valuer and the supervisor")
	var want []domain.AuditHead
	for _, m := range c.grow(5) {
		want = append(want, m.AuditHead)
	}
	again := c.entry(9)
	again.PropertyID = want[1].PropertyID
	sealed := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditEntry, error) { return tx.Audit.Append(ctx, again) })
	want[1] = markOf(sealed).AuditHead
	require.EqualValues(t, 2, want[1].Seq)
	one := func(id domain.PropertyID) domain.AuditHead {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditHead, error) { return tx.AuditChains.Head(ctx, id) })
	}
	for _, head := range want {
		require.Equal(t, head, one(head.PropertyID))
	}
	require.Equal(t, domain.AuditHead{PropertyID: c.property.ID}, one(c.property.ID), "it has no chain")

	want = append(want, registers...)
	slices.SortFunc(want, func(a, b domain.AuditHead) int { return cmp.Compare(a.PropertyID, b.PropertyID) })
	require.Equal(t, want, list("", 100))
	require.Equal(t, want[:2], list("", 2))
	require.Equal(t, want[2:4], list(want[1].PropertyID, 2))
	require.Empty(t, list(want[6].PropertyID, 100))
}

func listsGrown(t *testing.T, c *cast) {
	marks := c.grow(4)
	tie := c.entry(3) // made at the same moment as the last one
	tie.PropertyID = domain.PropertyID(newID())
	marks = append(marks, markOf(read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditEntry, error) { return tx.Audit.Append(ctx, tie) })))
	slices.SortFunc(marks, func(a, b domain.AuditMark) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.PropertyID, b.PropertyID))
	})
	list := func(after domain.AuditMark, limit int) []domain.AuditMark {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditMark, error) {
			return tx.AuditChains.Grown(ctx, after, limit)
		})
	}
	all := func() []domain.AuditMark {
		return slices.DeleteFunc(list(domain.AuditMark{}, 100), func(m domain.AuditMark) bool {
			return m.PropertyID == domain.UserRegister(c.valuer.ID) || m.PropertyID == domain.UserRegister(c.supervisor.ID)
		})
	}
	same(t, marks, all())
	same(t, marks[1:], list(domain.AuditMark{At: marks[1].At}, 100), "the mark's own time, all properties")
	same(t, marks[2:4], list(marks[1], 2))
	same(t, marks[4:], list(marks[3], 100), "one of two of the same moment")
	require.Empty(t, list(marks[4], 100))

	more := c.entry(10)
	more.PropertyID = marks[0].PropertyID
	grown := markOf(read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditEntry, error) { return tx.Audit.Append(ctx, more) }))
	same(t, append(marks[1:len(marks):len(marks)], grown), all(), "each chain once, by its last entry")
}

func findsEntries(t *testing.T, c *cast) {
	for n := range 3 {
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return appendEntry(ctx, tx, c.entry(n)) })
	}
	chain := c.chain(c.property.ID)
	place := func(id domain.PropertyID, seq int64) domain.AuditHead {
		return domain.AuditHead{PropertyID: id, Seq: seq, Hash: "other"}
	}
	stored := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditHead, error) {
		return tx.AuditChains.Stored(ctx, []domain.AuditHead{
			place(c.property.ID, 3), place(c.property.ID, 4), place(c.property.ID, 1), place(c.other.ID, 1), place(c.property.ID, 0),
		})
	})
	require.ElementsMatch(t, []domain.AuditHead{markOf(chain[0]).AuditHead, markOf(chain[2]).AuditHead}, stored)
	none := read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditHead, error) {
		return tx.AuditChains.Stored(ctx, nil)
	})
	require.Empty(t, none)
}

func anchor(n int64) domain.AuditAnchor {
	at := noon.Add(time.Duration(n) * 24 * time.Hour)
	return domain.AuditAnchor{Number: n, Hash: strings.Repeat("0123456789abcdef", 4), At: at, Through: at.Add(-time.Minute)}
}

func add(n int64) func(ctx context.Context, tx ports.Tx) error {
	return func(ctx context.Context, tx ports.Tx) error { return tx.AuditChains.AddAnchor(ctx, anchor(n)) }
}

func (c *cast) newestAnchor() domain.AuditAnchor {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.AuditAnchor, error) {
		return tx.AuditChains.NewestAnchor(ctx)
	})
}

func keepsAnchors(t *testing.T, c *cast) {
	list := func(after int64, limit int) []domain.AuditAnchor {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.AuditAnchor, error) {
			return tx.AuditChains.Anchors(ctx, after, limit)
		})
	}
	require.Empty(t, list(0, 10))
	require.Zero(t, c.newestAnchor())
	for _, n := range []int64{2, 1, 3} {
		do(t, c.uow, add(n))
	}
	fails(t, c.uow, domain.KindConflict, "anchor_exists", add(2))
	same(t, anchor(3), c.newestAnchor())
	same(t, []domain.AuditAnchor{anchor(1), anchor(2), anchor(3)}, list(0, 10))
	same(t, []domain.AuditAnchor{anchor(2)}, list(1, 1))
	require.Empty(t, list(3, 10))
	errs := race(racers, func(int) error { return c.uow.Do(t.Context(), add(4)) })
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		isError(t, err, domain.KindConflict, "anchor_exists")
	}
	require.Equal(t, 1, won)
}

func rolledBackAnchor(t *testing.T, c *cast) {
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := add(1)(ctx, tx); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	require.Zero(t, c.newestAnchor())
	do(t, c.uow, add(1))
}
