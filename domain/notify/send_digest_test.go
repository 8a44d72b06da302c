package notify_test

import (
	"context"
	"fmt"
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

func sendDigest(m *memory.Ports) notify.SendDigest {
	return notify.SendDigest{UnitOfWork: m.Store, Clock: m.Clock, Messenger: m.Inbox}
}

func addStaff(t *testing.T, m *memory.Ports, phone domain.Phone, role domain.Role, disabled bool) {
	t.Helper()
	user, err := domain.NewStaff(domain.UserID(m.IDs.New()), phone, "Meera Nair", role, m.Clock.Now())
	require.NoError(t, err)
	user.Disabled = disabled
	write(t, m, func(ctx context.Context, tx ports.Tx) error { return tx.Users.Add(ctx, user) })
}

func TestSendDigest(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	now := m.Clock.Now()
	addOwner(t, m)
	addStaff(t, m, meera, domain.RoleSupervisor, false)
	addStaff(t, m, "+919900000003", domain.RoleSupervisor, true)
	addStaff(t, m, "+919900000004", domain.RoleValuer, false)
	addStaff(t, m, "+919900000005", domain.RoleAdmin, false)
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

	require.NoError(t, sendDigest(m).Execute(t.Context(), ""))
	sent := m.Inbox.Messages()
	require.Len(t, sent, 1, "supervisors who may log in, nobody else")
	message := sent[0].Message
	assert.Equal(t, domain.Recipient{Phone: meera}, message.To)
	assert.Equal(t, domain.ChannelConsole, message.Channel)
	assert.Equal(t, "digest.en", message.Template)
	assert.Equal(t, strings.Join([]string{
		"PropFlow digest of 23-11-2026 12:00",
		"Last 24 h: 2 submitted, 1 approved, 0 rejected, 0 withdrawn",
		"Now: 0 DRAFT, 1 SUBMITTED, 1 UNDER_REVIEW, 0 FOLLOW_UP_REQUIRED, 1 AWAITING_SIGN_OFF, 0 APPROVED, 1 VALUED, 0 REJECTED, 0 WITHDRAWN",
		"Past due: 2: PF-later, PF-late",
	}, "\n"), message.Text)
	assert.Equal(t, []string{message.Text}, message.Params)
	for _, personal := range []string{"asha", "Meera", "98123", "99000"} {
		assert.NotContains(t, message.Text, personal)
	}
}

func TestSendDigestTellsNobodyTwiceADay(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addStaff(t, m, meera, domain.RoleSupervisor, false)
	for range 2 {
		require.NoError(t, sendDigest(m).Execute(t.Context(), ""))
		m.Clock.Advance(time.Hour)
	}
	assert.Len(t, m.Inbox.Messages(), 1)
	m.Clock.Advance(22 * time.Hour)
	require.NoError(t, sendDigest(m).Execute(t.Context(), ""))
	assert.Len(t, m.Inbox.Messages(), 2)
}

func TestSendDigestReachesTheOthers(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	const many = 105 // more than a page
	for i := range many {
		addStaff(t, m, domain.Phone(fmt.Sprintf("+9199000%05d", i)), domain.RoleSupervisor, false)
	}
	m.Inbox.Refuse("+919900000007")
	err := sendDigest(m).Execute(t.Context(), "")
	assert.True(t, domain.IsKind(err, domain.KindInvalid))
	assert.Len(t, m.Inbox.Messages(), many-1)
}

func TestSendDigestFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		m := memory.ForTest()
		addStaff(t, m, meera, domain.RoleSupervisor, false)
		m.Faults.FailCall(n)
		err := sendDigest(m).Execute(t.Context(), "")
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 6, "begin, staff, states, steps, queue, commit, send")
			break
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		assert.Empty(t, m.Inbox.Messages())
	}
}
