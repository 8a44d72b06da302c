package portstest

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// SettingsStore checks a ports.SettingsStore. open returns an empty store.
func SettingsStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"has defaults until updated":       updatesSettings,
		"one of many stale writers wins":   oneSettingsWriterWins,
		"undoes an update that rolls back": undoesSettings,
		"keeps every version":              keepsSettings,
	})
}

func (c *cast) settings() domain.Settings {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) { return tx.Settings.Get(ctx) })
}

func updatesSettings(t *testing.T, c *cast) {
	same(t, domain.DefaultSettings(), c.settings())
	for n := range 2 {
		next := fill[domain.Settings](c.filler(n + 1))
		next.Version = int64(n)
		updated := next
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			updated = next
			return tx.Settings.Update(ctx, &updated)
		})
		next.Version++
		require.Equal(t, next.Version, updated.Version)
		same(t, next, c.settings())
	}
	fails(t, c.uow, domain.KindStale, "stale_version", func(ctx context.Context, tx ports.Tx) error {
		stale := domain.DefaultSettings()
		stale.Version = 1
		return tx.Settings.Update(ctx, &stale)
	})
}

func oneSettingsWriterWins(t *testing.T, c *cast) {
	first := c.settings()
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
			mine := first
			mine.MinConfidence = i
			return tx.Settings.Update(ctx, &mine)
		})
	})
	require.Equal(t, 1, winners(t, errs, domain.KindStale))
	require.Equal(t, first.Version+1, c.settings().Version)
	require.Len(t, c.settingsHistory(math.MaxInt64, 100), 1, "those who lost changed nothing")
}

func (c *cast) settingsHistory(below int64, limit int) []domain.SettingsChange {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.SettingsChange, error) {
		return tx.Settings.History(ctx, below, limit)
	})
}

func keepsSettings(t *testing.T, c *cast) {
	require.Empty(t, c.settingsHistory(math.MaxInt64, 10), "the defaults are no change")
	before := domain.DefaultSettings()
	var want []domain.SettingsChange
	for n := range 5 {
		next := before
		next.MinConfidence, next.UpdatedAt, next.UpdatedBy = n, noon.Add(time.Duration(n)*time.Hour), c.owner.ID
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
			updated := next
			return tx.Settings.Update(ctx, &updated)
		})
		next.Version++
		older := before
		want = append([]domain.SettingsChange{{Before: &older, After: next}}, want...)
		before = next
	}
	same(t, want, c.settingsHistory(math.MaxInt64, 10))
	same(t, want[:2], c.settingsHistory(math.MaxInt64, 2))
	same(t, want[2:4], c.settingsHistory(want[1].After.Version, 2))
	same(t, want[4:], c.settingsHistory(2, 10))
	require.Empty(t, c.settingsHistory(1, 10))
	same(t, want[1:2], c.settingsHistory(want[0].After.Version, 1))
}

func undoesSettings(t *testing.T, c *cast) {
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		next := fill[domain.Settings](c.filler(1))
		if err := tx.Settings.Update(ctx, &next); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	same(t, domain.DefaultSettings(), c.settings())
	require.Empty(t, c.settingsHistory(math.MaxInt64, 10))
}
