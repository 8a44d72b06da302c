package valuation

import (
	"cmp"
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// lockAwaitingReport locks the property of a valuation and returns both. The valuation is nil if
// it does not await its report, because it has one or another version is in force.
func lockAwaitingReport(ctx context.Context, tx ports.Tx, id domain.ValuationID) (domain.Property, *domain.Valuation, error) {
	v, err := tx.Valuations.Get(ctx, id)
	if err != nil {
		return domain.Property{}, nil, err
	}
	property, err := tx.Properties.Lock(ctx, v.PropertyID)
	if err != nil || property.State != domain.Approved || property.Valuation != id {
		return property, nil, err
	}
	v, err = tx.Valuations.Get(ctx, id) // again, because it may have changed before the lock
	return property, &v, err
}

// collect reads the content of the report, except the pictures.
func collect(ctx context.Context, tx ports.Tx, property domain.Property, v domain.Valuation) (*domain.ReportDocument, error) {
	owner, err := tx.Users.Get(ctx, property.OwnerID)
	if err != nil {
		return nil, err
	}
	document := &domain.ReportDocument{
		Property: property, OwnerName: owner.Name, Phone: owner.Phone.Masked(), Valuation: v,
		GeneratedAt: v.ApprovedAt, // not now: the same document gives the same bytes
	}
	document.ValuerName = v.ValuerName // those of today are of no account
	if v.SignOff != nil {
		document.SignerName = v.SignOff.Name
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return nil, err
	}
	document.Photos = inOrder(photos)
	chain, err := tx.Audit.Chain(ctx, property.ID)
	if err != nil {
		return nil, err
	}
	if head, ok := approval(chain); ok {
		document.AuditHead = head.Hash
	}
	return document, nil
}

// approval returns the audit entry of the newest approval, because later entries are only about
// the making of the report.
func approval(chain []domain.AuditEntry) (domain.AuditEntry, bool) {
	for _, e := range slices.Backward(chain) {
		if e.Action == domain.ActionApproved || e.Action == domain.ActionSignedOff {
			return e, true
		}
	}
	return domain.AuditEntry{}, false
}

// inOrder returns every photo, in the order of the types.
func inOrder(photos []domain.Photo) []domain.ReportPhoto {
	all := make([]domain.ReportPhoto, len(photos))
	for i, p := range photos {
		all[i].Photo = p
	}
	slices.SortStableFunc(all, func(a, b domain.ReportPhoto) int {
		return cmp.Compare(slices.Index(domain.PhotoTypes, a.Photo.Subject.Type), slices.Index(domain.PhotoTypes, b.Photo.Subject.Type))
	})
	return all
}
