package domain_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func TestSubmitting(t *testing.T) {
	t.Parallel()
	k := draft(t).later(time.Hour)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	})
	p := k.Property
	assert.Equal(t, testRef, p.Reference)
	assert.Equal(t, k.Now, p.SubmittedAt)
	assert.Equal(t, k.Now, p.SLA.StartedAt)
	assert.Equal(t, k.Now.Add(5*time.Hour), p.SLA.DueAt(k.Now))
	assert.Zero(t, p.DecidedAt)
	require.Len(t, change.Facts, 2)
	assert.Equal(t, "details", change.Facts[0].Name)
	assert.Len(t, change.Facts[0].Value, 64)
	assert.Equal(t, domain.Fact{Name: "photos", Value: "2"}, change.Facts[1])
}

func TestWhatASubmissionLacks(t *testing.T) {
	t.Parallel()
	status := func(i int, s domain.PhotoStatus) func(*kase) { return func(k *kase) { k.Photos[i].Status = s } }
	for name, c := range map[string]struct {
		change    func(*kase)
		unconsent bool
		missing   []string
	}{
		"nothing":            {missing: nil},
		"consent":            {unconsent: true, missing: []string{"consent consent_missing"}},
		"an address":         {change: func(k *kase) { k.Property.Details.Address = domain.Address{} }, missing: []string{"address address_incomplete"}},
		"a pincode":          {change: func(k *kase) { k.Property.Details.Address.Pincode = "" }, missing: []string{"address address_incomplete"}},
		"the second line":    {change: func(k *kase) { k.Property.Details.Address.Line2 = "" }},
		"an area":            {change: func(k *kase) { k.Property.Details.AreaSqFt = 0 }, missing: []string{"area_sqft area_missing"}},
		"a location":         {change: func(k *kase) { k.Property.Details.Location = nil }, missing: []string{"location pin_missing"}},
		"what is optional":   {change: func(k *kase) { k.Property.Details.Bedrooms, k.Property.Details.Floor = nil, nil }},
		"all photos":         {change: func(k *kase) { k.Photos = nil }, missing: []string{"photos photo_missing", "photos photo_missing"}},
		"a front":            {change: func(k *kase) { k.Photos[0].Subject = side }, missing: []string{"photos photo_missing"}},
		"an inside":          {change: func(k *kase) { k.Photos[1].Subject = document }, missing: []string{"photos photo_missing"}},
		"an accepted front":  {change: status(0, domain.PhotoFailed), missing: []string{"photos.front photo_failed", "photos photo_missing"}},
		"only certainty":     {change: status(0, domain.PhotoFlagged)},
		"a finished front":   {change: status(0, domain.PhotoProcessing), missing: []string{"photos.front photo_processing", "photos photo_missing"}},
		"an uploaded inside": {change: status(1, domain.PhotoAwaitingUpload), missing: []string{"photos.kitchen photo_processing", "photos photo_missing"}},
		"a third's verdict": {change: func(k *kase) {
			k.Photos = append(k.Photos, with(photo("3", front), func(p *domain.Photo) { p.Status = domain.PhotoProcessing }))
		}, missing: []string{"photos.3 photo_processing"}},
		"a third's removal": {change: func(k *kase) {
			k.Photos = append(k.Photos, with(photo("3", front), func(p *domain.Photo) { p.Status = domain.PhotoFailed }))
		}, missing: []string{"photos.3 photo_failed"}},
		"a side, being land": {change: func(k *kase) { k.Property.Type = domain.Land }, missing: []string{"photos photo_missing"}},
		"an inside, being land": {change: func(k *kase) {
			k.Property.Type, k.Photos[1].Subject = domain.Land, side
		}},
		"everything": {change: func(k *kase) {
			k.Property.Details, k.Photos = domain.Details{}, nil
		}, unconsent: true, missing: []string{
			"address address_incomplete", "area_sqft area_missing", "location pin_missing", "photos photo_missing", "photos photo_missing", "consent consent_missing",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := draft(t)
			if c.change != nil {
				c.change(k)
			}
			before := snapshot(t, k)
			_, err := k.Property.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: !c.unconsent}, k.Now)
			if c.missing == nil {
				require.NoError(t, err)
				return
			}
			requireError(t, err, domain.KindConflict, "submission_incomplete")
			assert.Equal(t, c.missing, brokenFields(t, err))
			assertUnchanged(t, before, k)
		})
	}
}

