package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

// digestPeriod is the period before a digest in which it counts milestones.
const digestPeriod = 24 * time.Hour

// maxLateNamed is the maximum number of late cases that a digest names.
const maxLateNamed = 10

// digest is the content of one day's digest: numbers and references, nothing personal.
type digest struct {
	at     time.Time
	states map[domain.State]int
	steps  map[domain.StepKind]int
	late   []domain.Reference // past due and undecided, the latest first
}

// message returns the digest as a message to a supervisor: by e-mail, or to the log of the
// operators if no address is known. It has no Key yet.
func (d digest) message(to domain.User) domain.Message {
	m := domain.Message{To: to.Recipient(), Channel: domain.ChannelConsole, Template: domain.TemplateDigest, Text: d.text()}
	if to.Email != "" {
		m.Channel = domain.ChannelEmail
	}
	m.Params = []string{m.Text}
	m.Subject, _, _ = strings.Cut(m.Text, "\n")
	return m
}

// text formats the digest. Its first line becomes the subject of the e-mail.
func (d digest) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "PropFlow digest of %s\n", d.at.In(domain.IST).Format("02-01-2006 15:04"))
	fmt.Fprintf(&b, "Last 24 h: %d submitted, %d approved, %d rejected, %d withdrawn\n",
		d.steps[domain.StepSubmitted], d.steps[domain.StepApproved], d.steps[domain.StepRejected], d.steps[domain.StepWithdrawn])
	counts := make([]string, len(domain.States))
	for i, state := range domain.States {
		counts[i] = fmt.Sprintf("%d %s", d.states[state], state)
	}
	fmt.Fprintf(&b, "Now: %s\n", strings.Join(counts, ", "))
	fmt.Fprintf(&b, "Past due: %d", len(d.late))
	for i, reference := range d.late[:min(len(d.late), maxLateNamed)] {
		b.WriteString([]string{": ", ", "}[min(i, 1)] + string(reference))
	}
	if len(d.late) > maxLateNamed {
		b.WriteString(", …")
	}
	return b.String()
}
