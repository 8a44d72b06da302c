package notify_test

import (
	"context"
	"fmt"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/notify"
	"github.com/propflow/propflow/ports"
)

// The worker sends a message; when the job runs again, nothing more goes out.
func ExampleSendNotification() {
	ctx, m := context.Background(), memory.ForTest()
	err := m.Store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		owner := domain.NewCustomer("owner", "+919812345678", m.Clock.Now())
		property := domain.Property{ID: "property", OwnerID: owner.ID, Reference: "PF-20261123-7K3M9Q", State: domain.Valued}
		if err := tx.Users.Add(ctx, owner); err != nil {
			return err
		}
		if err := tx.Properties.Add(ctx, property); err != nil {
			return err
		}
		return tx.Notifications.Add(ctx, domain.Notification{
			ID: "notification", Topic: domain.TopicValued, Channel: domain.ChannelSMS,
			RecipientID: owner.ID, PropertyID: property.ID, Status: domain.NotificationPending,
		})
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	job := notify.SendNotification{UnitOfWork: m.Store, Clock: m.Clock, Messenger: m.Inbox}
	fmt.Println(job.Execute(ctx, "notification"), job.Execute(ctx, "notification"))
	for _, sent := range m.Inbox.Messages() {
		fmt.Println(sent.Message.Text)
	}

	// Output:
	// <nil> <nil>
	// PropFlow: your property PF-20261123-7K3M9Q is valued. The report is ready in the app.
}
