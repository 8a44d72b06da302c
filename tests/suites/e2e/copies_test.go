package e2e_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/outside"
)

// Two owners submit two of the real houses, whose photos are the same.
func TestTwoHousesWithTheSamePhotosAreLinkedForTheValuer(t *testing.T) {
	first, second := realHouse(t, "199"), realHouse(t, "214")
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		original := c.submitted(ctx, t, first...)
		impostor := c
		var err error
		impostor.owner, err = journey.NewOwner(ctx, p.url, "+919811100002", p.codes, p.doer)
		require.NoError(t, err)
		t.Cleanup(impostor.owner.Events.Close)
		copied := impostor.submitted(ctx, t, second...)

		_, err = c.valuer.Claim(ctx, copied.ID)
		require.NoError(t, err)
		seen, err := c.valuer.Photos(ctx, copied.ID)
		require.NoError(t, err)
		require.Len(t, seen, len(second))
		for _, photo := range seen {
			assert.Equal(t, []string{original.ID}, photo.LinkedPropertyIds, "%s %s", photo.Type, photo.Room)
			assert.Equal(t, propflow.PhotoStatusFLAGGED, photo.Status)
		}
		shown, err := impostor.owner.Client.ListPhotosWithResponse(ctx, copied.ID, nil)
		require.NoError(t, err)
		assert.NotContains(t, string(shown.Body), original.ID, "an owner learns nothing of other cases")
		mine, err := shown.JSON200.AsOwnerPhotoList()
		require.NoError(t, err)
		for _, photo := range mine.Items {
			assert.Contains(t, photo.Findings, propflow.OwnerFinding{
				Code: propflow.OwnerFindingCodeNEEDSALOOK, Outcome: propflow.FindingOutcomeFLAGGED, Advice: "A person will look at this photo.",
			})
		}
	})
}

// realHouse reads the photos of a house by its number.
func realHouse(t *testing.T, number string) []journey.Photo {
	t.Helper()
	photos := []journey.Photo{
		{Name: "frontal", Type: propflow.PhotoTypeFRONT},
		{Name: "kitchen", Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomKITCHEN},
		{Name: "bedroom", Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomBEDROOM},
		{Name: "bathroom", Type: propflow.PhotoTypeINTERNAL, Room: propflow.RoomBATHROOM},
	}
	for i := range photos {
		var err error
		photos[i].Data, err = os.ReadFile(outside.Path(t, "images", "houses", number+"_"+photos[i].Name+".jpg"))
		require.NoError(t, err)
	}
	return photos
}
