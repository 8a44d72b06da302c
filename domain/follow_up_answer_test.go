package domain_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// shoot adds a photo taken now.
func (k *kase) shoot(id domain.PhotoID, subject domain.Subject) *kase {
	p := photo(id, subject)
	p.CreatedAt = k.Now
	k.Photos = append(k.Photos, p)
	return k
}

func (k *kase) answer(answers ...domain.FollowUpAnswer) (domain.Change, map[domain.PhotoID]domain.PhotoID, error) {
	return k.Property.AnswerFollowUp(owner, answers, domain.Evidence{Photos: k.Photos}, k.Now)
}

func TestAnsweringEachKind(t *testing.T) {
	t.Parallel()
	k := asked(t, retake("1", "kitchen"), add("2", side), correct("3", domain.FieldArea), question("4"))
	_, err := k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(1100)}, nil, k.Now)
	require.NoError(t, err)
	k.shoot("kitchen-2", kitchen).shoot("side", side).later(time.Hour)
	change, replaced, err := k.answer(
		domain.FollowUpAnswer{ItemID: "4", Text: "Yes, two"}, domain.FollowUpAnswer{ItemID: "3"},
		domain.FollowUpAnswer{ItemID: "2", PhotoID: "side"}, domain.FollowUpAnswer{ItemID: "1", PhotoID: "kitchen-2"},
	)
	require.NoError(t, err)
	assert.Equal(t, map[domain.PhotoID]domain.PhotoID{"kitchen": "kitchen-2"}, replaced)
	assert.Equal(t, domain.Submitted, k.Property.State)
	assert.Equal(t, 1100, k.Property.Details.AreaSqFt)
	assert.Equal(t, &domain.Reservation{ValuerID: valuer.ID, Until: k.Now.Add(30 * time.Minute)}, k.Property.Reservation)
	assert.True(t, k.Property.SLA.Running())
	assert.Nil(t, k.Property.OpenFollowUp())
	assert.Equal(t, "details", change.Facts[0].Name)
	assert.Equal(t, []domain.Fact{
		{Name: "fields", Value: "area_sqft"}, {Name: "photos", Value: "kitchen-2,side"}, {Name: "answers", Value: "1"},
	}, change.Facts[1:])

	closed := k.Property.FollowUps[0]
	assert.Equal(t, k.Now, closed.AnsweredAt)
	assert.Equal(t, domain.PhotoID("kitchen-2"), closed.Items[0].NewPhoto)
	assert.Equal(t, domain.PhotoID("side"), closed.Items[1].NewPhoto)
	assert.False(t, closed.Items[2].CorrectedAt.IsZero())
	assert.Equal(t, "Yes, two", closed.Items[3].Answer)
}

func TestAnsweringBadly(t *testing.T) {
	t.Parallel()
	taken := func(change func(*domain.Photo)) func(*kase) {
		return func(k *kase) {
			k.shoot("new", kitchen)
			change(&k.Photos[len(k.Photos)-1])
		}
	}
	newPhoto := []domain.FollowUpAnswer{{ItemID: "1", PhotoID: "new"}}
	text := func(s string) []domain.FollowUpAnswer { return []domain.FollowUpAnswer{{ItemID: "1", Text: s}} }
	for name, c := range map[string]struct {
		items   []domain.FollowUpItem
		prepare func(*kase)
		answers []domain.FollowUpAnswer
		broken  []string
	}{
		"no answer at all": {[]domain.FollowUpItem{question("1"), question("2")}, nil, nil, []string{"answers required", "answers required"}},
		"one of two":       {[]domain.FollowUpItem{question("1"), question("2")}, nil, text("yes"), []string{"answers required"}},
		"unknown item": {
			[]domain.FollowUpItem{question("1")}, nil,
			[]domain.FollowUpAnswer{{ItemID: "1", Text: "a"}, {ItemID: "9", Text: "b"}}, []string{"answers[1].item_id exists"},
		},
		"twice": {
			[]domain.FollowUpItem{question("1")}, nil,
			[]domain.FollowUpAnswer{{ItemID: "1", Text: "yes"}, {ItemID: "1", Text: "no"}}, []string{"answers[1].item_id unique"},
		},
		"blank text":    {[]domain.FollowUpItem{question("1")}, nil, text(" \n\t"), []string{"answers[0].text length"}},
		"long text":     {[]domain.FollowUpItem{question("1")}, nil, text(strings.Repeat("क", 2001)), []string{"answers[0].text length"}},
		"not corrected": {[]domain.FollowUpItem{correct("1", domain.FieldArea)}, nil, []domain.FollowUpAnswer{{ItemID: "1"}}, []string{"answers[0].item_id corrected"}},
		"no photo":      {[]domain.FollowUpItem{retake("1", "kitchen")}, nil, newPhoto, []string{"answers[0].photo_id photo"}},
		"the old photo": {
			[]domain.FollowUpItem{retake("1", "kitchen")}, nil,
			[]domain.FollowUpAnswer{{ItemID: "1", PhotoID: "kitchen"}}, []string{"answers[0].photo_id photo"},
		},
		"wrong room": {
			[]domain.FollowUpItem{retake("1", "kitchen")},
			taken(func(p *domain.Photo) { p.Subject.Room = domain.RoomBathroom }), newPhoto, []string{"answers[0].photo_id photo"},
		},
		"wrong type": {[]domain.FollowUpItem{add("1", side)}, taken(func(*domain.Photo) {}), newPhoto, []string{"answers[0].photo_id photo"}},
		"photo from before": {
			[]domain.FollowUpItem{retake("1", "kitchen")},
			taken(func(p *domain.Photo) { p.CreatedAt = p.CreatedAt.Add(-time.Minute) }), newPhoto, []string{"answers[0].photo_id photo"},
		},
		"refused photo": {
			[]domain.FollowUpItem{retake("1", "kitchen")},
			taken(func(p *domain.Photo) {
				p.Status, p.Resolution = domain.PhotoFlagged, &domain.FlagResolution{Decision: domain.FlagRefused}
			}), newPhoto, []string{"answers[0].photo_id photo"},
		},
		"replaced photo": {
			[]domain.FollowUpItem{retake("1", "kitchen")},
			taken(func(p *domain.Photo) { p.ReplacedBy = "newer" }), newPhoto, []string{"answers[0].photo_id photo"},
		},
		"failed photo": {
			[]domain.FollowUpItem{retake("1", "kitchen")},
			taken(func(p *domain.Photo) { p.Status = domain.PhotoFailed }), newPhoto, []string{"answers[0].photo_id photo"},
		},
		"one photo for two": {
			[]domain.FollowUpItem{retake("1", "kitchen"), add("2", kitchen)}, taken(func(*domain.Photo) {}),
			[]domain.FollowUpAnswer{{ItemID: "1", PhotoID: "new"}, {ItemID: "2", PhotoID: "new"}}, []string{"answers[1].photo_id photo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := asked(t, c.items...)
			if c.prepare != nil {
				c.prepare(k)
			}
			before := snapshot(t, k)
			_, replaced, err := k.answer(c.answers...)
			requireError(t, err, domain.KindInvalid, "invalid_input")
			assert.Equal(t, c.broken, brokenFields(t, err))
			assert.Nil(t, replaced)
			assertUnchanged(t, before, k)
		})
	}
}

