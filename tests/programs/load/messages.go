package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// messagesAfter lists what the owner is sent when something happened (docs/domain.md, "Messages").
var messagesAfter = map[string]struct {
	topic    domain.Topic
	channels []domain.Channel
}{
	"property.submitted":     {domain.TopicSubmitted, []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp}},
	"review.claimed":         {domain.TopicReviewStarted, []domain.Channel{domain.ChannelWhatsApp}},
	"review.follow_up_asked": {domain.TopicFollowUpAsked, []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp}},
	"review.rejected":        {domain.TopicRejected, []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp}},
	"report.stored":          {domain.TopicValued, []domain.Channel{domain.ChannelSMS, domain.ChannelWhatsApp}},
}

// debts are the messages that are owed, and since when. It may be used concurrently.
type debts struct {
	mu   sync.Mutex
	owed map[vendors.Text]time.Time
}

func newDebts() *debts { return &debts{owed: make(map[vendors.Text]time.Time)} }

// owe records the messages that an owner must get because of something that happened.
func (d *debts) owe(o *owner, action string, since time.Time) {
	property := domain.Property{Reference: domain.Reference(*o.property.Reference)}
	for _, f := range o.property.FollowUps {
		property.FollowUps = append(property.FollowUps, domain.FollowUp{DueAt: f.DueAt})
	}
	to := domain.User{Phone: domain.Phone(o.phone), Language: domain.English}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, channel := range messagesAfter[action].channels {
		m := domain.Notification{Topic: messagesAfter[action].topic, Channel: channel}.Compose(to, property)
		d.owed[vendors.Text{To: m.To.Phone, Channel: m.Channel, Text: m.Text}] = since
	}
}

// overdue is how long a round waits for messages when everybody is done.
const overdue = 90 * time.Second

// settle waits until every message that is owed has been sent, and records how long each took.
// What is still owed after overdue is a fault, and forgotten.
func (d *debts) settle(ctx context.Context, twilio *vendors.Twilio, b *book) {
	ctx, cancel := context.WithTimeout(ctx, overdue)
	defer cancel()
	for ; ; rest(ctx, 100*time.Millisecond) {
		left := d.pay(twilio, b)
		if left == 0 {
			return
		}
		if ctx.Err() != nil {
			b.fail("notifications", fmt.Errorf("%d were not sent within %v", left, overdue))
			d.forget()
			return
		}
	}
}

// pay records the messages that were sent and returns how many are still owed.
func (d *debts) pay(twilio *vendors.Twilio, b *book) (left int) {
	sent := twilio.Copies()
	d.mu.Lock()
	defer d.mu.Unlock()
	for text, since := range d.owed {
		if copies := sent[text]; len(copies) > 0 {
			b.waited(notificationSent, since, copies[0].At)
			delete(d.owed, text)
		}
	}
	return len(d.owed)
}

func (d *debts) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.owed)
}
