package capture

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeletePhotoFiles is the job that removes the files of deleted photos and drafts.
type DeletePhotoFiles struct {
	Blobs ports.Blobs
}

// Execute removes every object below the prefix. Errors: KindInvalid if the prefix is not that
// of a property or a photo, KindUnavailable.
func (uc DeletePhotoFiles) Execute(ctx context.Context, prefix string) error {
	folder, err := domain.ParseBlobFolder(prefix)
	if err != nil {
		return err
	}
	return uc.Blobs.DeletePrefix(ctx, folder.String())
}
