package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetAuditTrail shows the history of a property, and whether it was tampered with.
type GetAuditTrail struct {
	UnitOfWork ports.UnitOfWork
}

// GetAuditTrailInput names the property, and the actor who must be allowed to see it.
type GetAuditTrailInput struct {
	Actor      domain.Actor
	PropertyID domain.PropertyID
}

// AuditTrail is a property's history, checked link by link.
type AuditTrail struct {
	Entries []domain.AuditEntry // oldest first
	Intact  bool
	Fault   string // what is wrong with the chain, empty if it is intact

	// Owners is what the owner of the case may see. It is nil for others.
	Owners *OwnersTrail
}

// OwnersTrail is a property's history as its owner sees it.
type OwnersTrail struct {
	Entries []domain.OwnerAuditEntry // oldest first
	// HeadHash is the hash of the last entry, by which the owner can later show that the history
	// is another one. It is empty before the decision, because until then every new hash would
	// show that staff did something that the owner may not know.
	HeadHash string
}

// Execute returns the history to those who may see the property. Its owner gets only Owners and
// Intact. Errors: KindNotFound "property_not_found", KindUnavailable.
func (uc GetAuditTrail) Execute(ctx context.Context, in GetAuditTrailInput) (AuditTrail, error) {
	var property domain.Property
	entries, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditEntry, error) {
		var err error
		if property, err = tx.GetVisible(ctx, in.Actor, in.PropertyID); err != nil {
			return nil, err
		}
		return tx.Audit.Chain(ctx, in.PropertyID)
	})
	if err != nil {
		return AuditTrail{}, err
	}
	found := fault(in.PropertyID, entries)
	if property.SeenAsOwner(in.Actor) {
		return AuditTrail{Intact: found == "", Owners: ownersTrail(property, entries)}, nil
	}
	return AuditTrail{Entries: entries, Intact: found == "", Fault: found}, nil
}

func ownersTrail(property domain.Property, entries []domain.AuditEntry) *OwnersTrail {
	trail := &OwnersTrail{Entries: domain.OwnersTrail(property.OwnerID, entries)}
	if !property.DecidedAt.IsZero() && len(entries) > 0 {
		trail.HeadHash = entries[len(entries)-1].Hash
	}
	return trail
}

// fault describes what is wrong with the chain, or returns "". It also detects what the chain
// alone does not show: that it was removed completely, or replaced by another property's.
func fault(property domain.PropertyID, entries []domain.AuditEntry) string {
	switch {
	case len(entries) == 0:
		return "every audit entry is missing"
	case entries[0].PropertyID != property:
		return "the audit entries belong to another property"
	}
	if err := domain.VerifyChain(entries); err != nil {
		return err.Error()
	}
	return ""
}
