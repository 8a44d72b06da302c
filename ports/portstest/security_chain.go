package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SecurityChain checks a ports.SecurityChain. open returns an empty store.
func SecurityChain(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"finds what is not sealed":            findsUnsealed,
		"keeps batches and their events":      keepsBatches,
		"one of racing batches wins":          racingBatches,
		"an event is in one batch":            sealsEventsOnce,
		"a rolled back batch seals nothing":   undoesBatches,
		"purges month by month, none too new": purgesBatches,
	})
}

func (c *cast) unsealed(since, before time.Time, limit int) []domain.SecurityEvent {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SecurityEvent, error) {
		return tx.SecurityChain.Unsealed(ctx, since, before, limit)
	})
}

func (c *cast) newestBatch() domain.SecurityBatch {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.SecurityBatch, error) {
		return tx.SecurityChain.Newest(ctx)
	})
}

// seal logs n events, a minute apart, and puts them in a batch.
func (c *cast) seal(start time.Time, n int) (domain.SecurityBatch, []domain.SecurityEvent) {
	c.t.Helper()
	var events []domain.SecurityEvent
	for i := range n {
		event := c.securityEvent(i)
		event.At = start.Add(time.Duration(i) * time.Minute)
		events = append(events, event)
	}
	c.logSecurity(events...)
	at := start.Add(time.Hour)
	batch := domain.SealSecurity(c.newestBatch(), events, at, at.Add(time.Millisecond))
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.SecurityChain.Add(ctx, batch, events) })
	return batch, events
}

func findsUnsealed(t *testing.T, c *cast) {
	end := noon.AddDate(1, 0, 0)
	require.Empty(t, c.unsealed(time.Time{}, end, 10))
	var want []domain.SecurityEvent
	for n := range 4 {
		want = append(want, c.securityEvent(n))
	}
	c.logSecurity(want[2], want[0], want[3], want[1])
	same(t, want, c.unsealed(time.Time{}, end, 10))
	same(t, want[:2], c.unsealed(time.Time{}, end, 2))
	same(t, want[1:3], c.unsealed(want[1].At, want[3].At, 10))
	batch := domain.SealSecurity(domain.SecurityBatch{}, want[:2], noon, noon)
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.SecurityChain.Add(ctx, batch, want[:2]) })
	same(t, want[2:], c.unsealed(time.Time{}, end, 10))
}

func keepsBatches(t *testing.T, c *cast) {
	require.Zero(t, c.newestBatch())
	var want []domain.SecurityBatch
	events := make(map[int64][]domain.SecurityEvent)
	for n := range 4 {
		batch, sealed := c.seal(noon.Add(time.Duration(n)*24*time.Hour), n+1)
		want = append(want, batch)
		events[batch.Seq] = sealed
		same(t, batch, c.newestBatch())
	}
	list := func(after int64, limit int) []domain.SecurityBatch {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SecurityBatch, error) {
			return tx.SecurityChain.Batches(ctx, after, limit)
		})
	}
	same(t, want, list(0, 10))
	same(t, want[1:3], list(1, 2))
	require.Empty(t, list(4, 10))
	got := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (map[int64][]domain.SecurityEvent, error) {
		return tx.SecurityChain.Sealed(ctx, 2, 3)
	})
	require.Len(t, got, 2)
	for _, batch := range want[1:3] {
		require.ElementsMatch(t, events[batch.Seq], got[batch.Seq])
		require.True(t, batch.Seals(got[batch.Seq]))
	}
	require.Zero(t, c.purged())
}

func (c *cast) purged() domain.SecurityPurge {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.SecurityPurge, error) {
		return tx.SecurityChain.Purged(ctx)
	})
}

func racingBatches(t *testing.T, c *cast) {
	events := []domain.SecurityEvent{c.securityEvent(1)}
	c.logSecurity(events...)
	errs := race(racers, func(i int) error {
		batch := domain.SealSecurity(domain.SecurityBatch{}, events, noon.Add(time.Duration(i)*time.Second), noon)
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.SecurityChain.Add(ctx, batch, events) })
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
}

func sealsEventsOnce(t *testing.T, c *cast) {
	first, events := c.seal(noon, 2)
	more := c.securityEvent(5)
	c.logSecurity(more)
	both := []domain.SecurityEvent{more, events[0]}
	fails(t, c.uow, domain.KindConflict, "batch_exists", func(ctx context.Context, tx ports.Tx) error {
		return tx.SecurityChain.Add(ctx, domain.SealSecurity(first, both, noon, noon), both)
	})
	same(t, first, c.newestBatch())
	require.Len(t, c.unsealed(time.Time{}, noon.AddDate(1, 0, 0), 10), 1)
}

func undoesBatches(t *testing.T, c *cast) {
	event := c.securityEvent(1)
	c.logSecurity(event)
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		batch := domain.SealSecurity(domain.SecurityBatch{}, []domain.SecurityEvent{event}, noon, noon)
		if err := tx.SecurityChain.Add(ctx, batch, []domain.SecurityEvent{event}); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	require.Zero(t, c.newestBatch())
	require.Len(t, c.unsealed(time.Time{}, noon.AddDate(1, 0, 0), 10), 1)
}

// purgesBatches uses batches of long ago, because a store may refuse by its own clock.
func purgesBatches(t *testing.T, c *cast) {
	january := time.Date(2020, time.January, 30, 12, 0, 0, 0, time.UTC)
	february := time.Date(2020, time.February, 1, 0, 0, 0, 0, time.UTC).Add(domain.SecurityRetention)
	var batches []domain.SecurityBatch
	for n := range 4 { // 30 and 31 January, 1 and 2 February
		batch, _ := c.seal(january.AddDate(0, 0, n), 2)
		batches = append(batches, batch)
	}
	stray := c.securityEvent(1)
	stray.At = january.AddDate(0, -2, 0)
	c.logSecurity(stray)
	purge := func(now time.Time, limit int) int {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (int, error) { return tx.SecurityChain.Purge(ctx, now, limit) })
	}
	require.Zero(t, purge(february.Add(-time.Second), 10), "January is too new")
	require.Zero(t, c.purged())
	require.Equal(t, 3, purge(february, 1), "one batch, and what was never sealed")
	require.Equal(t, 2, purge(february, 10), "the rest of January")
	require.Zero(t, purge(february, 10), "February is too new")
	end := c.purged()
	require.Equal(t, batches[1].Seq, end.Through)
	require.Equal(t, batches[1].Hash, end.Hash)
	require.False(t, end.At.IsZero())
	require.Len(t, c.securityLog(domain.SecurityFilter{}), 4)
	require.Equal(t, 4, purge(noon, 10))
	require.Equal(t, domain.SecurityBatch{Seq: batches[3].Seq, Hash: batches[3].Hash}, c.newestBatch())
	next, _ := c.seal(noon, 1)
	require.Equal(t, batches[3].Seq+1, next.Seq)
	require.Zero(t, purge(noon.AddDate(0, 2, 0), 10))
}
