package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// audience is one row of the table of docs/domain.md, "Effects".
type audience struct {
	topic    domain.Topic
	channels []domain.Channel
	owner    bool          // hears the live event
	staff    []domain.Role // hear the live event
	job      domain.JobKind
	step     domain.StepKind
}

var (
	smsAndWhatsApp = []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp}
	whatsApp       = []domain.Channel{domain.ChannelWhatsApp}
	both           = []domain.Role{domain.RoleValuer, domain.RoleSupervisor}
	supervisors    = []domain.Role{domain.RoleSupervisor}
)

// table lists, for every action, who gets a message or an event and what else follows.
var table = map[domain.Action]audience{
	domain.ActionCreated:          {step: domain.StepCreated},
	domain.ActionEdited:           {},
	domain.ActionSubmitted:        {domain.TopicSubmitted, smsAndWhatsApp, true, both, "", domain.StepSubmitted},
	domain.ActionWithdrawn:        {owner: true, staff: both, step: domain.StepWithdrawn},
	domain.ActionClaimed:          {owner: true, staff: both, step: domain.StepClaimed},
	domain.ActionReleased:         {owner: true, staff: both},
	domain.ActionReleasedIdle:     {owner: true, staff: both},
	domain.ActionClaimRevoked:     {owner: true, staff: both},
	domain.ActionClaimReassigned:  {staff: both, step: domain.StepClaimed},
	domain.ActionReservationEnded: {staff: both},
	domain.ActionReservationMoved: {staff: both},
	domain.ActionFlagged:          {},
	domain.ActionFollowUpAsked:    {domain.TopicFollowUpAsked, smsAndWhatsApp, true, both, "", domain.StepFollowUp},
	domain.ActionFollowUpReminded: {domain.TopicFollowUpReminder, smsAndWhatsApp, true, nil, "", ""},
	domain.ActionFollowUpAnswered: {owner: true, staff: both},
	domain.ActionRejected:         {domain.TopicRejected, smsAndWhatsApp, true, both, "", domain.StepRejected},
	domain.ActionValued:           {},
	domain.ActionApproved:         {owner: true, staff: both, job: domain.JobRenderReport, step: domain.StepApproved},
	domain.ActionSignOffAsked:     {owner: true, staff: supervisors},
	domain.ActionSignedOff:        {owner: true, staff: both, job: domain.JobRenderReport, step: domain.StepApproved},
	domain.ActionReturned:         {owner: true, staff: both},
	domain.ActionReportStored:     {domain.TopicValued, smsAndWhatsApp, true, both, "", domain.StepValued},
	domain.ActionReportFailed:     {staff: supervisors},
	domain.ActionReportRetried:    {job: domain.JobRenderReport},
	domain.ActionPhotoCreated:     {step: domain.StepFirstPhoto},
	domain.ActionPhotoCompleted:   {job: domain.JobInspectPhoto},
	domain.ActionPhotoInspected:   {owner: true},
	domain.ActionPhotoDeleted:     {job: domain.JobDeletePhotoFiles},
	domain.ActionPhotoPlaceJudged: {owner: true},
	domain.ActionPhotoResolved:    {staff: both},
	domain.ActionPhotoTakenBack:   {staff: both},
	domain.ActionSLAStep:          {staff: both},
	domain.ActionPurged:           {job: domain.JobPurgeFiles},
	domain.ActionRestricted:       {},
}

func TestWhatEveryActionLeavesBehind(t *testing.T) {
	t.Parallel()
	names := constants(t, "Action", "change.go")
	assert.Len(t, table, len(names))
	p := inState(t, domain.UnderReview).Property
	for _, name := range names {
		action := domain.Action(name)
		want, known := table[action]
		require.True(t, known, action)
		change := domain.Change{
			Action: action, From: domain.UnderReview, To: domain.Approved, Actor: valuer, At: t0,
			Facts: []domain.Fact{{Name: "a", Value: "b"}}, Valuation: "v-1", Photo: "p-1",
		}
		e := change.Effects(p, counter())

		assert.Equal(t, domain.AuditEntry{
			PropertyID: p.ID, At: t0, ActorID: valuer.ID, ActorRole: domain.RoleValuer, Action: action,
			From: domain.UnderReview, To: domain.Approved, Facts: change.Facts,
		}, e.Audit, action)
		assertMessages(t, action, e, want)
		assertEvent(t, action, e.Events, want)
		var steps []domain.StepKind
		for _, s := range e.Steps {
			assert.Equal(t, domain.Step{Kind: s.Kind, PropertyID: p.ID, UserID: valuer.ID, At: t0}, s, action)
			steps = append(steps, s.Kind)
		}
		if want.step == "" {
			assert.Empty(t, steps, action)
		} else {
			assert.Equal(t, []domain.StepKind{want.step}, steps, action)
		}
	}
}

func assertMessages(t *testing.T, action domain.Action, e domain.Effects, want audience) {
	t.Helper()
	require.Len(t, e.Notifications, len(want.channels), action)
	for i, n := range e.Notifications {
		assert.Equal(t, domain.Notification{
			ID: n.ID, Topic: want.topic, Channel: want.channels[i], RecipientID: owner.ID, PropertyID: "property",
			Status: domain.NotificationPending, CreatedAt: t0,
		}, n, action)
		assert.Equal(t, domain.Job{Kind: domain.JobSendNotification, Subject: string(n.ID), Key: string(n.ID), RunAt: t0}, e.Jobs[i], action)
	}
	var others []domain.JobKind
	for _, j := range e.Jobs[len(want.channels):] {
		others = append(others, j.Kind)
		assert.NotEmpty(t, j.Key, "only one such job at a time")
		if runAt := t0.Add(domain.UploadTTL + time.Minute); j.Kind == domain.JobDeletePhotoFiles {
			assert.Equal(t, runAt, j.RunAt, "a signed upload may still bring the files back")
		} else {
			assert.Equal(t, t0, j.RunAt)
		}
	}
	if want.job == "" {
		assert.Empty(t, others, action)
	} else {
		assert.Equal(t, []domain.JobKind{want.job}, others, action)
	}
}

