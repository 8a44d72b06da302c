package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type securityChain struct{ *unit }

func (s securityChain) Newest(ctx context.Context) (domain.SecurityBatch, error) {
	if err := s.call(ctx, "SecurityChain.Newest"); err != nil {
		return domain.SecurityBatch{}, err
	}
	if n := len(s.store.batches); n > 0 {
		return s.store.batches[n-1], nil
	}
	return domain.SecurityBatch{Seq: s.store.securityPurge.Through, Hash: s.store.securityPurge.Hash}, nil
}

func (s securityChain) Unsealed(ctx context.Context, since, before time.Time, limit int) ([]domain.SecurityEvent, error) {
	if err := s.call(ctx, "SecurityChain.Unsealed"); err != nil {
		return nil, err
	}
	var found []domain.SecurityEvent
	for _, e := range s.store.security {
		if s.store.sealed[e.ID] == 0 && !e.At.Before(since) && e.At.Before(before) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(a, b domain.SecurityEvent) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return found[:min(len(found), max(0, limit))], nil
}

func (s securityChain) Add(ctx context.Context, batch domain.SecurityBatch, events []domain.SecurityEvent) error {
	if err := s.call(ctx, "SecurityChain.Add"); err != nil {
		return err
	}
	taken := slices.ContainsFunc(s.store.batches, func(b domain.SecurityBatch) bool { return b.Seq == batch.Seq }) ||
		slices.ContainsFunc(events, func(e domain.SecurityEvent) bool { return s.store.sealed[e.ID] != 0 })
	if taken {
		return domain.Conflict("batch_exists", "batch %d was sealed already", batch.Seq)
	}
	s.keep()
	s.store.batches = append(slices.Clone(s.store.batches), batch)
	s.store.sealed = maps.Clone(s.store.sealed)
	for _, e := range events {
		s.store.sealed[e.ID] = batch.Seq
	}
	return nil
}

// keep restores everything as it is now if the unit is rolled back.
func (s securityChain) keep() {
	store := s.store
	events, sealed, batches, purge := store.security, store.sealed, store.batches, store.securityPurge
	s.onRollback(func() {
		store.security, store.sealed, store.batches, store.securityPurge = events, sealed, batches, purge
	})
}

func (s securityChain) Batches(ctx context.Context, after int64, limit int) ([]domain.SecurityBatch, error) {
	if err := s.call(ctx, "SecurityChain.Batches"); err != nil {
		return nil, err
	}
	from, _ := slices.BinarySearchFunc(s.store.batches, after+1, func(b domain.SecurityBatch, n int64) int { return cmp.Compare(b.Seq, n) })
	rest := s.store.batches[from:]
	return slices.Clone(rest[:min(len(rest), max(0, limit))]), nil
}

func (s securityChain) Sealed(ctx context.Context, first, last int64) (map[int64][]domain.SecurityEvent, error) {
	if err := s.call(ctx, "SecurityChain.Sealed"); err != nil {
		return nil, err
	}
	byBatch := make(map[int64][]domain.SecurityEvent)
	for _, e := range s.store.security {
		if n := s.store.sealed[e.ID]; n >= first && n <= last && n > 0 {
			byBatch[n] = append(byBatch[n], e)
		}
	}
	return byBatch, nil
}

func (s securityChain) Purged(ctx context.Context) (domain.SecurityPurge, error) {
	if err := s.call(ctx, "SecurityChain.Purged"); err != nil {
		return domain.SecurityPurge{}, err
	}
	return s.store.securityPurge, nil
}

// Purge follows the clock of the caller alone: that of the store may be another one in tests.
func (s securityChain) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := s.call(ctx, "SecurityChain.Purge"); err != nil || len(s.store.batches) == 0 {
		return 0, err
	}
	oldest, cutoff := s.store.batches[0].At, now.Add(-domain.SecurityRetention)
	month := time.Date(oldest.Year(), oldest.Month(), 1, 0, 0, 0, 0, time.UTC)
	end := month.AddDate(0, 1, 0)
	if end.After(cutoff) {
		return 0, nil
	}
	s.keep()
	n := 0
	for n < min(limit, len(s.store.batches)) && s.store.batches[n].At.Before(end) {
		n++
	}
	last := s.store.batches[n-1]
	s.store.batches = slices.Clone(s.store.batches[n:])
	sealed := maps.Clone(s.store.sealed)
	maps.DeleteFunc(sealed, func(_ domain.SecurityEventID, batch int64) bool { return batch <= last.Seq })
	var left []domain.SecurityEvent
	for _, e := range s.store.security {
		batch := s.store.sealed[e.ID]
		old := batch != 0 && batch <= last.Seq && e.At.Before(cutoff)
		stray := sealed[e.ID] == 0 && e.At.Before(month)
		if !old && !stray {
			left = append(left, e)
		}
	}
	removed := len(s.store.security) - len(left)
	s.store.security, s.store.sealed = left, sealed
	s.store.securityPurge = domain.SecurityPurge{Through: last.Seq, Hash: last.Hash, At: now.UTC().Truncate(time.Microsecond)}
	return removed, nil
}
