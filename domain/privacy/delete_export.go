package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeleteExport is the job that deletes an export with its files.
type DeleteExport struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
}

// Execute deletes the export that subject names, if there is one. Errors: KindUnavailable.
func (uc DeleteExport) Execute(ctx context.Context, subject string) error {
	id := domain.ExportID(subject)
	export, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Export, error) {
		return tx.Exports.Get(ctx, id)
	})
	if domain.IsKind(err, domain.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := uc.Blobs.Purge(ctx, export.Folder().String()); err != nil {
		return err
	}
	err = uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error { return tx.Exports.Delete(ctx, id) })
	if domain.IsKind(err, domain.KindNotFound) { // the person was erased meanwhile
		return nil
	}
	return err
}
