package assurance

import (
	"context"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// anchorHeads is the most heads in one anchor: about a megabyte. A run writes as many
	// anchors as it needs.
	anchorHeads = 10_000
	// headsPerPage is how many heads are read in one transaction.
	headsPerPage = 1000
	// anchorOverlap is how far a run looks back behind the end of the last one: an entry is
	// dated when its request begins, and is seen when it commits.
	anchorOverlap = time.Hour
)

// AnchorAudit is the periodic job domain.JobAnchorAudit: it writes the heads of the chains
// that grew into the object store, where whoever rules over the database does not reach.
type AnchorAudit struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
	// Heads is the most heads in one anchor; 10,000 where 0.
	Heads int
}

// Execute writes one or more anchors; where no chain grew, an anchor without heads, which
// dates that fact. The job has no subject. A run that broke off is taken up where it ended.
// Errors: those of the stores, KindConflict "anchor_forged" where the next anchor lies there
// already and does not follow the last one.
func (uc AnchorAudit) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	last, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.AuditAnchor, error) {
		return tx.AuditChains.NewestAnchor(ctx)
	})
	if err != nil {
		return err
	}
	mark := resume(last)
	for complete := false; !complete; {
		anchor := Anchor{Version: anchorVersion, Number: last.Number + 1, Previous: last.Hash, At: now, Through: now}
		if mark, complete, err = uc.gather(ctx, &anchor, mark); err != nil {
			return err
		}
		if !complete {
			anchor.Through = mark.At
		}
		var adopted bool
		last, adopted, err = uc.store(ctx, anchor)
		switch {
		case domain.CodeOf(err) == "anchor_exists": // another run is at it
			return nil
		case err != nil:
			return err
		case adopted: // it holds other heads than were gathered
			mark, complete = resume(last), false
		}
	}
	return nil
}

// resume is where the chains begin that the anchor may not know of.
func resume(last domain.AuditAnchor) domain.AuditMark {
	if last.Number == 0 {
		return domain.AuditMark{}
	}
	return domain.AuditMark{At: last.Through.Add(-anchorOverlap)}
}

// gather fills the anchor with the heads behind the mark. It returns where it stopped, and
// whether that was the end.
func (uc AnchorAudit) gather(ctx context.Context, anchor *Anchor, mark domain.AuditMark) (domain.AuditMark, bool, error) {
	most := uc.Heads
	if most <= 0 {
		most = anchorHeads
	}
	anchor.Heads = make([]AnchorHead, 0)
	for len(anchor.Heads) < most {
		limit := min(headsPerPage, most-len(anchor.Heads))
		page, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.AuditMark, error) {
			return tx.AuditChains.Grown(ctx, mark, limit)
		})
		if err != nil || len(page) == 0 {
			return mark, true, err
		}
		for _, m := range page {
			anchor.Heads = append(anchor.Heads, AnchorHead{m.PropertyID, m.Seq, m.Hash})
		}
		mark = page[len(page)-1]
	}
	return mark, false, nil
}

// store writes the anchor and records it. Where an anchor of this number lies there already,
// of a run that broke off in between, it is adopted: recorded instead.
func (uc AnchorAudit) store(ctx context.Context, anchor Anchor) (record domain.AuditAnchor, adopted bool, err error) {
	data, record, err := anchor.seal()
	if err != nil {
		return record, false, err
	}
	err = uc.Blobs.Create(ctx, anchorKey(anchor.Number), "application/json", data)
	if adopted = domain.IsKind(err, domain.KindConflict); adopted {
		record, err = uc.adopt(ctx, anchor)
	}
	if err != nil {
		return record, adopted, err
	}
	return record, adopted, uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error { return tx.AuditChains.AddAnchor(ctx, record) })
}

// adopt returns what to record of the anchor that lies in the place of this one.
func (uc AnchorAudit) adopt(ctx context.Context, instead Anchor) (domain.AuditAnchor, error) {
	there, record, err := readAnchor(ctx, uc.Blobs, instead.Number)
	if err != nil {
		return record, fmt.Errorf("an object lies where anchor %d belongs: %w", instead.Number, err)
	}
	if there.Previous != instead.Previous || there.Through.After(instead.At.Add(anchorOverlap)) {
		return record, domain.Conflict("anchor_forged", "anchor %d is there already and does not follow the one before", instead.Number)
	}
	return record, nil
}
