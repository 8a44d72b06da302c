package assurance

import (
	"context"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// other is a case to which a photo is linked.
type other struct {
	stored bool
	photos []domain.Photo
	chain  []domain.AuditEntry
}

// loadOthers reads the cases to which photos of the case are linked, or were when it was recorded.
func (d *dossier) loadOthers(ctx context.Context, tx ports.Tx) (err error) {
	d.others = make(map[domain.PropertyID]other)
	for _, photo := range d.photos {
		committed, _ := domain.CommittedLinks(d.chain, photo.ID)
		for _, id := range slices.Concat(photo.LinkedTo, committed) {
			if _, known := d.others[id]; known {
				continue
			}
			var o other
			if _, err = tx.Properties.Get(ctx, id); err != nil && !domain.IsKind(err, domain.KindNotFound) {
				return err
			}
			o.stored = err == nil
			if o.photos, err = tx.Photos.ByProperty(ctx, id); err != nil {
				return err
			}
			if o.chain, err = tx.Audit.Chain(ctx, id); err != nil {
				return err
			}
			d.others[id] = o
		}
	}
	return nil
}

// checkLinks: a photo is linked to the cases to which its verdict linked it and to those whose
// inspections linked it since, and to no others. An inspection writes to the photo of another case,
// whose owner must not learn of it: so the entry of the inspection commits to both sides.
func checkLinks(d *dossier) {
	if !d.stored {
		return
	}
	for _, photo := range d.photos {
		committed, known := domain.CommittedLinks(d.chain, photo.ID)
		if !known && !photo.InspectedAt.IsZero() {
			continue // an earlier release judged it
		}
		for _, id := range committed {
			if !slices.Contains(photo.LinkedTo, id) {
				d.fault(RuleCommitmentDiffers, "photo:"+string(photo.ID)+" linked_to", "its link to "+string(id)+" is gone")
			}
			for _, twin := range d.others[id].photos {
				if same(photo, twin) && !slices.Contains(twin.LinkedTo, d.id) {
					d.found = append(d.found, Finding{
						Rule: RuleCommitmentDiffers, PropertyID: id, Subject: "photo:" + string(twin.ID) + " linked_to",
						Note: "its link to " + string(d.id) + " is gone",
					})
				}
			}
		}
		for _, id := range photo.LinkedTo {
			if !slices.Contains(committed, id) && !d.others[id].explains(d.id) {
				d.fault(RuleCommitmentDiffers, "photo:"+string(photo.ID)+" linked_to", "nothing linked it to "+string(id))
			}
		}
	}
}

// explains reports whether something of the other case explains that it is linked to from the case.
func (o other) explains(id domain.PropertyID) bool {
	return slices.ContainsFunc(o.photos, func(p domain.Photo) bool { return slices.Contains(p.LinkedTo, id) }) ||
		domain.MayHaveLinked(o.chain, id) || !o.stored && len(o.chain) > 0
}

func same(a, b domain.Photo) bool {
	return a.Facts.SHA256 != "" && a.Facts.SHA256 == b.Facts.SHA256 || domain.SamePicture(a.Facts, b.Facts)
}
