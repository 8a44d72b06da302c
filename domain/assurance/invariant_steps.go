package assurance

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// The rules of the milestones that analytics count.
const (
	// RuleStepMissing: every milestone that follows from the history is recorded.
	RuleStepMissing Rule = "STEP_MISSING"
	// RuleStepUndue: no milestone is recorded that did not happen, and none twice.
	RuleStepUndue Rule = "STEP_UNDUE"
)

type milestone struct {
	kind domain.StepKind
	at   int64 // microseconds
}

// checkSteps: the milestones are those that follow from the history. Kinds that do not follow
// from it (domain.StepKind.Audited) are skipped, and those that are old enough to be deleted may be missing.
func checkSteps(d *dossier) {
	if !d.stored {
		return
	}
	_, due := domain.ExpectedEffects(d.chain)
	expected := make(map[milestone]int, len(due))
	for _, s := range due {
		expected[milestone{s.Kind, micros(s.At)}]++
	}
	name := func(s domain.Step) string { return string(s.Kind) + "/" + s.At.UTC().Format(time.RFC3339Nano) }
	for _, s := range d.steps {
		m := milestone{s.Kind, micros(s.At)}
		if !s.Kind.Audited() {
			continue
		}
		if expected[m]--; expected[m] < 0 {
			d.fault(RuleStepUndue, name(s), "it does not follow from the history")
		}
	}
	for _, s := range due {
		if forgotten := d.at.Sub(s.At) >= domain.ExpiringKept[domain.ExpiringSteps]; forgotten {
			continue
		}
		if m := (milestone{s.Kind, micros(s.At)}); expected[m] > 0 {
			expected[m] = 0
			d.fault(RuleStepMissing, name(s), "it follows from the history")
		}
	}
}
