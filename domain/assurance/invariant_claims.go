package assurance

import (
	"strconv"

	"github.com/propflow/propflow/domain"
)

// RuleClaimNotHeld: what needs the claim was done by the valuer to whom the history gave it, and nobody
// else has it.
const RuleClaimNotHeld Rule = "CLAIM_NOT_HELD"

// checkClaims: the holders of the claim follow from the history. That a claim is there if and only if
// the state requires one is a condition of the state.
func checkClaims(d *dossier) {
	if d.register != nil {
		return
	}
	holder, without := domain.ClaimHistory(d.chain)
	for _, e := range without {
		d.fault(RuleClaimNotHeld, strconv.FormatInt(e.Seq, 10), string(e.Action)+" by "+string(e.ActorID)+", who did not have the claim")
	}
	if claim := d.property.Claim; d.stored && claim != nil && holder != "" && claim.ValuerID != holder {
		d.fault(RuleClaimNotHeld, "claim_valuer_id", "is "+string(claim.ValuerID)+", by the history it is "+string(holder))
	}
}
