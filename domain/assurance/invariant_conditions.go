package assurance

import (
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rules of a case's state.
const (
	// RuleCondition: a case has what its state requires, and nothing that its state excludes.
	RuleCondition Rule = "STATE_CONDITION"
	// RuleOwnCase: a case is not reviewed, valued or signed off by its owner.
	RuleOwnCase Rule = "OWN_CASE"
	// RuleHolderGone: a case is not with a valuer who was disabled or can no longer review, unless
	// a job is about to release it. What the job does not release, the sweep of the next minute does.
	RuleHolderGone Rule = "HOLDER_GONE"
	// RuleSamePerson: a valuation is not signed off by its valuer.
	RuleSamePerson Rule = "SAME_PERSON"
)

// checkConditions: the case satisfies the conditions of its state.
func checkConditions(d *dossier) {
	if !d.stored {
		return
	}
	p := d.property
	need := func(ok bool, what, note string) {
		if !ok {
			d.fault(RuleCondition, what, string(p.State)+": "+note)
		}
	}
	in := func(states ...domain.State) bool { return slices.Contains(states, p.State) }
	submitted := !in(domain.Draft) && (!in(domain.Withdrawn) || !p.SubmittedAt.IsZero())
	need(submitted == (p.Reference != "") && submitted != p.SubmittedAt.IsZero() && submitted != p.SLA.StartedAt.IsZero(),
		"submission", "reference, submission and clock go together")
	need(in(domain.UnderReview, domain.AwaitingSignOff) == (p.Claim != nil), "claim", "a claim is held while it is reviewed or awaits sign-off, and only then")
	open := in(domain.FollowUpRequired)
	need(!open || p.OpenFollowUp() != nil && p.OpenFollowUp().AnsweredAt.IsZero(), "follow_up", "a follow-up is open")
	need(!open || !p.SLA.PausedAt.IsZero(), "clock", "the clock is paused")
	need(p.State.Decided() != p.DecidedAt.IsZero(), "decision", "the decision has its time")
	need(!p.State.Decided() || p.SLA.StartedAt.IsZero() || !p.SLA.StoppedAt.IsZero(), "clock", "the decision stopped the clock")
	need(in(domain.Rejected) == (p.Rejection != nil), "rejection", "a rejected case says why, and no other does")
	need(!in(domain.Approved, domain.Valued, domain.AwaitingSignOff) || d.valuation(p.Valuation) != nil, "valuation", "its valuation is there")
	if p.Claim != nil && p.OwnedBy(p.Claim.ValuerID) {
		d.fault(RuleOwnCase, "claim", "its owner holds the claim")
	}
}

// checkHolder: who has the case can review it.
func checkHolder(d *dossier) {
	if d.holder == nil || d.holder.MayReview() == nil {
		return
	}
	if d.jobs[job{domain.JobReleaseStaffClaims, string(d.holder.ID)}] != ports.JobLive {
		d.fault(RuleHolderGone, string(d.holder.ID), "has the case, can no longer review, and no job releases it")
	}
}

// checkValuations: the versions are numbered in order, none is made or signed off by the owner
// or signed off by its valuer, and the one in force agrees with the state of the case.
func checkValuations(d *dossier) {
	for i, v := range d.valuations {
		id := string(v.ID)
		if v.PropertyID != d.id || v.Number != i+1 {
			d.fault(RuleCondition, id, "the versions are not numbered in order")
		}
		if d.property.OwnedBy(v.ValuerID) || v.SignOff != nil && d.property.OwnedBy(v.SignOff.By) {
			d.fault(RuleOwnCase, id, "valued or signed off by the property's owner")
		}
		if v.SignOff != nil && v.SignOff.By == v.ValuerID {
			d.fault(RuleSamePerson, id, "signed off by its valuer")
		}
	}
	v := d.valuation(d.property.Valuation)
	if v == nil {
		return
	}
	signed := v.SignOff != nil && v.SignOff.ReturnReason == ""
	id := string(v.ID)
	switch d.property.State {
	case domain.AwaitingSignOff:
		if v.Status != domain.ValuationAwaitingSignOff {
			d.fault(RuleCondition, id, "the case awaits sign-off, its valuation is "+string(v.Status))
		}
	case domain.Approved, domain.Valued:
		if v.Status != domain.ValuationApproved || v.ApprovedAt.IsZero() {
			d.fault(RuleCondition, id, "the case is approved, its valuation is "+string(v.Status))
		}
		if len(v.Risks) > 0 != signed {
			d.fault(RuleCondition, id, "a risky valuation is signed off, and no other")
		}
		if (d.property.State == domain.Valued) == v.Report.StoredAt.IsZero() {
			d.fault(RuleCondition, id, "the report is stored when the case is valued, and not before")
		}
	default: // no version is in force
	}
}
