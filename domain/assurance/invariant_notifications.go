package assurance

import (
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of messages.
const (
	// RuleNotificationMissing: every message to the owner that the history requires exists, on
	// every channel.
	RuleNotificationMissing Rule = "NOTIFICATION_MISSING"
	// RuleNotificationUndue: there is no other message, none twice, and none to anyone but the
	// owner.
	RuleNotificationUndue Rule = "NOTIFICATION_UNDUE"
	// RuleNotificationLost: a message that is not sent yet has a job that will send it.
	RuleNotificationLost Rule = "NOTIFICATION_LOST"
	// RuleNotificationFailed is a warning: a message was given up.
	RuleNotificationFailed Rule = "NOTIFICATION_FAILED"
)

// message is equal for an expected notification and the stored one that fulfils it.
type message struct {
	topic   domain.Topic
	channel domain.Channel
	at      int64 // in microseconds, the precision that every store keeps
}

func messageOf(n domain.Notification) message {
	return message{n.Topic, n.Channel, micros(n.CreatedAt)}
}

func micros(t time.Time) int64 { return t.UnixMicro() }

// checkNotifications: every message that the history requires exists once, and was or will be
// sent.
func checkNotifications(d *dossier) {
	if !d.stored {
		return
	}
	due, _ := domain.ExpectedEffects(d.chain)
	expected := make(map[message]int, len(due))
	for _, n := range due {
		expected[messageOf(n)]++
	}
	for _, n := range d.notifications {
		id := string(n.ID)
		if expected[messageOf(n)]--; expected[messageOf(n)] < 0 {
			d.fault(RuleNotificationUndue, id, string(n.Topic)+" by "+string(n.Channel)+": nothing in the history asks for it, or for it once more")
		}
		if n.RecipientID != d.property.OwnerID {
			d.fault(RuleNotificationUndue, id, "it is addressed to somebody else than the owner")
		}
		checkDelivery(d, n)
	}
	for _, n := range due {
		if expected[messageOf(n)] > 0 {
			expected[messageOf(n)] = 0
			d.fault(RuleNotificationMissing, string(n.Topic)+"/"+string(n.Channel)+"/"+n.CreatedAt.UTC().Format(time.RFC3339Nano), "the history asks for it")
		}
	}
}

func checkDelivery(d *dossier, n domain.Notification) {
	switch n.Status {
	case domain.NotificationFailed:
		d.warn(RuleNotificationFailed, string(n.ID), string(n.Topic)+" by "+string(n.Channel)+" was given up")
	case domain.NotificationPending:
		switch d.jobs[job{domain.JobSendNotification, string(n.ID)}] {
		case ports.JobLive:
		case ports.JobDead:
			d.warn(RuleNotificationFailed, string(n.ID), string(n.Topic)+" by "+string(n.Channel)+": its job was given up")
		case ports.JobUnknown:
			d.fault(RuleNotificationLost, string(n.ID), string(n.Topic)+" by "+string(n.Channel)+" waits and has no job")
		}
	default: // the provider has it
	}
}
