package domain

import (
	"slices"
	"time"
)

// Value records a valuer's valuation, which is that of the evidence's decision, if the case passes
// the gate. The case is approved, or if the valuation has a risk, waits for a supervisor to sign
// it off. Errors: as RequireClaim, and KindConflict "evidence_incomplete".
func (p *Property) Value(by Actor, e Evidence, now time.Time) (Change, error) {
	if err := p.requireClaim(ActionValued, by); err != nil {
		return Change{}, err
	}
	asked := Gate(GateValuation, *p, e)
	if err := asked.err("evidence_incomplete", "the evidence does not support a valuation yet"); err != nil {
		return Change{}, err
	}
	v := e.Decision.Valuation
	v.Risks, v.RuleBook, v.ValuerName = asked.Risks, GateRuleBook, e.Decision.Name
	to, action := Approved, ActionApproved
	if len(v.Risks) > 0 {
		to, action, v.Status = AwaitingSignOff, ActionSignOffAsked, ValuationAwaitingSignOff
	} else {
		v.Status, v.ApprovedAt = ValuationApproved, now
	}
	change, err := p.move(to, action, by, now)
	if err != nil {
		return Change{}, err
	}
	p.Valuation = v.ID
	change.Facts = append(change.Facts, v.facts()...)
	change.Valuation = v.ID
	return change, nil
}

// SignOff approves a risky valuation, which is that of the evidence's decision, if the case still
// passes the gate. A risk that came up since the valuation is added to it. Errors: KindForbidden
// "own_property", "same_person" and "role_not_allowed", KindConflict "illegal_transition",
// "valuation_superseded" and "evidence_incomplete".
func (p *Property) SignOff(by Actor, e Evidence, now time.Time) (Change, error) {
	v := e.Decision.Valuation
	if err := p.requireSecondPerson(ActionSignedOff, by, v); err != nil {
		return Change{}, err
	}
	asked := Gate(GateSignOff, *p, e)
	if err := asked.err("evidence_incomplete", "the evidence no longer supports the valuation; return it"); err != nil {
		return Change{}, err
	}
	change, err := p.move(Approved, ActionSignedOff, by, now)
	if err != nil {
		return Change{}, err
	}
	v.Risks, v.RuleBook = inOrder(append(slices.Clone(v.Risks), asked.Risks...)), GateRuleBook
	v.Status, v.ApprovedAt = ValuationApproved, now
	v.SignOff = &SignOff{By: by.ID, Name: e.Decision.Name, At: now}
	change.Facts = append(change.Facts, v.facts()...)
	change.Valuation = v.ID
	return change, nil
}

// Return sends a risky valuation back, with a reason: to its valuer, or if the valuer can no
// longer review, to the queue. Errors: as SignOff, and KindInvalid without a reason.
func (p *Property) Return(by Actor, v *Valuation, valuer User, reason string, now time.Time) (Change, error) {
	if err := p.requireSecondPerson(ActionReturned, by, v); err != nil {
		return Change{}, err
	}
	var bad Violations
	bad.requireReason(reason, "reason", 3, 1000)
	if err := bad.Err(); err != nil {
		return Change{}, err
	}
	to, claim, givenTo := Submitted, (*Claim)(nil), UserID("")
	if valuer.ID == v.ValuerID && valuer.MayReview() == nil {
		to, claim, givenTo = UnderReview, &Claim{ValuerID: v.ValuerID, ClaimedAt: now, HeartbeatAt: now}, v.ValuerID
	}
	change, err := p.move(to, ActionReturned, by, now)
	if err != nil {
		return Change{}, err
	}
	v.Status = ValuationReturned
	v.SignOff = &SignOff{By: by.ID, At: now, ReturnReason: reason}
	p.Claim = claim
	change.Valuation, change.GivenTo = v.ID, givenTo
	return change, nil
}

func (p *Property) requireSecondPerson(action Action, by Actor, v *Valuation) error {
	switch {
	case p.OwnedBy(by.ID):
		return Forbidden("own_property", "nobody may sign off a property that is their own")
	case p.State != AwaitingSignOff:
		return illegal(p.State, action)
	case v.ID != p.Valuation:
		return superseded()
	case v.ValuerID == by.ID:
		return Forbidden("same_person", "nobody signs twice: somebody else must sign off your valuation")
	case by.Role != RoleSupervisor:
		return Forbidden("role_not_allowed", "only supervisors sign off")
	}
	return nil
}

// requireReport refuses the action unless v is the approved valuation that awaits its report.
func (p *Property) requireReport(action Action, v *Valuation) error {
	if p.State != Approved {
		return illegal(p.State, action)
	}
	if v.ID != p.Valuation {
		return superseded()
	}
	return nil
}

func superseded() error {
	return Conflict("valuation_superseded", "this version of the valuation is not the one in force")
}

// CompleteReport ends an approved case once its report is stored. Errors: KindConflict
// "illegal_transition" and "valuation_superseded".
func (p *Property) CompleteReport(v *Valuation, reportSHA256 string, now time.Time) (Change, error) {
	if err := p.requireReport(ActionReportStored, v); err != nil {
		return Change{}, err
	}
	change, err := p.move(Valued, ActionReportStored, System, now)
	if err != nil {
		return Change{}, err
	}
	v.Report = Report{Key: v.ReportKey(), SHA256: reportSHA256, StoredAt: now, Retries: v.Report.Retries}
	change.Facts = append(change.Facts, Fact{"report_sha256", reportSHA256})
	change.Valuation = v.ID
	return change, nil
}

// FailReport records that the report could not be made, for supervisors to retry. Errors:
// as CompleteReport.
func (p *Property) FailReport(v *Valuation, now time.Time) (Change, error) {
	if err := p.requireReport(ActionReportFailed, v); err != nil {
		return Change{}, err
	}
	v.Report.FailedAt, p.UpdatedAt = now, now
	change := p.change(ActionReportFailed, p.State, System, now)
	change.Valuation = v.ID
	return change, nil
}

// RetryReport asks for the report once more. Errors: as CompleteReport, and KindConflict
// "report_in_progress" if it has not failed.
func (p *Property) RetryReport(by Actor, v *Valuation, now time.Time) (Change, error) {
	if err := p.requireReport(ActionReportRetried, v); err != nil {
		return Change{}, err
	}
	if v.Report.FailedAt.IsZero() {
		return Change{}, Conflict("report_in_progress", "the report has not failed; it is on its way")
	}
	v.Report.FailedAt, p.UpdatedAt = time.Time{}, now
	v.Report.Retries++
	change := p.change(ActionReportRetried, p.State, by, now)
	change.Valuation = v.ID
	return change, nil
}
