package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type securityChain struct{ q *sqlcgen.Queries }

func securityBatchOf(r sqlcgen.SecurityBatch) domain.SecurityBatch {
	return domain.SecurityBatch{Seq: r.Seq, At: r.At, Through: r.Through, Rows: r.Rows, Previous: r.Previous, Hash: r.Hash}
}

func (s securityChain) Newest(ctx context.Context) (domain.SecurityBatch, error) {
	row, err := s.q.NewestSecurityBatch(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		purge, err := s.Purged(ctx)
		return domain.SecurityBatch{Seq: purge.Through, Hash: purge.Hash}, err
	}
	return securityBatchOf(row), translate(err)
}

func (s securityChain) Unsealed(ctx context.Context, since, before time.Time, limit int) ([]domain.SecurityEvent, error) {
	rows, err := s.q.UnsealedSecurityEvents(ctx, sqlcgen.UnsealedSecurityEventsParams{Since: since, Before: before, PageLimit: max(0, limit)})
	return mapped(rows, securityEventOf), translate(err)
}

func (s securityChain) Add(ctx context.Context, b domain.SecurityBatch, events []domain.SecurityEvent) error {
	ids := mapped(events, func(e domain.SecurityEvent) string { return string(e.ID) })
	return translate(s.q.InsertSecurityBatch(ctx, sqlcgen.InsertSecurityBatchParams{
		Seq: b.Seq, At: b.At, Through: b.Through, Rows: b.Rows, Previous: b.Previous, Hash: b.Hash, Ids: ids,
	}))
}

func (s securityChain) Batches(ctx context.Context, after int64, limit int) ([]domain.SecurityBatch, error) {
	rows, err := s.q.SecurityBatches(ctx, sqlcgen.SecurityBatchesParams{After: after, PageLimit: max(0, limit)})
	return mapped(rows, securityBatchOf), translate(err)
}

func (s securityChain) Sealed(ctx context.Context, first, last int64) (map[int64][]domain.SecurityEvent, error) {
	rows, err := s.q.SealedSecurityEvents(ctx, sqlcgen.SealedSecurityEventsParams{First: first, Last: last})
	byBatch := make(map[int64][]domain.SecurityEvent)
	for _, row := range rows {
		byBatch[row.Batch] = append(byBatch[row.Batch], securityEventOf(row.SecurityEvent))
	}
	return byBatch, translate(err)
}

func (s securityChain) Purged(ctx context.Context) (domain.SecurityPurge, error) {
	row, err := s.q.LastSecurityPurge(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return domain.SecurityPurge{}, nil
	}
	return domain.SecurityPurge{Through: row.Through, Hash: row.Hash, At: row.PurgedAt}, translate(err)
}

func (s securityChain) Purge(ctx context.Context, now time.Time, limit int) (int, error) {
	removed, err := s.q.PurgeSecurityLog(ctx, sqlcgen.PurgeSecurityLogParams{AsOf: now, Batches: limit})
	return int(removed), translate(err)
}
