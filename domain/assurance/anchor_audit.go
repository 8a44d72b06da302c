package assurance

import (
	"context"
	"fmt"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

const (
	// anchorHeads is the maximum number of heads in one anchor: about a megabyte. A run writes as
	// many anchors as it needs.
	anchorHeads = 10_000
	// headsPerPage is the maximum number of heads that are read in one transaction.
	headsPerPage = 1000
	// anchorOverlap is how far a run looks back before the end of the last one, because an
	// entry is dated when its request begins but becomes visible only when it commits.
	anchorOverlap = time.Hour
)

// AnchorAudit is the periodic job domain.JobAnchorAudit. It writes the heads of the chains
// that grew, and that of the security log, into the object store, because an administrator of the database, who could
// rewrite a chain, cannot change what is stored there.
type AnchorAudit struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
	// Heads is the maximum number of heads in one anchor; 0 means 10,000.
	Heads int
}

// Execute writes one or more anchors. If no chain grew it writes one without heads, which
// dates that fact. The job has no subject. A run that was interrupted is continued by the
// next one. Errors: those of the stores, KindConflict "anchor_forged" if the object store
// already has an anchor of the next number that does not follow the last one.
func (uc AnchorAudit) Execute(ctx context.Context, _ string) error {
	now := uc.Clock.Now()
	var security *SecurityHead
	last, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.AuditAnchor, error) {
		batch, err := tx.SecurityChain.Newest(ctx)
		if err != nil {
			return domain.AuditAnchor{}, err
		}
		if security = nil; batch.Seq > 0 {
			security = &SecurityHead{batch.Seq, batch.Hash}
		}
		return tx.AuditChains.NewestAnchor(ctx)
	})
	if err != nil {
		return err
	}
	mark := resume(last)
	for complete := false; !complete; {
		anchor := Anchor{Version: anchorVersion, Number: last.Number + 1, Previous: last.Hash, At: now, Through: now, Security: security}
		if mark, complete, err = uc.gather(ctx, &anchor, mark); err != nil {
			return err
		}
		if !complete {
			anchor.Through = mark.At
		}
		var adopted bool
		last, adopted, err = uc.store(ctx, anchor)
		switch {
		case domain.CodeOf(err) == "anchor_exists": // another run recorded it at the same time
			return nil
		case err != nil:
			return err
		case adopted: // its heads need not be the gathered ones, so gather again after it
			mark, complete = resume(last), false
		}
	}
	return nil
}

// resume returns the mark after which chains may have entries that are not in the anchor.
func resume(last domain.AuditAnchor) domain.AuditMark {
	if last.Number == 0 {
		return domain.AuditMark{}
	}
	return domain.AuditMark{At: last.Through.Add(-anchorOverlap)}
}

// gather fills the anchor with the heads after the mark. It returns the mark of the last one,
// and whether there are no more.
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

// store writes the anchor and records it. If the object store already has an anchor of this
// number, because a run was interrupted between the two, it adopts that one: it records it
// instead.
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

// adopt returns the record of the anchor that is stored under the number of this one. Errors:
// those of readAnchor, KindConflict "anchor_forged" if it does not follow the same anchor, or
// if its Through is more than anchorOverlap after the time of this one.
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
