package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/ports"
)

// digests is the jobs of the daily digest, and those that are still to be done.
type digests struct {
	m    *memory.Ports
	jobs []domain.Job
}

// Do implements ports.UnitOfWork and takes down what is enqueued.
func (d *digests) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	var enqueued []domain.Job
	err := d.m.Store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		enqueued = nil // it may run again
		tx.Jobs = recorder{tx.Jobs, &enqueued}
		return fn(ctx, tx)
	})
	if err == nil {
		d.jobs = append(d.jobs, enqueued...)
	}
	return err
}

type recorder struct {
	ports.Jobs
	enqueued *[]domain.Job
}

func (r recorder) Enqueue(ctx context.Context, job domain.Job) error {
	*r.enqueued = append(*r.enqueued, job)
	return r.Jobs.Enqueue(ctx, job)
}

// send enqueues the digest, as the job of the release before does too: it has no subject.
func (d *digests) send(ctx context.Context) error {
	return notify.SendDigest{UnitOfWork: d, Clock: d.m.Clock}.Execute(ctx, "")
}

func (d *digests) deliver(ctx context.Context, subject string) error {
	return notify.DeliverDigest{UnitOfWork: d.m.Store, Clock: d.m.Clock, Messenger: d.m.Inbox}.Execute(ctx, subject)
}

// work tries each job once; those that fail stay.
func (d *digests) work(ctx context.Context) error {
	var failed []error
	var left []domain.Job
	for _, job := range d.jobs {
		if err := d.deliver(ctx, job.Subject); err != nil {
			failed, left = append(failed, err), append(left, job)
		}
	}
	d.jobs = left
	return errors.Join(failed...)
}

func addStaff(t *testing.T, m *memory.Ports, phone domain.Phone, role domain.Role, change ...func(*domain.User)) domain.UserID {
	t.Helper()
	user, err := domain.NewStaff(domain.UserID(m.IDs.New()), phone, "Meera Nair", role, m.Clock.Now())
	require.NoError(t, err)
	for _, f := range change {
		f(&user)
	}
	write(t, m, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) })
	return user.ID
}

const meerasEmail = domain.Email("meera.nair@bank.example.in")

func withEmail(u *domain.User) { u.Email = meerasEmail }
func disabled(u *domain.User)  { u.Disabled = true }

func TestSendDigest(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	now := m.Clock.Now()
	addOwner(t, m)
	id := addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
	addStaff(t, m, "+919900000003", domain.RoleSupervisor, withEmail, disabled)
	addStaff(t, m, "+919900000004", domain.RoleValuer, withEmail)
	addStaff(t, m, "+919900000005", domain.RoleAdmin, withEmail)
	addCase(t, m, "on-time", domain.Submitted, now.Add(-time.Hour))
	addCase(t, m, "late", domain.UnderReview, now.Add(-6*time.Hour))
	addCase(t, m, "later", domain.AwaitingSignOff, now.Add(-7*time.Hour))
	addCase(t, m, "decided", domain.Valued, now.Add(-48*time.Hour))
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		for _, step := range []domain.Step{
			{Kind: domain.StepSubmitted, PropertyID: "decided", At: now.Add(-24*time.Hour - time.Second)},
			{Kind: domain.StepSubmitted, PropertyID: "later", At: now.Add(-24 * time.Hour)},
			{Kind: domain.StepSubmitted, PropertyID: "late", At: now.Add(-time.Second)},
			{Kind: domain.StepApproved, PropertyID: "decided", At: now.Add(-time.Minute)},
			{Kind: domain.StepPhotoPassed, PropertyID: "late", At: now.Add(-time.Minute)},
		} {
			if err := tx.Steps.Append(ctx, step); err != nil {
				return err
			}
		}
		return nil
	})

	d := &digests{m: m}
	require.NoError(t, d.send(t.Context()))
	subject := "2026-11-23/" + string(id)
	require.Equal(t, []domain.Job{{Kind: domain.JobDeliverDigest, Subject: subject, Key: subject, RunAt: now}}, d.jobs)
	require.NoError(t, d.work(t.Context()))
	sent := m.Inbox.Messages()
	require.Len(t, sent, 1, "supervisors who may log in, nobody else")
	message := sent[0].Message
	assert.Equal(t, domain.Recipient{Phone: meera, Email: meerasEmail}, message.To)
	assert.Equal(t, domain.ChannelEmail, message.Channel)
	assert.Equal(t, "PropFlow digest of 23-11-2026 12:00", message.Subject)
	assert.Equal(t, "digest:2026-11-23:"+string(id), message.Key)
	assert.Equal(t, "digest.en", message.Template)
	assert.Equal(t, strings.Join([]string{
		"PropFlow digest of 23-11-2026 12:00",
		"Last 24 h: 2 submitted, 1 approved, 0 rejected, 0 withdrawn",
		"Now: 0 DRAFT, 1 SUBMITTED, 1 UNDER_REVIEW, 0 FOLLOW_UP_REQUIRED, 1 AWAITING_SIGN_OFF, 0 APPROVED, 1 VALUED, 0 REJECTED, 0 WITHDRAWN",
		"Past due: 2: PF-later, PF-late",
	}, "\n"), message.Text)
	assert.Equal(t, []string{message.Text}, message.Params)
	for _, personal := range []string{"asha", "Meera", "meera", "bank", "98123", "99000"} {
		assert.NotContains(t, message.Text, personal)
	}
}
