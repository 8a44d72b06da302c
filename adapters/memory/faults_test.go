package memory_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// claim claims the property "p" under a key, which calls most of what a transaction has.
func claim(t *testing.T, m *memory.Ports) error {
	t.Helper()
	key := domain.IdempotencyKey{UserID: "v", Operation: "claimProperty", Key: "k", Fingerprint: "f"}
	_, err := ports.Once(t.Context(), m.Store, key, m.Clock.Now(), func(ctx context.Context, tx ports.Tx) (domain.State, error) {
		p, err := tx.Properties.Lock(ctx, "p")
		if err != nil {
			return "", err
		}
		change, err := p.ClaimFor(domain.Actor{ID: "v", Role: domain.RoleValuer}, m.Clock.Now())
		if err != nil {
			return "", err
		}
		err = tx.Save(ctx, &p, change, m.IDs)
		return p.State, err
	})
	return err
}

func withSubmitted(t *testing.T) *memory.Ports {
	t.Helper()
	m := memory.ForTest()
	now := m.Clock.Now()
	require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Properties.Add(ctx, domain.Property{
			ID: "p", OwnerID: "o", State: domain.Submitted, SubmittedAt: now, SLA: domain.SLAClock{StartedAt: now},
		})
	}))
	return m
}

func TestEveryCallOfAUseCaseCanFail(t *testing.T) {
	t.Parallel()
	walked := 0
	for n := 1; ; n++ {
		m := withSubmitted(t)
		m.Faults.FailCall(n)
		err := claim(t, m)
		if !m.Faults.Fired() {
			require.NoError(t, err)
			require.Equal(t, n-1, m.Faults.Calls())
			break
		}
		walked++
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		require.Empty(t, m.Runner.Pending(), "call %d", n)
		newest, err := m.Feed.Newest(t.Context())
		require.NoError(t, err)
		require.Empty(t, newest, "call %d", n)
		require.NoError(t, claim(t, m), "after call %d failed, the next try succeeds", n)
		require.NoError(t, claim(t, m), "and is remembered")
	}
	// Begin, Find, Lock, Update, Audit, Event, Notification, Job, Step, Save, Commit.
	require.Equal(t, 11, walked)
}

func TestNamedCallsFailUntilTheyAreUpAgain(t *testing.T) {
	t.Parallel()
	m := withSubmitted(t)
	m.Faults.Down("Audit.Append")
	for range 2 {
		require.True(t, domain.IsKind(claim(t, m), domain.KindUnavailable))
	}
	m.Faults.Up()
	require.NoError(t, claim(t, m))
}

// outsideCalls has one call of every port that lies outside transactions.
func outsideCalls(m *memory.Ports) map[string]func(ctx context.Context) error {
	file := domain.Announcement{SHA256: "00", Bytes: 1, ContentType: domain.ContentJPEG}
	now := m.Clock.Now()
	return map[string]func(ctx context.Context) error{
		"Blobs.PresignPut":   func(ctx context.Context) error { _, err := m.Blobs.PresignPut(ctx, "k", file, time.Hour); return err },
		"Blobs.PresignGet":   func(ctx context.Context) error { _, err := m.Blobs.PresignGet(ctx, "k", time.Hour); return err },
		"Blobs.Put":          func(ctx context.Context) error { return m.Blobs.Put(ctx, "k", "text/plain", nil) },
		"Blobs.Open":         func(ctx context.Context) error { _, err := m.Blobs.Open(ctx, "k"); return err },
		"Blobs.Size":         func(ctx context.Context) error { _, err := m.Blobs.Size(ctx, "k"); return err },
		"Blobs.Purge":        func(ctx context.Context) error { return m.Blobs.Purge(ctx, "x") },
		"Blobs.DeletePrefix": func(ctx context.Context) error { return m.Blobs.DeletePrefix(ctx, "x") },
		"Messenger.Send":     func(ctx context.Context) error { _, err := m.Inbox.Send(ctx, domain.Message{}); return err },
		"LoginAttempts.Begin": func(ctx context.Context) error {
			return m.LoginAttempts.Begin(ctx, domain.LoginAttempt{ID: "l", ExpiresAt: now.Add(time.Hour)})
		},
		"LoginAttempts.Renew": func(ctx context.Context) error {
			_, err := m.LoginAttempts.Renew(ctx, domain.LoginAttempt{ID: "l"}, now)
			return err
		},
		"LoginAttempts.Try": func(ctx context.Context) error {
			_, err := m.LoginAttempts.Try(ctx, "l", "h", now)
			return err
		},
		"LoginAttempts.Undelivered": func(ctx context.Context) error { return m.LoginAttempts.Undelivered(ctx, "l") },
		"LoginAttempts.TakeUndelivered": func(ctx context.Context) error {
			_, err := m.LoginAttempts.TakeUndelivered(ctx, "l", "s", now)
			return err
		},
		"Afterwards.Do": func(ctx context.Context) error { return m.Afterwards.Do(ctx, func(context.Context) {}) },
		"Quotas.Take": func(ctx context.Context) error {
			_, err := m.Quotas.Take(ctx, "k", nil, now)
			return err
		},
		"Quotas.Add": func(ctx context.Context) error {
			_, err := m.Quotas.Add(ctx, "k", nil, now)
			return err
		},
		"Quotas.GiveBack": func(ctx context.Context) error { return m.Quotas.GiveBack(ctx, "k", now) },
		"RateLimiter.Allow": func(ctx context.Context) error {
			_, err := m.RateLimiter.Allow(ctx, "k", 1, time.Hour, now)
			return err
		},
		"EventFeed.Newest":      func(ctx context.Context) error { _, err := m.Feed.Newest(ctx); return err },
		"EventFeed.Since":       func(ctx context.Context) error { _, _, err := m.Feed.Since(ctx, "", 1); return err },
		"EventFeed.Wait":        func(ctx context.Context) error { return m.Feed.Wait(ctx, "") },
		"ImageAnalyzer.Analyze": func(ctx context.Context) error { _, err := m.ImageAnalyzer.Analyze(ctx, nil); return err },
		"PhotoInspector.Inspect": func(ctx context.Context) error {
			_, err := m.PhotoInspector.Inspect(ctx, bytes.NewReader(nil))
			return err
		},
		"ReportRenderer.Render": func(ctx context.Context) error {
			_, err := m.ReportRenderer.Render(ctx, domain.ReportDocument{})
			return err
		},
	}
}

