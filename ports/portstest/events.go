package portstest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// EventHarness is an empty store with the feed of its events.
type EventHarness struct {
	UnitOfWork ports.UnitOfWork
	Feed       ports.EventFeed
	// Forget makes the feed drop all events so far, as it does with old ones.
	Forget func(t *testing.T)
}

// EventFeed checks a ports.EventFeed together with the ports.Events of its store.
func EventFeed(t *testing.T, open func(t *testing.T) EventHarness) {
	for name, check := range map[string]func(t *testing.T, h EventHarness){
		"keeps every field":            keepsEveryEventField,
		"tells in order, in parts":     returnsInOrder,
		"tells what was committed":     returnsCommitted,
		"racing writers lose no event": racingEvents,
		"wait ends with an event":      waitEndsWithEvent,
		"wait ends with its context":   waitEndsWithContext,
		"a reader misses nothing":      readerMissesNothing,
		"says when events are gone":    reportsGone,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, open(t))
		})
	}
}

// happens commits n events, whose property ids are numbered upwards from the given number.
func (h EventHarness) happens(t *testing.T, from, n int) {
	t.Helper()
	do(t, h.UnitOfWork, func(ctx context.Context, tx ports.Tx) error {
		for i := from; i < from+n; i++ {
			if err := tx.Events.Append(ctx, numbered(i)); err != nil {
				return err
			}
		}
		return nil
	})
}

func numbered(n int) domain.Event {
	return domain.Event{
		Action: domain.ActionClaimed, PropertyID: domain.PropertyID(fmt.Sprintf("01935700-0000-7000-8000-%012d", n)),
		State: domain.UnderReview, At: noon, Roles: []domain.Role{domain.RoleValuer},
	}
}

func (h EventHarness) since(t *testing.T, after domain.EventID, limit int) []domain.Event {
	t.Helper()
	events, gone, err := h.Feed.Since(t.Context(), after, limit)
	require.NoError(t, err)
	require.False(t, gone)
	return events
}

func (h EventHarness) newest(t *testing.T) domain.EventID {
	t.Helper()
	id, err := h.Feed.Newest(t.Context())
	require.NoError(t, err)
	return id
}

func keepsEveryEventField(t *testing.T, h EventHarness) {
	want := fill[domain.Event](&filler{t: t, n: 1})
	do(t, h.UnitOfWork, func(ctx context.Context, tx ports.Tx) error {
		mine := tidy(want)
		defer scramble(mine)
		return tx.Events.Append(ctx, mine)
	})
	got := h.since(t, "", 10)
	require.Len(t, got, 1)
	require.NotEqual(t, want.ID, got[0].ID, "the feed gives the id")
	want.ID = got[0].ID
	same(t, want, got[0])
	isolated(t, func() []domain.Event { return h.since(t, "", 10) })
}

func returnsInOrder(t *testing.T, h EventHarness) {
	require.Empty(t, h.newest(t))
	require.Empty(t, h.since(t, "", 10))
	h.happens(t, 0, 3)
	h.happens(t, 3, 4)
	all := h.since(t, "", 100)
	require.Len(t, all, 7)
	for i, e := range all {
		require.Equal(t, numbered(i).PropertyID, e.PropertyID)
		if i > 0 {
			require.Greater(t, e.ID, all[i-1].ID, "later events have greater ids")
		}
		same(t, all[i+1:], h.since(t, e.ID, 100))
	}
	require.Equal(t, all[6].ID, h.newest(t))
	same(t, all[2:4], h.since(t, all[1].ID, 2))
}

func returnsCommitted(t *testing.T, h EventHarness) {
	do(t, h.UnitOfWork, func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Events.Append(ctx, numbered(0)); err != nil {
			return err
		}
		seen, _, err := h.Feed.Since(t.Context(), "", 10) // outside the transaction
		assert.Empty(t, seen, "the feed told of an event before its transaction committed")
		return err
	})
	require.ErrorIs(t, h.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := tx.Events.Append(ctx, numbered(1)); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	h.happens(t, 2, 1)
	got := h.since(t, "", 10)
	require.Len(t, got, 2)
	require.Equal(t, numbered(2).PropertyID, got[1].PropertyID)
}

func racingEvents(t *testing.T, h EventHarness) {
	errs := race(racers, func(i int) error {
		return h.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			return tx.Events.Append(ctx, numbered(i))
		})
	})
	require.Equal(t, racers, winners(t, errs, domain.KindConflict))
	seen := make(map[domain.PropertyID]bool)
	for _, e := range h.since(t, "", 100) {
		seen[e.PropertyID] = true
	}
	require.Len(t, seen, racers)
}

// await calls Wait with a timeout of a minute.
func (h EventHarness) await(t *testing.T, after domain.EventID) error {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return h.Feed.Wait(ctx, after)
}

func waitEndsWithEvent(t *testing.T, h EventHarness) {
	ended := make(chan error, 1)
	go func() { ended <- h.await(t, "") }()
	h.happens(t, 0, 1)
	require.NoError(t, <-ended)
	require.NoError(t, h.await(t, ""), "there is an event already")
	first := h.newest(t)
	for range 3 { // several wait for the same event
		go func() { ended <- h.await(t, first) }()
	}
	h.happens(t, 1, 2)
	for range 3 {
		require.NoError(t, <-ended)
	}
}

func waitEndsWithContext(t *testing.T, h EventHarness) {
	h.happens(t, 0, 1)
	newest := h.newest(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.Feed.Wait(ctx, newest) }()
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

// readerMissesNothing reads as a live client does while other goroutines write.
func readerMissesNothing(t *testing.T, h EventHarness) {
	const total = 60
	written := make(chan []error, 1)
	go func() {
		written <- race(3, func(i int) error {
			for n := range total / 3 {
				err := h.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
					return tx.Events.Append(ctx, numbered(i*total+n))
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}()
	var last domain.EventID
	next := make(map[int]int) // of each writer
	for read := 0; read < total; {
		require.NoError(t, h.await(t, last))
		for _, e := range h.since(t, last, 7) {
			var n int
			_, err := fmt.Sscanf(string(e.PropertyID[24:]), "%d", &n)
			require.NoError(t, err)
			require.Equal(t, next[n/total], n%total, "events of writer %d", n/total)
			next[n/total]++
			read++
			last = e.ID
		}
	}
	for _, err := range <-written {
		require.NoError(t, err)
	}
}

func reportsGone(t *testing.T, h EventHarness) {
	h.happens(t, 0, 2)
	old := h.newest(t)
	isGone := func(after domain.EventID) {
		t.Helper()
		_, gone, err := h.Feed.Since(t.Context(), after, 10)
		require.NoError(t, err)
		require.True(t, gone)
	}
	isGone("no such event")
	isGone(domain.EventID(newID()))
	h.Forget(t)
	h.happens(t, 2, 1)
	isGone(old)
	isGone("") // a client that began before the first event missed some too
	newest := h.newest(t)
	require.Empty(t, h.since(t, newest, 10))
	h.happens(t, 3, 1)
	require.Len(t, h.since(t, newest, 10), 1)
}