// TestMovingThePinAfterThePhotos makes sure that photos are measured against the place that
// is submitted, not against where the pin was, or was not yet, when they were inspected.
func TestMovingThePinAfterThePhotos(t *testing.T) {
	t.Parallel()
	submit := func(change func(*kase)) error {
		k := draft(t)
		change(k)
		_, err := k.Property.Edit(owner, domain.DetailsChange{Location: &domain.Location{Point: *north(5), AccuracyM: 8}}, nil, k.Now)
		require.NoError(t, err)
		_, err = k.Property.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
		return err
	}
	err := submit(func(*kase) {})
	requireError(t, err, domain.KindConflict, "submission_incomplete")
	assert.Equal(t, []string{"photos.front photo_too_far", "photos.kitchen photo_too_far"}, brokenFields(t, err))
	err = submit(func(k *kase) {
		k.Photos[0].Facts.EXIF.Location, k.Photos[0].Device.Location = north(5), nil
		k.Photos[1].Device.Location = nil
	})
	assert.NoError(t, err, "a photo near the pin, and one that names no place")
	assert.NoError(t, submit(func(k *kase) {
		for i := range k.Photos {
			k.Photos[i].Device.Location = north(5)
		}
		k.Photos = append(k.Photos, photo("paper", document))
	}), "papers may lie elsewhere")
}

func TestRequiredPhotos(t *testing.T) {
	t.Parallel()
	passed := []domain.Photo{photo("1", front), photo("2", kitchen)}
	for _, kind := range domain.PropertyTypes {
		want := []domain.PhotoType{domain.PhotoFront, domain.PhotoInternal}
		if kind == domain.Land {
			want = []domain.PhotoType{domain.PhotoFront, domain.PhotoSide}
		}
		assert.Equal(t, want, kind.RequiredPhotos(), kind)
		assert.Equal(t, kind != domain.Land, ready(kind, passed...), kind)
		assert.False(t, ready(kind), kind)
	}
	assert.True(t, ready(domain.Land, photo("1", side), photo("2", front)))
	for _, s := range []domain.PhotoStatus{domain.PhotoAwaitingUpload, domain.PhotoProcessing, domain.PhotoFailed} {
		third := with(photo("3", side), func(p *domain.Photo) { p.Status = s })
		assert.False(t, ready(domain.House, append(passed[:2:2], third)...), s)
		third.ReplacedBy = "4"
		assert.True(t, ready(domain.House, append(passed[:2:2], third)...), s)
	}
}

func ready(kind domain.PropertyType, photos ...domain.Photo) bool {
	p := domain.Property{Type: kind, State: domain.Draft}
	return p.PhotosReady(photos)
}

func TestPhotoLimit(t *testing.T) {
	t.Parallel()
	k := draft(t)
	assert.NoError(t, k.Property.MayAddPhoto(front, fronts(29)))
	requireError(t, k.Property.MayAddPhoto(front, fronts(30)), domain.KindConflict, "too_many_photos")
}

// fronts is that many photos of the front.
func fronts(n int) []domain.Photo {
	photos := make([]domain.Photo, n)
	for i := range photos {
		photos[i] = photo(domain.PhotoID(strconv.Itoa(i)), front)
	}
	return photos
}

func TestAbandonedDrafts(t *testing.T) {
	t.Parallel()
	k := draft(t)
	assert.False(t, k.Property.Abandoned(t0.Add(-time.Hour)))
	assert.False(t, k.Property.Abandoned(t0.Add(30*24*time.Hour-1)))
	assert.True(t, k.Property.Abandoned(t0.Add(30*24*time.Hour)))

	k.Property.PhotoChange(domain.ActionPhotoCreated, k.Photos[0], owner, t0.Add(29*24*time.Hour))
	assert.False(t, k.Property.Abandoned(t0.Add(30*24*time.Hour)), "a new photo touches the draft")

	submitted := inState(t, domain.Submitted).Property
	assert.False(t, submitted.Abandoned(t0.AddDate(1, 0, 0)), "only drafts are deleted")
}

func TestWithdrawing(t *testing.T) {
	t.Parallel()
	for _, state := range []domain.State{domain.Draft, domain.Submitted, domain.UnderReview, domain.FollowUpRequired, domain.AwaitingSignOff} {
		k := inState(t, state).later(time.Hour)
		elapsed := k.Property.SLA.Elapsed(k.Now)
		k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Withdraw(owner, k.Now) })
		assert.Equal(t, k.Now, k.Property.DecidedAt, state)
		assert.Nil(t, k.Property.Claim, state)
		assert.Nil(t, k.Property.Reservation, state)
		assert.False(t, k.Property.SLA.Running(), state)
		assert.Equal(t, elapsed, k.Property.SLA.Elapsed(k.Now.AddDate(1, 0, 0)), state)
	}
}
