package ports

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
)

// Once runs fn in one transaction and stores its result under the key, in that same
// transaction. If a client sends the request again with the key, Once returns the first
// result without running fn. If key.Key is empty, every call runs fn.
//
// A failed request is not remembered, so that it can be retried with the same key. Errors
// returned: KindKeyReused if the key was used for another request, KindConflict
// "request_in_progress" if the first request with it is still running, and those of fn.
func Once[T any](ctx context.Context, uow UnitOfWork, key domain.IdempotencyKey, now time.Time, fn func(ctx context.Context, tx Tx) (T, error)) (T, error) {
	return InTx(ctx, uow, func(ctx context.Context, tx Tx) (T, error) {
		var result T
		if key.Key == "" {
			return fn(ctx, tx)
		}
		record, found, err := tx.Idempotency.Find(ctx, key, now)
		switch {
		case err != nil:
			return result, err
		case found && record.Key.Fingerprint != key.Fingerprint:
			return result, &domain.Error{
				Kind: domain.KindKeyReused, Code: "idempotency_key_reused",
				Message: "this Idempotency-Key was used for another request",
			}
		case found:
			if err := json.Unmarshal(record.Result, &result); err != nil {
				return result, fmt.Errorf("decode remembered result of %s: %w", key.Operation, err)
			}
			return result, nil
		}
		if result, err = fn(ctx, tx); err != nil {
			return result, err
		}
		encoded, err := json.Marshal(result)
		if err != nil {
			return result, fmt.Errorf("encode result of %s: %w", key.Operation, err)
		}
		return result, tx.Idempotency.Save(ctx, domain.IdempotencyRecord{Key: key, Result: encoded, CreatedAt: now})
	})
}
