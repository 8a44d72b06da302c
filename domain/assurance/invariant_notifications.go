package assurance

import (
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of messages.
const (
	// RuleNotificationMissing: whatever the history says that the owner is told is there, on
	// every channel.
	RuleNotificationMissing Rule = "NOTIFICATION_MISSING"
	// RuleNotificationUndue: nothing else is, and nothing twice.
	RuleNotificationUndue Rule = "NOTIFICATION_UNDUE"
	// RuleNotificationLost: what is not sent yet has a job that will send it.
	RuleNotificationLost Rule = "NOTIFICATION_LOST"
	// RuleNotificationFailed warns of a message that was given up.
	RuleNotificationFailed Rule = "NOTIFICATION_FAILED"
)

// told is what makes two messages the same.
type told struct {
	topic   domain.Topic
	channel domain.Channel
	at      int64 // microseconds, which every store keeps
}

func toldBy(n domain.Notification) told { return told{n.Topic, n.Channel, micros(n.CreatedAt)} }

func micros(t time.Time) int64 { return t.UnixMicro() }

// checkNotifications: every message that is due exists once, and was or will be sent.
func checkNotifications(d *dossier) {
	if !d.stored {
		return
	}
	due, _ := domain.ExpectedEffects(d.chain)
	owed := make(map[told]int, len(due))
	for _, n := range due {
		owed[toldBy(n)]++
	}
	for _, n := range d.notifications {
		id := string(n.ID)
		if owed[toldBy(n)]--; owed[toldBy(n)] < 0 {
			d.fault(RuleNotificationUndue, id, string(n.Topic)+" by "+string(n.Channel)+": nothing in the history asks for it, or for it once more")
		}
		if n.RecipientID != d.property.OwnerID {
			d.fault(RuleNotificationUndue, id, "it is addressed to somebody else than the owner")
		}
		checkDelivery(d, n)
	}
	for _, n := range due {
		if owed[toldBy(n)] > 0 {
			owed[toldBy(n)] = 0
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
