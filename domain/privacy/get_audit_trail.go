package privacy

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetAuditTrail shows the history of a property, and whether it, or what it commits to, was tampered
// with.
type GetAuditTrail struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
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
	Fault   string // what is wrong with the chain or with what it commits to, empty if both are intact

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
// Intact. Errors: KindNotFound "property_not_found", KindForbidden "reason_required", KindUnavailable.
func (uc GetAuditTrail) Execute(ctx context.Context, in GetAuditTrailInput) (AuditTrail, error) {
	var stored domain.CaseRecords
	var entries []domain.AuditEntry
	var found string
	err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) (err error) {
		stored, entries, found, err = read(ctx, tx, in, tx.GetVisible)
		if err == nil && found != "" { // the case may have changed between two of the reads
			stored, entries, found, err = read(ctx, tx, in, tx.LockVisible)
		}
		if err != nil {
			return err
		}
		_, err = tx.Admit(ctx, in.Actor, stored.Property, uc.Clock.Now()) // to what was read last
		return err
	})
	if err != nil {
		return AuditTrail{}, err
	}
	property := stored.Property
	if property.SeenAsOwner(in.Actor) {
		return AuditTrail{Intact: found == "", Owners: ownersTrail(property, entries)}, nil
	}
	return AuditTrail{Entries: entries, Intact: found == "", Fault: found}, nil
}

// read returns the case, its history, and what is wrong with them.
func read(
	ctx context.Context, tx ports.Tx, in GetAuditTrailInput, get func(context.Context, domain.Actor, domain.PropertyID) (domain.Property, error),
) (stored domain.CaseRecords, entries []domain.AuditEntry, found string, err error) {
	property, err := get(ctx, in.Actor, in.PropertyID)
	if err != nil {
		return domain.CaseRecords{}, nil, "", err
	}
	if entries, err = tx.Audit.Chain(ctx, property.ID); err != nil {
		return domain.CaseRecords{}, nil, "", err
	}
	if stored, err = tx.CaseRecords(ctx, property); err != nil {
		return domain.CaseRecords{}, nil, "", err
	}
	return stored, entries, fault(stored, entries), nil
}

func ownersTrail(property domain.Property, entries []domain.AuditEntry) *OwnersTrail {
	trail := &OwnersTrail{Entries: domain.OwnersTrail(property.OwnerID, entries)}
	if !property.DecidedAt.IsZero() && len(entries) > 0 {
		trail.HeadHash = entries[len(entries)-1].Hash
	}
	return trail
}

// fault describes what is wrong with the chain, or with what it commits to, or returns "". It also
// detects what the chain alone does not show: that it was removed completely, or replaced by another
// property's.
func fault(stored domain.CaseRecords, entries []domain.AuditEntry) string {
	switch {
	case len(entries) == 0:
		return "every audit entry is missing"
	case entries[0].PropertyID != stored.Property.ID:
		return "the audit entries belong to another property"
	}
	if err := domain.VerifyChain(entries); err != nil {
		return err.Error()
	}
	if changed := stored.Faults(entries); len(changed) > 0 {
		return changed[0].String()
	}
	return ""
}
