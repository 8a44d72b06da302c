package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ExportMe orders a copy of everything that is held about a person.
type ExportMe struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ExportMeInput is who asks.
type ExportMeInput struct {
	Actor domain.Actor
	Key   domain.IdempotencyKey
}

// Execute returns the export, which a job makes. A person has one at a time: while its files are
// kept, and unless it failed, Execute returns that one. Errors: those of ports.Once.
func (uc ExportMe) Execute(ctx context.Context, in ExportMeInput) (domain.Export, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Export, error) {
		if _, err := tx.Users.Lock(ctx, in.Actor.ID); err != nil { // so that two requests at once make one
			return domain.Export{}, err
		}
		mine, err := tx.Exports.ByUser(ctx, in.Actor.ID)
		if err != nil {
			return domain.Export{}, err
		}
		for _, export := range mine {
			if export.State != domain.ExportFailed && now.Before(export.ExpiresAt) {
				return export, nil
			}
		}
		export := domain.NewExport(domain.ExportID(uc.IDs.New()), in.Actor, now)
		if err := tx.Exports.Add(ctx, export); err != nil {
			return domain.Export{}, err
		}
		event := domain.SecurityEvent{Code: domain.SecurityDataExported, At: now, TargetID: in.Actor.ID, Detail: string(export.ID)}
		if err := record(ctx, tx, in.Actor, event); err != nil {
			return domain.Export{}, err
		}
		for _, job := range export.Jobs() {
			if err := tx.Jobs.Enqueue(ctx, job); err != nil {
				return domain.Export{}, err
			}
		}
		return export, nil
	})
}
