package domain_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func retake(id domain.FollowUpItemID, of domain.PhotoID) domain.FollowUpItem {
	return domain.FollowUpItem{ID: id, Kind: domain.RetakePhoto, Message: "Take it again", PhotoID: of}
}

func add(id domain.FollowUpItemID, subject domain.Subject) domain.FollowUpItem {
	return domain.FollowUpItem{ID: id, Kind: domain.AddPhoto, Message: "Show this too", Subject: subject}
}

func correct(id domain.FollowUpItemID, field domain.Field) domain.FollowUpItem {
	return domain.FollowUpItem{ID: id, Kind: domain.CorrectField, Message: "Check this", Field: field}
}

// asked is a case whose owner was asked for the items; its clock then moves by a minute.
func asked(t testing.TB, items ...domain.FollowUpItem) *kase {
	t.Helper()
	return inState(t, domain.UnderReview).ask(t, items...).later(time.Minute)
}

// shoot adds a photo taken now.
func (k *kase) shoot(id domain.PhotoID, subject domain.Subject) *kase {
	p := photo(id, subject)
	p.CreatedAt = k.Now
	k.Photos = append(k.Photos, p)
	return k
}

func (k *kase) answer(answers ...domain.FollowUpAnswer) (domain.Change, map[domain.PhotoID]domain.PhotoID, error) {
	return k.Property.AnswerFollowUp(owner, answers, k.Photos, k.Now)
}

func TestAskingPausesAndUnlocks(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	items := []domain.FollowUpItem{retake("1", "kitchen"), add("2", side), correct("3", domain.FieldArea), question("4")}
	change, err := k.Property.AskFollowUp(valuer, items, k.Photos, k.Now)
	require.NoError(t, err)
	assert.Equal(t, domain.ActionFollowUpAsked, change.Action)
	assert.Equal(t, []domain.Fact{{Name: "items", Value: "4"}}, change.Facts)
	assert.False(t, k.Property.SLA.Running())
	assert.Nil(t, k.Property.Claim)

	open := k.Property.OpenFollowUp()
	require.NotNil(t, open)
	assert.Equal(t, valuer.ID, open.AskedBy)
	assert.Equal(t, k.Now, open.AskedAt)
	assert.Equal(t, k.Now.Add(48*time.Hour), open.DueAt)
	assert.Equal(t, kitchen, open.Items[0].Subject, "a retake asks for what the old photo shows")
	items[3].Message = "changed by the caller"
	assert.Equal(t, "Is there a lift?", open.Items[3].Message)

	assert.NoError(t, k.Property.MayAddPhoto(kitchen, 5))
	assert.NoError(t, k.Property.MayAddPhoto(side, 5))
	requireError(t, k.Property.MayAddPhoto(front, 5), domain.KindConflict, "property_locked")
	requireError(t, k.Property.MayAddPhoto(domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}, 5), domain.KindConflict, "property_locked")
}

func TestAskingForNonsense(t *testing.T) {
	t.Parallel()
	replaced := with(photo("old", front), func(p *domain.Photo) { p.ReplacedBy = "front" })
	unfinished := domain.FollowUpItem{ID: "1", Kind: domain.AnswerQuestion, Message: "Why?", Answer: "so", NewPhoto: "x", CorrectedAt: t0}
	for name, c := range map[string]struct {
		items  []domain.FollowUpItem
		broken []string
	}{
		"nothing":               {nil, []string{"items length"}},
		"much":                  {slices.Repeat([]domain.FollowUpItem{question("1")}, 20), []string{}},
		"too much":              {slices.Repeat([]domain.FollowUpItem{question("1")}, 21), []string{"items length"}},
		"no message":            {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion}}, []string{"items[0].message length"}},
		"short message":         {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: " a "}}, []string{"items[0].message length"}},
		"shortest message":      {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: "क्यों"}}, []string{}},
		"longest message":       {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: strings.Repeat("क", 500)}}, []string{}},
		"long message":          {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: strings.Repeat("क", 501)}}, []string{"items[0].message length"}},
		"unknown kind":          {[]domain.FollowUpItem{{Kind: "SING", Message: "Sing!"}}, []string{"items[0].kind enum"}},
		"retake of nothing":     {[]domain.FollowUpItem{retake("1", "")}, []string{"items[0].photo_id exists"}},
		"retake of replaced":    {[]domain.FollowUpItem{retake("1", "old")}, []string{"items[0].photo_id exists"}},
		"retake twice":          {[]domain.FollowUpItem{retake("1", "front"), retake("2", "front")}, []string{"items[1].photo_id unique"}},
		"photo of nothing":      {[]domain.FollowUpItem{add("1", domain.Subject{})}, []string{"items[0].type enum"}},
		"internal without room": {[]domain.FollowUpItem{add("1", domain.Subject{Type: domain.PhotoInternal})}, []string{"items[0].type enum"}},
		"unknown field":         {[]domain.FollowUpItem{correct("1", "owner_id")}, []string{"items[0].field enum"}},
		"second of two":         {[]domain.FollowUpItem{question("1"), correct("2", "")}, []string{"items[1].field enum"}},
		"already answered":      {[]domain.FollowUpItem{unfinished}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := inState(t, domain.UnderReview)
			k.Photos = append(k.Photos, replaced)
			before := snapshot(t, k)
			_, err := k.Property.AskFollowUp(valuer, c.items, k.Photos, k.Now)
			if len(c.broken) == 0 {
				require.NoError(t, err)
				it := k.Property.OpenFollowUp().Items[0]
				assert.Empty(t, it.Answer+string(it.NewPhoto), "nobody answers before the question")
				assert.Zero(t, it.CorrectedAt)
				return
			}
			requireError(t, err, domain.KindInvalid, "invalid_input")
			assert.Equal(t, c.broken, brokenFields(t, err))
			assertUnchanged(t, before, k)
		})
	}
}

