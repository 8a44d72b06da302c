package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetSettings shows staff the numbers that reviews and valuations depend on.
type GetSettings struct {
	UnitOfWork ports.UnitOfWork
}

// GetSettingsInput is the user who asks.
type GetSettingsInput struct {
	Actor domain.Actor
}

// Execute returns the settings in force. Errors: KindUnavailable.
func (uc GetSettings) Execute(ctx context.Context, _ GetSettingsInput) (domain.Settings, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Settings, error) {
		return tx.Settings.Get(ctx)
	})
}