func TestWhatLiesOutsideFailsInsideAUnitOfWork(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	require.NoError(t, m.Blobs.Put(t.Context(), "k", "text/plain", nil))
	require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		return tx.Events.Append(ctx, domain.Event{})
	}))
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range outsideCalls(m) {
		require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, _ ports.Tx) error {
			assert.ErrorContains(t, call(ctx), "inside a unit of work", name)
			return nil
		}))
		require.ErrorIs(t, call(cancelled), context.Canceled, name)
		m.Faults.Down(name)
		require.True(t, domain.IsKind(call(t.Context()), domain.KindUnavailable), name)
		m.Faults.Up()
	}
	require.NoError(t, m.Store.Do(t.Context(), func(ctx context.Context, _ ports.Tx) error {
		assert.ErrorContains(t, m.Runner.Run(ctx, nil, nil), "inside a unit of work")
		return nil
	}))
}

func TestEveryStoreCallCanFail(t *testing.T) {
	t.Parallel()
	calls := map[string]func(ctx context.Context, tx ports.Tx) error{
		"Users.Staff":     func(ctx context.Context, tx ports.Tx) error { _, err := tx.Users.Staff(ctx, domain.Page{}); return err },
		"Users.ByPhone":   func(ctx context.Context, tx ports.Tx) error { _, err := tx.Users.ByPhone(ctx, "p"); return err },
		"Users.Update":    func(ctx context.Context, tx ports.Tx) error { return tx.Users.Update(ctx, &domain.User{}) },
		"Consents.ByUser": func(ctx context.Context, tx ports.Tx) error { _, err := tx.Consents.ByUser(ctx, "u"); return err },
		"Properties.ByOwner": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.ByOwner(ctx, "u", domain.Page{})
			return err
		},
		"Properties.Queue": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.Queue(ctx, domain.QueueFilter{}, domain.Page{})
			return err
		},
		"Properties.LockNext": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.LockNext(ctx, "u", time.Time{})
			return err
		},
		"Properties.Due": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Properties.Due(ctx, "no such sweep", time.Time{}, 1)
			return err
		},
		"Properties.CountByState": func(ctx context.Context, tx ports.Tx) error { _, err := tx.Properties.CountByState(ctx); return err },
		"Properties.Delete":       func(ctx context.Context, tx ports.Tx) error { return tx.Properties.Delete(ctx, "p") },
		"Challenges.MarkUsed":     func(ctx context.Context, tx ports.Tx) error { return tx.Challenges.MarkUsed(ctx, "c", time.Time{}) },
		"Photos.ByProperty":       func(ctx context.Context, tx ports.Tx) error { _, err := tx.Photos.ByProperty(ctx, "p"); return err },
		"Photos.SameBytes":        func(ctx context.Context, tx ports.Tx) error { _, err := tx.Photos.SameBytes(ctx, "s", "p"); return err },
		"Photos.StaleUploads": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Photos.StaleUploads(ctx, time.Time{}, 1)
			return err
		},
		"Comparables.Near": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Comparables.Near(ctx, domain.House, domain.Point{}, 1, time.Time{}, 1)
			return err
		},
		"Valuations.ByProperty": func(ctx context.Context, tx ports.Tx) error { _, err := tx.Valuations.ByProperty(ctx, "p"); return err },
		"Notifications.List": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Notifications.List(ctx, ports.NotificationFilter{}, domain.Page{})
			return err
		},
		"Steps.Between": func(ctx context.Context, tx ports.Tx) error {
			_, err := tx.Steps.Between(ctx, time.Time{}, time.Time{})
			return err
		},
		"Settings.Get":    func(ctx context.Context, tx ports.Tx) error { _, err := tx.Settings.Get(ctx); return err },
		"Settings.Update": func(ctx context.Context, tx ports.Tx) error { return tx.Settings.Update(ctx, &domain.Settings{}) },
		"Audit.Chain":     func(ctx context.Context, tx ports.Tx) error { _, err := tx.Audit.Chain(ctx, "p"); return err },
	}
	for name, call := range calls {
		m := memory.ForTest()
		m.Faults.Down(name)
		require.True(t, domain.IsKind(m.Store.Do(t.Context(), call), domain.KindUnavailable), name)
	}
}
