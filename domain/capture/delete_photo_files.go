package capture

import (
	"context"
	"regexp"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// DeletePhotoFiles is the job that removes the files of deleted photos and drafts.
type DeletePhotoFiles struct {
	Blobs ports.Blobs
}

// folder is the prefix of one property's or one photo's files. Anything shorter would
// empty the store.
var folder = regexp.MustCompile(`^properties/[^/]+/(photos/[^/]+/)?$`)

// Execute removes every object below the prefix. Errors: KindInvalid where the prefix is
// not that of a property or a photo, KindUnavailable.
func (uc DeletePhotoFiles) Execute(ctx context.Context, prefix string) error {
	var v domain.Violations
	v.Require(folder.MatchString(prefix), "prefix", "format", "must be the folder of a property or a photo")
	if err := v.Err(); err != nil {
		return err
	}
	return uc.Blobs.DeletePrefix(ctx, prefix)
}
