package assurance

import (
	"time"

	"github.com/propflow/propflow/domain"
)

// The rules of the milestones that analytics count.
const (
	// RuleStepMissing: whatever the history says is counted.
	RuleStepMissing Rule = "STEP_MISSING"
	// RuleStepUndue: nothing is counted that did not happen, or twice.
	RuleStepUndue Rule = "STEP_UNDUE"
)

type milestone struct {
	kind domain.StepKind
	at   int64 // microseconds
}

// checkSteps: the milestones are those of the history.
func checkSteps(d *dossier) {
	if !d.stored {
		return
	}
	_, due := domain.ExpectedEffects(d.chain)
	owed := make(map[milestone]int, len(due))
	for _, s := range due {
		owed[milestone{s.Kind, micros(s.At)}]++
	}
	name := func(s domain.Step) string { return string(s.Kind) + "/" + s.At.UTC().Format(time.RFC3339Nano) }
	for _, s := range d.steps {
		m := milestone{s.Kind, micros(s.At)}
		if !s.Kind.Audited() {
			continue
		}
		if owed[m]--; owed[m] < 0 {
			d.fault(RuleStepUndue, name(s), "the history does not say so")
		}
	}
	for _, s := range due {
		if m := (milestone{s.Kind, micros(s.At)}); owed[m] > 0 {
			owed[m] = 0
			d.fault(RuleStepMissing, name(s), "the history says so")
		}
	}
}
