package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PurgeFiles is the job that removes the files of a purged case, with all their versions.
type PurgeFiles struct {
	Blobs ports.Blobs
}

// Execute removes every object below the prefix. Errors: KindInvalid if the prefix is not that of a
// property, KindUnavailable.
func (uc PurgeFiles) Execute(ctx context.Context, prefix string) error {
	folder, err := domain.ParseBlobFolder(prefix)
	if err != nil {
		return err
	}
	return uc.Blobs.Purge(ctx, folder.String())
}
