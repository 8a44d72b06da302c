package main

import (
	"fmt"
	"regexp"
	"time"

	"github.com/propflow/propflow/domain"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/vendors"
)

// judgeMessages compares the messages that the vendor took with the notifications of the cases,
// which the ledger compares with those due. A message may be taken again only if the reply was
// lost, or if a worker was killed before it had recorded the reply.
func (w *world) judgeMessages(cases []record) (faults []string) {
	copies := w.stack.Vendors.Twilio.Copies()
	for _, c := range cases {
		for _, n := range c.notifications {
			w.audited.notifications++
			text := text(c, n)
			got := copies[text]
			delete(copies, text)
			if n.Status == propflow.NotificationStatusSENT && len(got) > 0 {
				w.audited.sent++
			} else {
				faults = append(faults, fmt.Sprintf("%s to the owner of %s on %s is %s, and the vendor took it %d times",
					n.Topic, c.property.ID, n.Channel, n.Status, len(got)))
			}
			for i, m := range got {
				if m.Lost {
					w.audited.lost++
				}
				if i == 0 {
					continue
				}
				w.audited.twice++
				if before := got[i-1]; !before.Lost && !w.died(before.At) {
					faults = append(faults, fmt.Sprintf("%s of %s on %s was sent again though the reply of %s had arrived",
						n.Topic, c.property.ID, n.Channel, before.At.Format(time.RFC3339Nano)))
				}
			}
		}
	}
	for text, got := range copies {
		if !isCode(text) {
			faults = append(faults, fmt.Sprintf("the vendor took %d copies of a message that nobody owed", len(got)))
		}
	}
	return faults
}

// text returns the message of a notification as the vendor must have taken it.
func text(c record, n propflow.Notification) vendors.Text {
	property := domain.Property{Reference: domain.Reference(*c.property.Reference)}
	for _, f := range c.property.FollowUps {
		property.FollowUps = append(property.FollowUps, domain.FollowUp{DueAt: f.DueAt})
	}
	to := domain.User{Phone: domain.Phone(c.owner.phone), Language: domain.English}
	m := domain.Notification{Topic: domain.Topic(n.Topic), Channel: domain.Channel(n.Channel)}.Compose(to, property)
	return vendors.Text{To: m.To.Phone, Channel: m.Channel, Text: m.Text}
}

// caseReference matches the reference of a case, which every notification contains.
var caseReference = regexp.MustCompile(`PF-\d{8}-`)

// isCode reports whether a text is a one-time code. The product keeps no notification of those.
func isCode(t vendors.Text) bool { return !caseReference.MatchString(t.Text) }
