package assurance

import (
	"strconv"

	"github.com/propflow/propflow/domain"
)

// The rules of a case's history.
const (
	// RuleStateDiffers: a case is in the state that its last audit entry led to.
	RuleStateDiffers Rule = "STATE_DIFFERS"
	// RuleIllegalStep: every entry starts in the state to which the one before led, and its action
	// leads from there to the next.
	RuleIllegalStep Rule = "ILLEGAL_STEP"
	// RuleDecidedTwice: a case is decided once.
	RuleDecidedTwice Rule = "DECIDED_TWICE"
	// RulePropertyLost: a case whose history goes beyond a draft exists, unless it was purged.
	RulePropertyLost Rule = "PROPERTY_LOST"
	// ruleAudit is the prefix of the rules of audit chains, such as AUDIT_EDITED: one for each
	// domain.AuditFaultKind.
	ruleAudit Rule = "AUDIT_"
)

// checkChain: the audit chain of the case is whole.
func checkChain(d *dossier) {
	for _, f := range chainFaults(d) {
		d.found = append(d.found, auditFinding(f))
	}
}

// chainFaults returns the faults of the chain. They include that a stored property has neither
// a chain nor a head, because domain.ExamineChain takes that for a case that never existed.
func chainFaults(d *dossier) []domain.AuditFault {
	if d.stored && d.head.Seq == 0 && len(d.chain) == 0 {
		return []domain.AuditFault{{PropertyID: d.id, Kind: domain.AuditDeleted, From: 1}}
	}
	return domain.ExamineChain(d.head, d.chain)
}

func auditFinding(f domain.AuditFault) Finding {
	subject := strconv.FormatInt(f.From, 10)
	if f.To > f.From {
		subject += "-" + strconv.FormatInt(f.To, 10)
	}
	return Finding{Rule: ruleAudit + Rule(f.Kind), PropertyID: f.PropertyID, Subject: subject, Note: f.String()}
}

// checkHistory: the history is a walk through the state machine, ends in the state of the case,
// and decides at most once.
func checkHistory(d *dossier) {
	if d.register != nil {
		return
	}
	var state domain.State
	decisions := 0
	for _, e := range d.chain {
		number := strconv.FormatInt(e.Seq, 10)
		if e.From != state || !e.Action.Possible(e.From, e.To) {
			d.fault(RuleIllegalStep, number, string(e.Action)+" from "+string(e.From)+" to "+string(e.To)+" while "+string(state))
		}
		state = e.To
		if e.Action.Decides() {
			if decisions++; decisions > 1 {
				d.fault(RuleDecidedTwice, number, string(e.Action)+" after an earlier decision")
			}
		}
	}
	switch {
	case len(d.chain) == 0: // checkChain reports it
	case d.stored && state != d.property.State:
		d.fault(RuleStateDiffers, "", "is "+string(d.property.State)+", its history ends in "+string(state))
	case !d.stored && state != domain.Draft && !d.purged():
		d.fault(RulePropertyLost, "", "its history ends in "+string(state)+" and there is no such property")
	}
}

// purged reports whether the history ends with the purge of the case, at a time when its retention
// had ended by the history itself, so that a purge cannot hide a case that was lost.
func (d *dossier) purged() bool {
	if len(d.chain) == 0 || d.chain[len(d.chain)-1].Action != domain.ActionPurged {
		return false
	}
	last := d.chain[len(d.chain)-1]
	for _, e := range d.chain {
		if e.Action.Decides() {
			decided := domain.Property{State: last.To, DecidedAt: e.At}
			return decided.RetentionEnded(last.At)
		}
	}
	return false
}
