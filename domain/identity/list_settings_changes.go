package identity

import (
	"context"
	"math"
	"strconv"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ListSettingsChanges lists who changed the settings, when, and from which figures to which.
type ListSettingsChanges struct {
	UnitOfWork ports.UnitOfWork
}

// ListSettingsChangesInput is one page.
type ListSettingsChangesInput struct {
	Actor domain.Actor
	Page  domain.Page
}

// Execute returns the changes, newest first. Errors: KindInvalid for the cursor, KindUnavailable.
func (uc ListSettingsChanges) Execute(ctx context.Context, in ListSettingsChangesInput) (domain.List[domain.SettingsChange], error) {
	below, limit := int64(math.MaxInt64), max(1, in.Page.Limit)
	if key := in.Page.Cursor.Key; key != "" {
		version, err := strconv.ParseInt(key, 10, 64)
		var v domain.Violations
		v.Require(err == nil, "cursor", "format", "must be the place where an earlier page ended")
		if err := v.Err(); err != nil {
			return domain.List[domain.SettingsChange]{}, err
		}
		below = version
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.List[domain.SettingsChange], error) {
		changes, err := tx.Settings.History(ctx, below, limit+1)
		if err != nil || len(changes) <= limit {
			return domain.List[domain.SettingsChange]{Items: changes}, err
		}
		changes = changes[:limit]
		next := strconv.FormatInt(changes[len(changes)-1].After.Version, 10)
		return domain.List[domain.SettingsChange]{Items: changes, Next: domain.Cursor{Key: next}}, nil
	})
}
