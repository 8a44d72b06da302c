package assurance

import (
	"github.com/propflow/propflow/domain"
)

// RuleCommitmentDiffers: what is stored of a case is what its audit chain commits to, and no entry
// changed what its action may not change.
const RuleCommitmentDiffers Rule = "COMMITMENT_DIFFERS"

// checkRecords: property, photos and valuations are as the audit chain commits to them.
func checkRecords(d *dossier) {
	if !d.stored {
		return
	}
	for _, f := range d.records().Faults(d.chain) {
		d.fault(RuleCommitmentDiffers, f.Record+" "+f.Field, f.String())
	}
}

func (d *dossier) records() domain.CaseRecords {
	return domain.CaseRecords{Property: d.property, Photos: d.photos, Valuations: d.valuations}
}
