package capture_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/capture"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// TestPhotosOfADayAreLimited deletes photos too, because what was uploaded is kept for a while.
func TestPhotosOfADayAreLimited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Do(func(ctx context.Context, tx ports.Tx) error {
		settings := domain.DefaultSettings()
		settings.Limits.PhotosPerDay = 2
		return tx.Settings.Update(ctx, &settings)
	})
	w.Draft("p", owner)
	for _, file := range []string{"one", "two"} {
		photo := w.announced("p", front, []byte(file)).Photo
		err := w.deletePhoto().Execute(t.Context(), capture.DeletePhotoInput{Actor: owner, PropertyID: "p", PhotoID: photo.ID})
		require.NoError(t, err)
	}
	_, err := w.create().Execute(t.Context(), w.newPhoto("p", front, []byte("three")))
	fixture.Refused(t, err, domain.KindTooMany, "too_many_photos_today")
}
