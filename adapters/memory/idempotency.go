package memory

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// purgeFrom is the number of stored values below which expired ones are not looked for.
const purgeFrom = 1024

type idempotencyID struct {
	user      domain.UserID
	operation string
	key       string
}

func idOf(r *domain.IdempotencyRecord) idempotencyID {
	return idempotencyID{r.Key.UserID, r.Key.Operation, r.Key.Key}
}

type idempotency struct{ *unit }

func expired(r *domain.IdempotencyRecord, now time.Time) bool {
	return now.Sub(r.CreatedAt) >= domain.IdempotencyTTL
}

func (s idempotency) Find(ctx context.Context, key domain.IdempotencyKey, now time.Time) (domain.IdempotencyRecord, bool, error) {
	if err := s.call(ctx, "Idempotency.Find"); err != nil {
		return domain.IdempotencyRecord{}, false, err
	}
	record, ok := s.store.idempotency.get(idOf(&domain.IdempotencyRecord{Key: key}))
	if !ok || expired(&record, now) {
		return domain.IdempotencyRecord{}, false, nil
	}
	return record, true, nil
}

func (s idempotency) Save(ctx context.Context, record domain.IdempotencyRecord) error {
	if err := s.call(ctx, "Idempotency.Save"); err != nil {
		return err
	}
	t := s.store.idempotency
	if before, ok := t.held[idOf(&record)]; ok && !expired(before, record.CreatedAt) {
		return domain.Conflict("request_in_progress", "a request with this Idempotency-Key is still running; try again")
	}
	if len(t.held) >= s.store.purgeAt {
		s.purge(record.CreatedAt)
	}
	t.put(s.unit, record)
	return nil
}

// purge removes expired results. The next purge waits until there are twice as many as are
// left now, so that a save is cheap on average.
func (s idempotency) purge(now time.Time) {
	t := s.store.idempotency
	for id, record := range t.held {
		if expired(record, now) {
			t.delete(s.unit, id)
		}
	}
	s.store.purgeAt = max(purgeFrom, 2*len(t.held))
}
