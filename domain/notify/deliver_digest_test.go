package notify_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/ports"
)

// forgetful drops no repeat: what is sent twice arrives twice, as with e-mail.
type forgetful struct {
	*memory.Inbox
	sent []domain.Message
}

func (f *forgetful) Send(ctx context.Context, message domain.Message) (string, error) {
	f.sent = append(f.sent, message)
	message.Key = ""
	return f.Inbox.Send(ctx, message)
}

func TestADigestOfADayIsSentOnce(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
	d := &digests{m: m}
	for range 2 { // the periodic job runs again, as it died before it was noted as done
		require.NoError(t, d.send(t.Context()))
		m.Clock.Advance(time.Hour)
		require.NoError(t, d.work(t.Context()))
	}
	assert.Len(t, m.Inbox.Messages(), 1)
	m.Clock.Advance(22 * time.Hour)
	require.NoError(t, d.send(t.Context()))
	require.NoError(t, d.work(t.Context()))
	assert.Len(t, m.Inbox.Messages(), 2)
}

func TestASupervisorWithoutAnAddressHasTheDigestInTheLog(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addStaff(t, m, meera, domain.RoleSupervisor)
	d := &digests{m: m}
	require.NoError(t, d.send(t.Context()))
	require.NoError(t, d.work(t.Context()))
	require.Len(t, m.Inbox.Messages(), 1)
	assert.Equal(t, domain.ChannelConsole, m.Inbox.Messages()[0].Message.Channel)
}

func TestADigestReachesTheOthers(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	const many = 105 // more than a page
	for i := range many {
		addStaff(t, m, domain.Phone(fmt.Sprintf("+9199000%05d", i)), domain.RoleSupervisor, func(u *domain.User) {
			u.Email = domain.Email(fmt.Sprintf("s%d@bank.example.in", i))
		})
	}
	m.Inbox.Refuse("s7@bank.example.in")
	d := &digests{m: m}
	require.NoError(t, d.send(t.Context()))
	for range 3 {
		err := d.work(t.Context())
		assert.True(t, domain.IsKind(err, domain.KindInvalid))
		require.Len(t, d.jobs, 1, "the job of the one who is not reached is tried again")
	}
	assert.Len(t, m.Inbox.Messages(), many-1)
}

func TestADigestThatIsLateIsOfItsDay(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
	d := &digests{m: m}
	require.NoError(t, d.send(t.Context()))
	m.Faults.Down("Messenger.Send")
	require.Error(t, d.work(t.Context()))
	m.Faults.Up()
	m.Clock.Advance(20 * time.Hour)
	require.NoError(t, d.work(t.Context()))
	assert.Contains(t, m.Inbox.Messages()[0].Message.Key, "digest:2026-11-23:")
}

func TestADigestIsNotSentToWhoLeft(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	id := addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
	d := &digests{m: m}
	require.NoError(t, d.send(t.Context()))
	write(t, m, func(ctx context.Context, tx ports.Tx) error {
		user, err := tx.Users.Lock(ctx, id)
		user.Role = domain.RoleValuer
		if err != nil {
			return err
		}
		return tx.Users.Update(ctx, &user)
	})
	require.NoError(t, d.work(t.Context()))
	require.NoError(t, d.deliver(t.Context(), "2026-11-23/"+m.IDs.New()), "nobody has that id")
	assert.True(t, domain.IsKind(d.deliver(t.Context(), "2026-11-23"), domain.KindInvalid))
	assert.Empty(t, m.Inbox.Messages())
}

func TestDigestsFailWithTheirPorts(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		m := memory.ForTest()
		addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
		d, sent := &digests{m: m}, 0
		m.Faults.FailCall(n)
		err := d.send(t.Context())
		if err == nil {
			sent = len(d.jobs)
			err = d.work(t.Context())
		}
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 12, "begin, staff, enqueue, commit; begin, find, user, states, steps, queue, commit, send, …")
			break
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		if sent == 0 {
			require.NoError(t, d.send(t.Context()))
		}
		require.NoError(t, d.work(t.Context()))
		require.Len(t, m.Inbox.Messages(), 1)
	}
}

func TestADigestThatWasNotNotedGoesOutAgainUnderItsKey(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	addStaff(t, m, meera, domain.RoleSupervisor, withEmail)
	d, outbox := &digests{m: m}, &forgetful{Inbox: m.Inbox}
	require.NoError(t, d.send(t.Context()))
	deliver := notify.DeliverDigest{UnitOfWork: m.Store, Clock: m.Clock, Messenger: outbox}.Execute
	m.Faults.Down("Idempotency.Save")
	require.Error(t, deliver(t.Context(), d.jobs[0].Subject))
	m.Faults.Up()
	for range 2 {
		require.NoError(t, deliver(t.Context(), d.jobs[0].Subject))
	}
	require.Len(t, outbox.sent, 2, "once unnoted, once noted, and never more")
	assert.Equal(t, outbox.sent[0].Key, outbox.sent[1].Key)
}
