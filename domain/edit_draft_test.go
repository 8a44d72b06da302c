package domain_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// roomsOfLand are the details that LAND cannot have, set.
func roomsOfLand() domain.DetailsChange {
	return domain.DetailsChange{Bedrooms: ptr(3), Bathrooms: ptr(1), Floor: ptr(4), YearBuilt: ptr(2001)}
}

var notOfLand = []domain.Field{domain.FieldBedrooms, domain.FieldBathrooms, domain.FieldFloor, domain.FieldYearBuilt}

func TestADraftClearsAField(t *testing.T) {
	t.Parallel()
	for _, field := range domain.Fields {
		k := draft(t)
		c := domain.DetailsChange{Clear: []domain.Field{field}}
		change := k.later(time.Hour).do(t, func(p *domain.Property) (domain.Change, error) { return p.Edit(owner, c, nil, k.Now) })
		want := map[domain.Field]func(*domain.Details){
			domain.FieldAddress:   func(d *domain.Details) { d.Address = domain.Address{} },
			domain.FieldArea:      func(d *domain.Details) { d.AreaSqFt = 0 },
			domain.FieldBedrooms:  func(d *domain.Details) { d.Bedrooms = nil },
			domain.FieldBathrooms: func(d *domain.Details) { d.Bathrooms = nil },
			domain.FieldFloor:     func(d *domain.Details) { d.Floor = nil },
			domain.FieldYearBuilt: func(d *domain.Details) { d.YearBuilt = nil },
			domain.FieldLocation:  func(d *domain.Details) { d.Location = nil },
		}
		expected := draft(t).Property.Details
		want[field](&expected)
		assert.Equal(t, expected, k.Property.Details, field)
		assert.Equal(t, []domain.Fact{{Name: "fields", Value: string(field)}}, change.Facts)
		assert.Empty(t, change.Cleared, "the owner asked for it")
		k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Edit(owner, c, nil, k.Now) }) // and again
	}
}

func TestEditsThatContradictThemselves(t *testing.T) {
	t.Parallel()
	for broken, c := range map[string]domain.DetailsChange{
		"floor unique":        {Floor: ptr(1), Clear: []domain.Field{domain.FieldFloor}},
		"owner_id enum":       {Clear: []domain.Field{"owner_id"}},
		"type enum":           {Type: ptr(domain.PropertyType("CASTLE"))},
		"external_ref length": {ExternalRef: ptr(strings.Repeat("x", 65))},
		"floor property_type": {Type: ptr(domain.Land), Floor: ptr(1)},
	} {
		k := draft(t)
		before := snapshot(t, k)
		_, err := k.Property.Edit(owner, c, nil, k.Now)
		requireError(t, err, domain.KindInvalid, "invalid_input")
		assert.Equal(t, []string{broken}, brokenFields(t, err))
		assertUnchanged(t, before, k)
	}
}

func TestADraftBecomesLand(t *testing.T) {
	t.Parallel()
	k := draft(t)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Type: ptr(domain.Land), ExternalRef: ptr("LOS-8"), AreaSqFt: ptr(2400)}, nil, k.Now)
	})
	assert.Equal(t, domain.Land, k.Property.Type)
	assert.Equal(t, "LOS-8", k.Property.ExternalRef)
	assert.Equal(t, domain.Details{Address: address(), AreaSqFt: 2400, Location: k.Property.Details.Location}, k.Property.Details)
	assert.Equal(t, notOfLand, change.Cleared)
	assert.Equal(t, []domain.Fact{{Name: "fields", Value: "area_sqft,bathrooms,bedrooms,external_ref,floor,type,year_built"}}, change.Facts)

	change = k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Type: ptr(domain.House), ExternalRef: ptr("")}, nil, k.Now)
	})
	assert.Empty(t, change.Cleared, "nothing comes back, and nothing more goes")
	assert.Empty(t, k.Property.ExternalRef)
	assert.Nil(t, k.Property.Details.Floor)
}

// TestPhotosThatLandCannotHave stay, do not count and hinder nobody.
func TestPhotosThatLandCannotHave(t *testing.T) {
	t.Parallel()
	k := draft(t)
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Type: ptr(domain.Land)}, nil, k.Now)
	})
	_, err := k.Property.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	requireError(t, err, domain.KindConflict, "submission_incomplete")
	assert.Equal(t, []string{"photos photo_missing"}, brokenFields(t, err), "no SIDE photo")
	for _, s := range []domain.PhotoStatus{domain.PhotoAwaitingUpload, domain.PhotoProcessing, domain.PhotoFailed, domain.PhotoPassed} {
		k.Photos[1].Status = s
		assert.True(t, ready(domain.Land, append(k.Photos, photo("side", side))...), s)
	}
	k.Photos[1].Device.Location = north(5)
	k.Photos = append(k.Photos, photo("side", side))
	k.submit(t)

	assert.NoError(t, draft(t).Property.MayAddPhoto(kitchen, fronts(2)))
	land := draft(t).Property
	land.Type = domain.Land
	err = land.MayAddPhoto(kitchen, fronts(2))
	requireError(t, err, domain.KindInvalid, "invalid_input")
	assert.Equal(t, []string{"type property_type"}, brokenFields(t, err))
	assert.NoError(t, land.MayAddPhoto(side, fronts(2)))
}

