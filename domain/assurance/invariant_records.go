package assurance

import (
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// The rule of commitments.
const (
	// RuleCommitmentDiffers: what is stored of a case is what its audit chain commits to, and no
	// entry changed what its action may not change.
	RuleCommitmentDiffers Rule = "COMMITMENT_DIFFERS"
	// RuleUnreadable: what is stored is of a form that PropFlow writes.
	RuleUnreadable Rule = "UNREADABLE"
)

// unreadable returns the finding for a value that could not be read. Its note leaves out the value,
// which may be personal.
func (d *dossier) unreadable(u *ports.Unreadable) Finding {
	record := u.Record
	switch {
	case record != "": // otherwise a query for several rows does not tell which one
	case d.stored:
		record = "property:" + string(d.id)
	case d.id == domain.SettingsRegister:
		record = "settings"
	default:
		record = "user:" + string(d.id)
	}
	return Finding{
		Rule: RuleUnreadable, PropertyID: d.id, Subject: record + " " + u.Column,
		Note: "it is of no form that PropFlow writes, so that nothing else of the case could be checked",
	}
}

// checkRecords: property, photos and valuations are as the audit chain commits to them.
func checkRecords(d *dossier) {
	if !d.stored {
		return
	}
	for _, f := range d.records().Faults(d.chain) {
		d.fault(RuleCommitmentDiffers, f.Record+" "+f.Field, f.String())
	}
	for _, f := range d.repeated {
		if !d.writtenWithoutNames(f) {
			d.fault(RuleCommitmentDiffers, f.Record+" "+f.Field, f.Field+" is not what follows from the rest of "+f.Record)
		}
	}
}

// writtenWithoutNames reports whether the column is a name that a release without commitments, which
// kept none, left out.
func (d *dossier) writtenWithoutNames(f domain.RecordFault) bool {
	by := map[string][]domain.Action{
		"valuer_name":   {domain.ActionApproved, domain.ActionSignOffAsked},
		"sign_off_name": {domain.ActionSignedOff, domain.ActionReturned},
	}[f.Field]
	if f.Field == "sign_off_name" && !d.signed(f.Record) {
		return false // a name without a signature
	}
	return by != nil && !slices.ContainsFunc(d.chain, func(e domain.AuditEntry) bool {
		return slices.Contains(by, e.Action) && e.CommitsTo(f.Record)
	})
}

func (d *dossier) signed(record string) bool {
	return slices.ContainsFunc(d.valuations, func(v domain.Valuation) bool { return v.Record().Subject() == record && v.SignOff != nil })
}

func (d *dossier) records() domain.CaseRecords {
	return domain.CaseRecords{Property: d.property, Photos: d.photos, Valuations: d.valuations}
}
