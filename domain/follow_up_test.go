package domain_test

import (
	"slices"
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

func TestAskingPausesAndUnlocks(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	items := []domain.FollowUpItem{retake("1", "kitchen"), add("2", side), correct("3", domain.FieldArea), question("4")}
	change, err := k.Property.AskFollowUp(valuer, items, k.Photos, k.Now)
	require.NoError(t, err)
	assert.Equal(t, domain.ActionFollowUpAsked, change.Action)
	assert.Equal(t, []domain.Fact{
		{Name: "items", Value: "4"}, {Name: "kinds", Value: "ADD_PHOTO,ANSWER_QUESTION,CORRECT_FIELD,RETAKE_PHOTO"},
	}, change.Facts)
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

	assert.NoError(t, k.Property.MayAddPhoto(kitchen, k.Photos))
	assert.NoError(t, k.Property.MayAddPhoto(side, k.Photos))
	requireError(t, k.Property.MayAddPhoto(front, k.Photos), domain.KindConflict, "property_locked")
	requireError(t, k.Property.MayAddPhoto(domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomLiving}, k.Photos), domain.KindConflict, "property_locked")
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
		"longest message":       {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: strings.Repeat("कख", 250)}}, []string{}},
		"long message":          {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: strings.Repeat("क", 501)}}, []string{"items[0].message length"}},
		"message of dots":       {[]domain.FollowUpItem{{Kind: domain.AnswerQuestion, Message: "...... ?"}}, []string{"items[0].message words"}},
		"unknown kind":          {[]domain.FollowUpItem{{Kind: "SING", Message: "Sing!"}}, []string{"items[0].kind enum"}},
		"retake of nothing":     {[]domain.FollowUpItem{retake("1", "")}, []string{"items[0].photo_id exists"}},
		"retake of replaced":    {[]domain.FollowUpItem{retake("1", "old")}, []string{"items[0].photo_id exists"}},
		"two retakes":           {[]domain.FollowUpItem{retake("1", "front"), retake("2", "kitchen")}, []string{}},
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

func TestFieldsUnlockOneByOne(t *testing.T) {
	t.Parallel()
	k := asked(t, correct("1", domain.FieldArea), correct("2", domain.FieldLocation))
	before := snapshot(t, k)
	_, err := k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(900), Floor: ptr(1)}, nil, k.Now)
	requireError(t, err, domain.KindConflict, "field_locked")
	assertUnchanged(t, before, k)
	_, err = k.Property.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(0)}, nil, k.Now)
	assert.Equal(t, []string{"area_sqft range"}, brokenFields(t, err))
	assertUnchanged(t, before, k)

	change := k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Edit(owner, domain.DetailsChange{AreaSqFt: ptr(900)}, nil, k.Now)
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
		_, _, err = p.AnswerFollowUp(owner, []domain.FollowUpAnswer{{ItemID: "item", Text: "yes"}}, domain.Evidence{Photos: draft(t).Photos}, now)
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
