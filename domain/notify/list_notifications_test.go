package notify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
)

func TestListNotificationsShowsCustomersTheirOwn(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	for id, p := range map[domain.NotificationID]domain.Property{
		"a-1": {ID: "p-1", OwnerID: "asha"}, "a-2": {ID: "p-2", OwnerID: "asha"}, "b-3": {ID: "p-3", OwnerID: "bharat"},
	} {
		addNotification(t, m, id, p, domain.TopicSubmitted, domain.ChannelSMS)
	}
	for name, c := range map[string]struct {
		by    domain.Actor
		about domain.PropertyID
		want  []domain.NotificationID
	}{
		"an owner's":                {domain.Actor{ID: "asha", Role: domain.RoleCustomer}, "", []domain.NotificationID{"a-1", "a-2"}},
		"an owner's, one property":  {domain.Actor{ID: "asha", Role: domain.RoleCustomer}, "p-2", []domain.NotificationID{"a-2"}},
		"an owner's, not theirs":    {domain.Actor{ID: "asha", Role: domain.RoleCustomer}, "p-3", nil},
		"a stranger's":              {domain.Actor{ID: "chitra", Role: domain.RoleCustomer}, "", nil},
		"a valuer's":                {domain.Actor{ID: "vikram", Role: domain.RoleValuer}, "p-1", nil},
		"a supervisor's":            {domain.Actor{ID: "meera", Role: domain.RoleSupervisor}, "", []domain.NotificationID{"a-1", "a-2", "b-3"}},
		"an admin's, one property":  {domain.Actor{ID: "admin", Role: domain.RoleAdmin}, "p-3", []domain.NotificationID{"b-3"}},
		"an admin's, of no message": {domain.Actor{ID: "admin", Role: domain.RoleAdmin}, "p-4", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list, err := notify.ListNotifications{UnitOfWork: m.Store}.Execute(t.Context(), notify.ListNotificationsInput{
				Actor: c.by, PropertyID: c.about, Page: domain.Page{Limit: 10},
			})
			require.NoError(t, err)
			var ids []domain.NotificationID
			for _, n := range list.Items {
				ids = append(ids, n.ID)
			}
			assert.ElementsMatch(t, c.want, ids)
		})
	}
}

func TestListNotificationsPages(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	for _, id := range []domain.NotificationID{"n-1", "n-2", "n-3"} {
		addNotification(t, m, id, domain.Property{ID: "p", OwnerID: "asha"}, domain.TopicSubmitted, domain.ChannelSMS)
		m.Clock.Advance(1)
	}
	in := notify.ListNotificationsInput{Actor: domain.Actor{ID: "asha", Role: domain.RoleCustomer}, Page: domain.Page{Limit: 2}}
	uc := notify.ListNotifications{UnitOfWork: m.Store}
	first, err := uc.Execute(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, first.Items, 2)
	in.Page.Cursor = first.Next
	second, err := uc.Execute(t.Context(), in)
	require.NoError(t, err)
	require.Len(t, second.Items, 1)
	assert.Equal(t, domain.NotificationID("n-1"), second.Items[0].ID, "the oldest comes last")
	m.Faults.Down("Notifications.List")
	_, err = uc.Execute(t.Context(), in)
	assert.True(t, domain.IsKind(err, domain.KindUnavailable))
}
