package identity

import (
	"context"
	"strconv"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// UpdateSettings lets an ADMIN change the numbers that reviews and valuations depend on. A change of
// domain.SettingsThatGovern is only proposed: a second ADMIN must confirm.
type UpdateSettings struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
	OneAdmin   bool // no second ADMIN must confirm
}

// UpdateSettingsInput is the new settings.
type UpdateSettingsInput struct {
	Actor   domain.Actor
	Version int64 // the one that the ADMIN read
	// Settings replace the ones in force. Of the limits of customers, those that are 0 stay as they
	// are. Execute sets Version, UpdatedAt and UpdatedBy.
	Settings domain.Settings
}

// UpdateSettingsOutput is the settings now in force, or the proposal to change them.
type UpdateSettingsOutput struct {
	domain.Settings
	Proposal *domain.Proposal // nil if no second ADMIN must confirm
}

// Execute returns the settings now in force, or the proposal. Errors: KindInvalid naming every
// setting out of its range, KindStale, KindUnavailable.
func (uc UpdateSettings) Execute(ctx context.Context, in UpdateSettingsInput) (UpdateSettingsOutput, error) {
	checked := in.Settings
	checked.Limits = checked.Limits.Or(domain.DefaultCustomerLimits())
	if err := checked.Validate(); err != nil {
		return UpdateSettingsOutput{}, err
	}
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (UpdateSettingsOutput, error) {
		before, err := tx.Settings.Get(ctx)
		if err != nil {
			return UpdateSettingsOutput{}, err
		}
		if before.Version != in.Version { // or Governs would be asked of other settings than those that change
			return UpdateSettingsOutput{}, domain.Stale("settings")
		}
		settings := in.Settings
		settings.Limits = settings.Limits.Or(before.Limits)
		settings.Version, settings.UpdatedAt, settings.UpdatedBy = in.Version, now, in.Actor.ID
		forged, err := tx.Forged(ctx, before)
		if err != nil {
			return UpdateSettingsOutput{}, err
		}
		// Of forged settings nobody knows which of the values governed before.
		if uc.OneAdmin || !forged && !settings.Governs(before) {
			err := changeSettings(ctx, tx, &settings, in.Actor, now)
			return UpdateSettingsOutput{Settings: settings}, err
		}
		proposal := domain.ProposeSettings(domain.ProposalID(uc.IDs.New()), in.Actor, before, settings, now)
		return UpdateSettingsOutput{Proposal: &proposal}, propose(ctx, tx, proposal, in.Actor, now)
	})
}

// changeSettings stores the settings. Errors: KindStale, KindUnavailable.
func changeSettings(ctx context.Context, tx ports.Tx, after *domain.Settings, by domain.Actor, now time.Time) error {
	before, err := tx.Settings.Get(ctx)
	if err != nil {
		return err
	}
	forged, err := tx.Forged(ctx, before)
	if err != nil {
		return err
	}
	if err := tx.Settings.Update(ctx, after); err != nil {
		return err
	}
	events := []domain.SecurityEvent{domain.SettingsEvent(*after, by, now)}
	if forged { // the change replaces them, and check finds nothing from now on
		differs := domain.SecurityBy(by, domain.SecurityEvidenceDiffers, now)
		differs.Detail = "settings " + strconv.FormatInt(before.Version, 10)
		events = append([]domain.SecurityEvent{differs}, events...)
	}
	return record(ctx, tx, events...)
}