func TestAnsweringEachKind(t *testing.T) {
	t.Parallel()
	k := asked(t, retake("1", "kitchen"), add("2", side), correct("3", domain.FieldArea), question("4"))
	_, err := k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(1100)}, k.Now)
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
			taken(func(p *domain.Photo) { p.Status = domain.PhotoFailed }), newPhoto, []string{"answers[0].photo_id photo", "photos failed"},
		},
		"photo in the works": {
			[]domain.FollowUpItem{question("1")}, taken(func(p *domain.Photo) { p.Status = domain.PhotoProcessing }), text("yes"),
			[]string{"photos processing"},
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
	k := asked(t, retake("1", "kitchen")).shoot("new", kitchen)
	k.Photos[2].Status = domain.PhotoFlagged
	_, _, err := k.answer(domain.FollowUpAnswer{ItemID: "1", PhotoID: "new"})
	assert.NoError(t, err)
}

func TestFieldsUnlockOneByOne(t *testing.T) {
	t.Parallel()
	k := asked(t, correct("1", domain.FieldArea), correct("2", domain.FieldLocation))
	before := snapshot(t, k)
	_, err := k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(900), Floor: ptr(1)}, k.Now)
	requireError(t, err, domain.KindConflict, "field_locked")
	assertUnchanged(t, before, k)
	_, err = k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(0)}, k.Now)
	assert.Equal(t, []string{"area_sqft range"}, brokenFields(t, err))
	assertUnchanged(t, before, k)

	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(900)}, k.Now)
	})
	assert.Equal(t, domain.ActionEdited, change.Action)
	items := k.Property.OpenFollowUp().Items
	assert.Equal(t, k.Now, items[0].CorrectedAt)
	assert.Zero(t, items[1].CorrectedAt)
}

func TestFollowUpTimes(t *testing.T) {
	t.Parallel()
	askedAt := inState(t, domain.FollowUpRequired).Now
	remindDue, expired := domain.FollowUpReminder, domain.FollowUpTTL
	for _, c := range []struct {
		after                    time.Duration
		remind, expire, answered bool
	}{
		{-time.Hour, false, false, true},
		{0, false, false, true},
		{remindDue - 1, false, false, true},
		{remindDue, true, false, true},
		{expired - 1, true, false, true},
		{expired, false, true, false},
		{expired + 100*24*time.Hour, false, true, false},
	} {
		fresh := func() (*domain.Property, time.Time) {
			return &inState(t, domain.FollowUpRequired).Property, askedAt.Add(c.after)
		}
		p, now := fresh()
		_, err := p.RemindFollowUp(now)
		assert.Equal(t, c.remind, err == nil, "remind after %v", c.after)
		p, now = fresh()
		_, err = p.ExpireFollowUp(now)
		assert.Equal(t, c.expire, err == nil, "expire after %v", c.after)
		p, now = fresh()
		_, _, err = p.AnswerFollowUp(owner, []domain.FollowUpAnswer{{ItemID: "item", Text: "yes"}}, nil, now)
		assert.Equal(t, c.answered, err == nil, "answer after %v", c.after)
		if !c.answered {
			requireError(t, err, domain.KindConflict, "follow_up_expired")
		}
	}
}

func TestOneReminderPerFollowUp(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.FollowUpRequired).later(domain.FollowUpReminder)
	remind := func(p *domain.Property) (domain.Change, error) { return p.RemindFollowUp(k.Now) }
	k.do(t, remind)
	assert.Equal(t, k.Now, k.Property.OpenFollowUp().RemindedAt)
	_, err := remind(&k.later(time.Hour).Property)
	requireError(t, err, domain.KindConflict, "reminder_not_due")
}

func TestExpiryRejects(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.FollowUpRequired).later(domain.FollowUpTTL)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ExpireFollowUp(k.Now) })
	assert.Equal(t, &domain.Rejection{Code: domain.RejectedFollowUpExpired, At: k.Now}, k.Property.Rejection)
	assert.Equal(t, domain.System, change.Actor)
	assert.Equal(t, []domain.Fact{{Name: "code", Value: "FOLLOW_UP_EXPIRED"}}, change.Facts)
	assert.Equal(t, k.Now, k.Property.DecidedAt)
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
	require.NoError(t, k.Property.MayAddPhoto(kitchen, len(k.Photos)), "the retake takes the old photo's place")
	requireError(t, k.Property.MayAddPhoto(kitchen, len(k.Photos)+1), domain.KindConflict, "too_many_photos")

	k = full()
	_, err := k.Property.AskFollowUp(valuer, []domain.FollowUpItem{add("1", side)}, k.Photos, k.Now)
	assert.Equal(t, []string{"items too_many_photos"}, brokenFields(t, err), "nobody is asked for what cannot be given")
	k.Photos[5].ReplacedBy = "6"
	_, err = k.Property.AskFollowUp(valuer, []domain.FollowUpItem{add("1", side)}, k.Photos, k.Now)
	assert.NoError(t, err)
}