func TestAFlaggedPhotoAnswers(t *testing.T) {
	t.Parallel()
	k := asked(t, retake("1", "front")).shoot("new", front)
	k.Photos[2].Status = domain.PhotoFlagged
	_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "1", PhotoID: "new"})
	assert.NoError(t, err)
}

// TestPhotosOfASecondRound makes sure that a photo answers the round it was taken for.
func TestPhotosOfASecondRound(t *testing.T) {
	t.Parallel()
	k := asked(t, add("1", side)).shoot("side", side).shoot("spare", side)
	_, _, err := k.later(time.Minute).answer(domain.FollowUpAnswer{ItemID: "1", PhotoID: "side"})
	require.NoError(t, err)
	k.later(time.Minute).claim(t, valuer).ask(t, add("2", side)).later(time.Minute)
	assert.Len(t, k.Property.FollowUps, 2)
	_, _, err = k.answer(domain.FollowUpAnswer{ItemID: "2", PhotoID: "spare"})
	assert.Equal(t, []string{"answers[0].photo_id photo"}, brokenFields(t, err))
	requireError(t, k.Property.MayDeletePhoto(k.Photos[3]), domain.KindConflict, "property_locked")
	k.shoot("third", side)
	assert.NoError(t, k.Property.MayDeletePhoto(k.Photos[4]), "what was added in this round may go again")
}

// TestAFullCaseCanStillAnswer asks a case that holds as many photos as it may.
func TestAFullCaseCanStillAnswer(t *testing.T) {
	t.Parallel()
	full := func() *kase {
		k := inState(t, domain.UnderReview)
		for len(k.Photos) < domain.MaxPhotosPerProperty {
			k.Photos = append(k.Photos, photo(domain.PhotoID(strconv.Itoa(len(k.Photos))), front))
		}
		return k
	}
	k := full().ask(t, retake("1", "kitchen")).later(time.Minute)
	require.NoError(t, k.Property.MayAddPhoto(kitchen, k.Photos), "the retake takes the old photo's place")
	more := photo("more", kitchen)
	more.CreatedAt = k.Property.PhotoTime(k.Now)
	requireError(t, k.Property.MayAddPhoto(kitchen, append(k.Photos, more)), domain.KindConflict, "too_many_photos")

	over := full()
	over.Photos = append(over.Photos, photo("a refusal was taken back", front))
	over.ask(t, retake("1", "kitchen")).later(time.Minute)
	require.NoError(t, over.Property.MayAddPhoto(kitchen, over.Photos), "its owner would be caught")
	requireError(t, over.Property.MayAddPhoto(kitchen, append(over.Photos, more)), domain.KindConflict, "too_many_photos")

	k = full()
	_, err := k.Property.AskFollowUp(valuer, []domain.FollowUpItem{add("1", side)}, k.Photos, k.Now)
	assert.Equal(t, []string{"items too_many_photos"}, brokenFields(t, err), "nobody is asked for what cannot be given")
	k.Photos[5].ReplacedBy = "6"
	_, err = k.Property.AskFollowUp(valuer, []domain.FollowUpItem{add("1", side)}, k.Photos, k.Now)
	assert.NoError(t, err)
}

// TestAPhotoOfTheInstantOfAFollowUpIsNew also has a follow-up by a clock that is ahead.
func TestAPhotoOfTheInstantOfAFollowUpIsNew(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	assert.Equal(t, k.Now, k.Property.PhotoTime(k.Now), "nothing is asked")
	k.ask(t, retake("1", "kitchen"))
	for _, now := range []time.Time{k.Now, k.Now.Add(-time.Second)} {
		taken := photo("taken", kitchen)
		taken.CreatedAt = k.Property.PhotoTime(now)
		assert.NoError(t, k.Property.MayCompletePhoto(taken))
		assert.NoError(t, k.Property.MayDeletePhoto(taken))
	}
	later := k.Now.Add(time.Second)
	assert.Equal(t, later, k.Property.PhotoTime(later))
}