func TestLandIsOpenedWithoutRooms(t *testing.T) {
	t.Parallel()
	_, _, err := domain.NewProperty("p", owner, domain.Land, "", roomsOfLand(), "salt", t0)
	broken := brokenFields(t, err)
	assert.ElementsMatch(t, []string{"bedrooms property_type", "bathrooms property_type", "floor property_type", "year_built property_type"}, broken)
	for _, kind := range []domain.PropertyType{domain.Apartment, domain.House, domain.Villa, domain.Commercial} {
		_, _, err := domain.NewProperty("p", owner, kind, "", roomsOfLand(), "salt", t0)
		assert.NoError(t, err, kind)
	}
}

// landWithRooms is a case that an earlier release accepted.
func landWithRooms(t *testing.T) *kase {
	t.Helper()
	k := draft(t)
	k.Property.Type = domain.Land
	k.Photos = append(k.Photos, photo("side", side))
	return k
}

func TestRoomsOfEarlierLand(t *testing.T) {
	t.Parallel()
	k := landWithRooms(t)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{}, nil, k.Now)
	})
	assert.Equal(t, notOfLand, change.Cleared, "the next edit of a draft")

	k = landWithRooms(t).submit(t)
	assert.Nil(t, k.Property.Details.Floor, "a draft that is submitted")

	k.Property.Details.Floor = ptr(3) // submitted under the earlier release
	k.claim(t, valuer)
	before := snapshot(t, k)
	for broken, item := range map[string]domain.FollowUpItem{
		"items[0].field property_type":    correct("1", domain.FieldFloor),
		"items[0].type property_type":     add("1", kitchen),
		"items[0].photo_id property_type": retake("1", "kitchen"),
	} {
		_, err := k.Property.AskFollowUp(valuer, []domain.FollowUpItem{item}, k.Photos, k.Now)
		assert.Equal(t, []string{broken}, brokenFields(t, err))
		assertUnchanged(t, before, k)
	}
	k.ask(t, correct("1", domain.FieldArea))
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(9)}, nil, k.Now)
	})
	assert.Equal(t, ptr(3), k.Property.Details.Floor, "the audit chain commits to it")

	// An item of the earlier release can be answered, so that its case does not expire.
	open := k.Property.OpenFollowUp()
	open.Items = append(open.Items, correct("2", domain.FieldFloor), add("3", kitchen))
	assert.NoError(t, k.Property.MayAddPhoto(kitchen, fronts(3)))
	_, err := k.Property.Edit(owner, domain.DetailsChange{Floor: ptr(2)}, nil, k.Now)
	assert.Equal(t, []string{"floor property_type"}, brokenFields(t, err))
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{Clear: []domain.Field{domain.FieldFloor}}, nil, k.Now)
	})
	assert.Equal(t, k.Now, k.Property.OpenFollowUp().Items[1].CorrectedAt)
}

func TestCorrectionsClearWhatIsNotNeeded(t *testing.T) {
	t.Parallel()
	k := asked(t, correct("1", domain.FieldFloor), correct("2", domain.FieldArea))
	before := snapshot(t, k)
	forget := func(field domain.Field) error {
		_, err := k.Property.Edit(owner, domain.DetailsChange{Clear: []domain.Field{field}}, nil, k.Now)
		return err
	}
	assert.Equal(t, []string{"area_sqft required"}, brokenFields(t, forget(domain.FieldArea)))
	requireError(t, forget(domain.FieldBedrooms), domain.KindConflict, "field_locked")
	for field, c := range map[domain.Field]domain.DetailsChange{
		domain.FieldType: {Type: ptr(domain.House)}, domain.FieldExternalRef: {ExternalRef: ptr("LOS-9")},
	} {
		_, err := k.Property.Edit(owner, c, nil, k.Now)
		requireError(t, err, domain.KindConflict, "field_locked")
		assert.NotContains(t, domain.Fields, field)
	}
	assertUnchanged(t, before, k)
	require.NoError(t, forget(domain.FieldFloor))
	assert.Nil(t, k.Property.Details.Floor)
	assert.Equal(t, k.Now, k.Property.OpenFollowUp().Items[0].CorrectedAt)
}
