package capture

import (
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// linkTwins tells the photos of other properties that hold these very bytes of the
// property. It changes no verdict: only the newer photo is flagged. It takes the twins in
// one fixed order and holds no other lock, so that racing inspections never block each
// other.
func linkTwins(ctx context.Context, tx ports.Tx, property domain.PropertyID, sha256 string) error {
	others, err := tx.Photos.SameBytes(ctx, sha256, property)
	if err != nil {
		return err
	}
	for _, other := range others {
		photos, err := tx.Photos.ByProperty(ctx, other)
		if err != nil {
			return err
		}
		for _, twin := range photos {
			if twin.Facts.SHA256 != sha256 || slices.Contains(twin.LinkedTo, property) {
				continue
			}
			if err := link(ctx, tx, twin.ID, property); err != nil {
				return err
			}
		}
	}
	return nil
}

func link(ctx context.Context, tx ports.Tx, id domain.PhotoID, to domain.PropertyID) error {
	photo, err := tx.Photos.Lock(ctx, id)
	switch {
	case domain.IsKind(err, domain.KindNotFound): // deleted this moment
		return nil
	case err != nil:
		return err
	}
	photo.LinkedTo = append(photo.LinkedTo, to)
	return tx.Photos.Update(ctx, &photo)
}
