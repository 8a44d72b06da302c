package assurance

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

// The rules of the evidence gate.
const (
	// RuleGateBlocked: the evidence of a case that was decided under the present rule book passes
	// the gate.
	RuleGateBlocked Rule = "GATE_BLOCKED"
	// RuleRiskMissing: every risk that the gate finds in the stored evidence is a risk of the
	// valuation.
	RuleRiskMissing Rule = "RISK_MISSING"
	// RuleBookDiffers: the valuation has the rule book that the history of its decision has, so
	// that no case passes for one that was decided before the gate.
	RuleBookDiffers Rule = "RULE_BOOK_DIFFERS"
)

// checkGate: the case in force was decided on evidence that passes the gate, and its risks are
// known. That a risky valuation was signed off by a second person is checkValuations' to check.
//
// Only cases of the present rule book are asked about: another one asked for something else.
func checkGate(d *dossier) {
	v := d.decided()
	if v == nil {
		return
	}
	if book := d.ruleBook(); book != v.RuleBook {
		d.fault(RuleBookDiffers, string(v.ID), fmt.Sprintf("it has rule book %d, the history %d", v.RuleBook, book))
	}
	if v.RuleBook != domain.GateRuleBook {
		return
	}
	asked := domain.Gate(domain.GateSignOff, d.property, domain.Evidence{Photos: d.photos, Decision: &domain.Decision{
		Valuation: v, Settings: lenient,
	}})
	for _, b := range asked.Blocking {
		subject := string(b.Photo)
		if subject == "" {
			subject = string(v.ID)
		}
		d.fault(RuleGateBlocked, subject, "it was decided, and the evidence gate refuses it: "+string(b.Code))
	}
	var missing []string
	for _, r := range asked.Risks {
		if !slices.Contains(v.Risks, r) {
			missing = append(missing, string(r))
		}
	}
	if len(missing) > 0 {
		d.fault(RuleRiskMissing, string(v.ID), "the evidence has risks that the valuation lacks: "+strings.Join(missing, ", "))
	}
}

// decided returns the valuation by which the case was decided, nil if there is none.
func (d *dossier) decided() *domain.Valuation {
	if s := d.property.State; s != domain.Approved && s != domain.Valued {
		return nil
	}
	return d.valuation(d.property.Valuation)
}

// ruleBook returns the rule book under which the history has the case decided: 0 if it names none,
// as that of cases which were decided before the gate. If a release without the gate signed off what
// one with it had valued, it is that of the valuation.
func (d *dossier) ruleBook() int {
	book := 0
	for _, e := range d.chain {
		named, err := strconv.Atoi(fact(e, "rule_book"))
		valued := e.Action == domain.ActionApproved || e.Action == domain.ActionSignOffAsked
		if valued || e.Action == domain.ActionSignedOff && err == nil {
			book = named // 0 without the fact
		}
	}
	return book
}

// lenient are settings under which no risk depends on settings, because those of the decision may
// have been changed since. Links to other cases and the sales around are not asked about either:
// they may have come later.
var lenient = domain.Settings{SignOffAmount: math.MaxInt64, MaxDeviationPercent: math.Inf(1)}
