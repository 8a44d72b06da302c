package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateSettings lets an ADMIN change the numbers that reviews and valuations depend on.
type UpdateSettings struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// UpdateSettingsInput is the new settings.
type UpdateSettingsInput struct {
	Actor   domain.Actor
	Version int64 // the one that the ADMIN read
	// Settings replace the ones in force. Of the limits of customers, those that are 0 stay as they
	// are. Execute sets Version, UpdatedAt and UpdatedBy.
	Settings domain.Settings
}

// Execute returns the settings now in force. Errors: KindInvalid naming every setting out of
// its range, KindStale, KindUnavailable.
func (uc UpdateSettings) Execute(ctx context.Context, in UpdateSettingsInput) (domain.Settings, error) {
	checked := in.Settings
	checked.Limits = checked.Limits.Or(domain.DefaultCustomerLimits())
	if err := checked.Validate(); err != nil {
		return domain.Settings{}, err
	}
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) {
		before, err := tx.Settings.Get(ctx)
		if err != nil {
			return domain.Settings{}, err
		}
		settings := in.Settings
		settings.Limits = settings.Limits.Or(before.Limits)
		settings.Version, settings.UpdatedAt, settings.UpdatedBy = in.Version, now, in.Actor.ID
		err = tx.Settings.Update(ctx, &settings)
		return settings, err
	})
}
