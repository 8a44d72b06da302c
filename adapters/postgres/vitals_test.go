package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

func TestVitals(t *testing.T) {
	t.Parallel()
	url := migrated(t)
	store := open(t, url, postgres.Options{MaxConns: 6, Jobs: quick})
	now := time.Now().UTC().Truncate(time.Microsecond)
	v, err := store.Vitals(t.Context(), now)
	require.NoError(t, err)
	assert.Equal(t, ports.Vitals{}, v, "nothing has happened yet")

	p, _ := seed(t, store)
	late := now.Add(-domain.SLATarget - time.Minute)
	require.NoError(t, store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, at := range []time.Time{late, now.Add(-time.Hour)} {
			if err := tx.Properties.Add(ctx, submitted(p.OwnerID, at)); err != nil {
				return err
			}
		}
		for i, at := range []time.Time{now.Add(-25 * time.Hour), now.Add(-6 * time.Minute), now.Add(-time.Hour)} {
			n := domain.Notification{
				ID: domain.NotificationID(newID()), Topic: domain.TopicSubmitted, Channel: domain.ChannelSMS, RecipientID: p.OwnerID,
				PropertyID: p.ID, Status: domain.NotificationPending, CreatedAt: at,
			}
			if i == 2 {
				n.MarkSent("SM1", now)
			}
			if err := tx.Notifications.Add(ctx, n); err != nil {
				return err
			}
		}
		for _, e := range []domain.SecurityEvent{
			{Code: domain.SecurityLoginFailed, At: now.Add(-time.Minute), Count: 40}, {Code: domain.SecurityLoginLocked, At: now.Add(-4 * time.Minute)},
			{Code: domain.SecurityLoginFailed, At: now.Add(-6 * time.Minute), Count: 1000}, {Code: domain.SecurityTokenExpired, At: now},
			{Code: domain.SecurityAccessDenied, At: now}, {Code: domain.SecurityRateLimited, At: now, Count: 6},
			{Code: domain.SecurityRoleGranted, At: now, Detail: "ADMIN"}, {Code: domain.SecurityRoleGranted, At: now, Detail: "SUPERVISOR"},
		} {
			if err := tx.Security.Append(ctx, e); err != nil {
				return err
			}
		}
		return nil
	}))
	bury(t, url, store, domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "files"})
	enqueue(t, store, domain.Job{Kind: domain.JobRenderReport, Subject: "v", RunAt: now.Add(time.Hour)}, domain.Job{Kind: domain.JobInspectPhoto, Subject: "p"})
	_, err = owner(t, url).Exec(t.Context(), "UPDATE river_job SET scheduled_at = $1 WHERE state = 'available'", now.Add(-3*time.Minute))
	require.NoError(t, err)

	v, err = store.Vitals(t.Context(), now)
	require.NoError(t, err)
	breached := 1
	if now.Sub(noon) > domain.SLATarget {
		breached++ // the seeded case
	}
	assert.Equal(t, ports.Vitals{
		PendingReviews: 3, CasesBreached: breached, JobsAvailable: 1, JobsDead: 1,
		OldestJob: 3 * time.Minute, OldestNotification: 6 * time.Minute,
		FailedLogins: 41, Denials: 7, NewAdmins: 1,
	}, v, "the report is not due, the message of yesterday is another matter")
	v, err = store.Vitals(t.Context(), now.Add(2*time.Hour))
	require.NoError(t, err)
	assert.Equal(t, 2, v.JobsAvailable)
	assert.Equal(t, int32(6), store.PoolStats().Max)
}
