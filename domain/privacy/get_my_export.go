package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetMyExport shows a person how far their export is, and the links to its files.
type GetMyExport struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// GetMyExportInput names the export.
type GetMyExportInput struct {
	Actor    domain.Actor
	ExportID domain.ExportID
}

// ExportView is an export with links that are valid for domain.ExportLinkTTL, in order. There are
// none until it is ready.
type ExportView struct {
	Export domain.Export
	Links  []string
}

// Execute returns the export. Errors: KindNotFound "export_not_found", also if it is another person's
// or its files are deleted, KindUnavailable.
func (uc GetMyExport) Execute(ctx context.Context, in GetMyExportInput) (ExportView, error) {
	now := uc.Clock.Now()
	export, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Export, error) {
		export, err := tx.Exports.Get(ctx, in.ExportID)
		if err == nil && (export.UserID != in.Actor.ID || !now.Before(export.ExpiresAt)) {
			err = domain.NotFound("export")
		}
		return export, err
	})
	if err != nil {
		return ExportView{}, err
	}
	view := ExportView{Export: export}
	for part := 1; part <= export.Parts; part++ {
		link, err := uc.Blobs.PresignGet(ctx, export.PartKey(part), domain.ExportLinkTTL)
		if err != nil {
			return ExportView{}, err
		}
		view.Links = append(view.Links, link)
	}
	return view, nil
}