func assertEvent(t *testing.T, action domain.Action, events []domain.Event, want audience) {
	t.Helper()
	if !want.owner && want.staff == nil {
		assert.Empty(t, events, action)
		return
	}
	require.Len(t, events, 1, action)
	e := events[0]
	assert.Equal(t, action, e.Action)
	assert.Equal(t, domain.PropertyID("property"), e.PropertyID)
	assert.Equal(t, domain.PhotoID("p-1"), e.PhotoID)
	assert.Equal(t, domain.Approved, e.State)
	assert.Equal(t, t0, e.At)
	for by, hears := range map[domain.Actor]bool{
		owner: want.owner, stranger: false, admin: false, domain.System: false,
		valuer: len(want.staff) == 2, supervisor: want.staff != nil,
		{ID: owner.ID, Role: domain.RoleAdmin}: want.owner,
	} {
		assert.Equal(t, hears, e.VisibleTo(by), "%s: %s", action, by.Role)
	}
}

func TestTheFirstClaimTellsTheOwner(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.Submitted)
	change := k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ClaimFor(valuer, k.Now) })
	assertMessages(t, change.Action, withTime(change.Effects(k.Property, counter())), audience{topic: domain.TopicReviewStarted, channels: whatsApp})
}

// withTime dates what an effect holds at t0, for assertMessages.
func withTime(e domain.Effects) domain.Effects {
	for i := range e.Notifications {
		e.Notifications[i].CreatedAt = t0
	}
	for i := range e.Jobs {
		e.Jobs[i].RunAt = t0
	}
	return e
}

// TestDraftsAreTheOwnersAlone checks that only the owner sees events before the submission.
func TestDraftsAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	p := draft(t).Property
	for action := range table {
		for _, e := range (domain.Change{Action: action, From: domain.Draft, To: domain.Draft, Actor: owner, At: t0}).Effects(p, counter()).Events {
			assert.Empty(t, e.Roles, action)
			assert.Equal(t, owner.ID, e.OwnerID, action)
			assert.False(t, e.VisibleTo(valuer), action)
		}
	}
}

func TestSLAStepsNameTheirLevel(t *testing.T) {
	t.Parallel()
	k := inState(t, domain.UnderReview)
	level, due := k.Property.SLA.Escalate(t0.Add(6 * time.Hour))
	require.True(t, due)
	change := k.Property.SLAChange(level, t0.Add(6*time.Hour))
	assert.Equal(t, domain.Change{
		Action: domain.ActionSLAStep, From: domain.UnderReview, To: domain.UnderReview, Actor: domain.System, At: t0.Add(6 * time.Hour),
		Facts: []domain.Fact{{Name: "level", Value: "BREACHED"}},
	}, change)
	events := change.Effects(k.Property, counter()).Events
	require.Len(t, events, 1)
	assert.Equal(t, domain.SLABreached, events[0].SLALevel)
	assert.Empty(t, events[0].OwnerID, "the lender's lateness is not the owner's business")
}

func TestPhotoChanges(t *testing.T) {
	t.Parallel()
	k := draft(t)
	change := k.Property.PhotoChange(domain.ActionPhotoCompleted, k.Photos[0], owner, t0, domain.Count("bytes", 7))
	assert.Equal(t, domain.Change{
		Action: domain.ActionPhotoCompleted, From: domain.Draft, To: domain.Draft, Actor: owner, At: t0, Photo: "front",
		Facts: []domain.Fact{{Name: "photo", Value: "front"}, {Name: "bytes", Value: "7"}},
	}, change)
	e := change.Effects(k.Property, counter())
	assert.Equal(t, []domain.Job{{Kind: domain.JobInspectPhoto, Subject: "front", Key: "front", RunAt: t0}}, e.Jobs)

	gone := k.Property.PhotoChange(domain.ActionPhotoDeleted, k.Photos[0], owner, t0).Effects(k.Property, counter())
	assert.Equal(t, "properties/property/photos/front/", gone.Jobs[0].Subject)
	for _, key := range []string{k.Photos[0].OriginalKey(), k.Photos[0].ThumbKey(), k.Photos[0].DisplayKey()} {
		assert.Contains(t, key, gone.Jobs[0].Subject, "everything of the photo goes")
	}
}

// TestReportJobs makes sure that an approval makes one report, and a retry another.
func TestReportJobs(t *testing.T) {
	t.Parallel()
	p := inState(t, domain.Approved).Property
	job := func(a domain.Action, v domain.ValuationID, at time.Time) domain.Job {
		return domain.Change{Action: a, Valuation: v, At: at}.Effects(p, counter()).Jobs[0]
	}
	approved := job(domain.ActionApproved, "v-1", t0)
	assert.Equal(t, "v-1", approved.Subject)
	assert.Equal(t, approved.Key, job(domain.ActionApproved, "v-1", t0).Key)
	assert.Equal(t, approved.Key, job(domain.ActionApproved, "v-1", t0.In(domain.IST)).Key)
	assert.NotEqual(t, approved.Key, job(domain.ActionReportRetried, "v-1", t0.Add(1)).Key)
	assert.NotEqual(t, approved.Key, job(domain.ActionApproved, "v-2", t0).Key)
}

func TestEventsWithoutAnOwner(t *testing.T) {
	t.Parallel()
	assert.False(t, domain.Event{}.VisibleTo(domain.System), "no owner is not everybody without an id")
}
