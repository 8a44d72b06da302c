package identity

import (
	"context"
	"strconv"

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
	// Settings replace the ones in force. Execute sets Version, UpdatedAt and UpdatedBy.
	Settings domain.Settings
}

// Execute returns the settings now in force. Errors: KindInvalid naming every setting out of
// its range, KindStale, KindUnavailable.
func (uc UpdateSettings) Execute(ctx context.Context, in UpdateSettingsInput) (domain.Settings, error) {
	if err := in.Settings.Validate(); err != nil {
		return domain.Settings{}, err
	}
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) {
		settings := in.Settings
		settings.Version, settings.UpdatedAt, settings.UpdatedBy = in.Version, now, in.Actor.ID
		if err := tx.Settings.Update(ctx, &settings); err != nil {
			return domain.Settings{}, err
		}
		event := domain.SecurityBy(in.Actor, domain.SecuritySettingsChanged, now)
		event.Detail = "version " + strconv.FormatInt(settings.Version, 10)
		return settings, tx.Security.Append(ctx, event)
	})
}
