package e2e_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// TestTwoOwnersOfOneFlatAreLinkedForStaffOnly submits one flat by two owners, with photos of the same
// house and the address in two spellings.
func TestTwoOwnersOfOneFlatAreLinkedForStaffOnly(t *testing.T) {
	everywhere(t, func(ctx context.Context, t *testing.T, p *product) {
		c := p.everybody(ctx, t)
		staff, err := journey.NewWatch(ctx, c.valuer.Person)
		require.NoError(t, err)
		t.Cleanup(staff.Close)
		older := c.submitted(ctx, t, house(1)...)
		seen := c.seen(ctx, t, older.ID)

		rival := c
		rival.owner, err = journey.NewOwner(ctx, p.url, "+919811100002", p.codes, p.doer)
		require.NoError(t, err)
		t.Cleanup(rival.owner.Events.Close)
		require.NoError(t, rival.owner.Consent(ctx))
		request := journey.DefaultProperty()
		request.Address.Line1 = "H.No. १२, 4 CROSS ROAD"
		draft, err := rival.owner.Draft(ctx, request)
		require.NoError(t, err)
		for _, photo := range house(1) {
			judged := rival.photograph(ctx, t, draft.ID, photo, "")
			require.Equal(t, propflow.PhotoStatusFLAGGED, judged.Status)
			for _, f := range judged.Findings {
				assert.NotContains(t, f.Advice, "another property")
			}
		}
		later, err := rival.owner.Submit(ctx, draft.ID)
		require.NoError(t, err)

		_, err = staff.Await(ctx, func(e propflow.Event) bool { return e.Name == "property.linked" && e.PropertyID == older.ID })
		require.NoError(t, err)
		assert.Equal(t, seen, c.seen(ctx, t, older.ID), "its owner sees no difference")
		for from, to := range map[*propflow.OwnerProperty]*propflow.OwnerProperty{&older: &later, &later: &older} {
			listed, err := c.valuer.Client.ListLinksWithResponse(ctx, from.ID, nil)
			require.NoError(t, err)
			require.Len(t, listed.JSON200.Items, 2)
			for _, link := range listed.JSON200.Items {
				assert.Equal(t, to.ID, link.PropertyID)
				assert.Equal(t, *to.Reference, link.Reference)
				assert.Equal(t, propflow.PropertyStateSUBMITTED, link.State)
				assert.Zero(t, *link.DistanceM)
				for _, pair := range link.Photos {
					for property, photo := range map[string]string{from.ID: pair.PhotoID, to.ID: pair.LinkedPhotoID} {
						shown, err := c.valuer.Client.GetPhotoWithResponse(ctx, property, photo, nil)
						require.NoError(t, err)
						photo, err := shown.JSON200.AsPhoto()
						require.NoError(t, err)
						assert.NotNil(t, photo.Links.Display)
					}
				}
			}
			assert.Equal(t, propflow.LinkKindSAMEPHOTO, listed.JSON200.Items[0].Kind)
			assert.Len(t, listed.JSON200.Items[0].Photos, 2)
			assert.Equal(t, propflow.LinkKindSAMEPROPERTY, listed.JSON200.Items[1].Kind)
			assert.Empty(t, listed.JSON200.Items[1].Photos)
		}
		_, err = c.owner.Client.ListLinksWithResponse(ctx, older.ID, nil)
		assert.Equal(t, "role_not_allowed", propflow.CodeOf(err))

		_, err = c.valuer.Claim(ctx, older.ID)
		require.NoError(t, err)
		_, err = c.owner.Events.Await(ctx, func(e propflow.Event) bool {
			assert.NotEqual(t, "property.linked", e.Name)
			return e.Name == "review.claimed"
		})
		require.NoError(t, err)
	})
}

// seen returns what the owner reads of a case: the case with its ETag, its trail and its photos,
// without what changes with each answer.
func (c cast) seen(ctx context.Context, t *testing.T, property string) string {
	t.Helper()
	shown, err := c.owner.Client.GetPropertyWithResponse(ctx, property, nil)
	require.NoError(t, err)
	own, err := shown.JSON200.AsOwnerProperty()
	require.NoError(t, err)
	own.SLA = nil
	trail, err := c.owner.Client.GetAuditTrailWithResponse(ctx, property, nil)
	require.NoError(t, err)
	listed, err := c.owner.Client.ListPhotosWithResponse(ctx, property, nil)
	require.NoError(t, err)
	photos, err := listed.JSON200.AsOwnerPhotoList()
	require.NoError(t, err)
	var each []any
	for _, photo := range photos.Items {
		one, err := c.owner.Client.GetPhotoWithResponse(ctx, property, photo.ID, nil)
		require.NoError(t, err)
		same, err := one.JSON200.AsOwnerPhoto()
		require.NoError(t, err)
		photo.Links, same.Links = nil, nil
		each = append(each, photo, same, one.HTTPResponse.Header.Get("ETag"), one.HTTPResponse.Header.Get("Last-Modified"))
	}
	notes, err := c.owner.Client.ListNotificationsWithResponse(ctx, &propflow.ListNotificationsParams{PropertyID: &property})
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, notes.StatusCode())
	all, err := json.MarshalIndent([]any{own, shown.HTTPResponse.Header.Get("ETag"), trail.JSON200, each, len(notes.JSON200.Items)}, "", " ")
	require.NoError(t, err)
	return string(all)
}
