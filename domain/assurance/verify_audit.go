package assurance

import (
	"context"
	"errors"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyAudit finds what was done to audit chains and to the anchors of their heads. It only
// reads, and may run while chains grow.
type VerifyAudit struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// VerifyAuditInput says what to verify, and whom to tell.
type VerifyAuditInput struct {
	// PropertyID limits it to one property's chain; all where empty. Anchors are read all.
	PropertyID domain.PropertyID
	// Found is told of each finding.
	Found func(Finding)
}

// Execute returns what it read and how much of it was wrong. Errors: those of the stores; the
// verification is then not finished.
func (uc VerifyAudit) Execute(ctx context.Context, in VerifyAuditInput) (Tally, error) {
	var tally Tally
	broken := make(map[domain.PropertyID]bool)
	err := walk(ctx, uc.UnitOfWork, in.PropertyID, func(ctx context.Context, ids []domain.PropertyID) error {
		for _, id := range ids {
			found, entries, err := uc.verify(ctx, id)
			if err != nil {
				return err
			}
			if tally.Entries += entries; entries > 0 {
				tally.Chains++
			}
			broken[id] = len(found) > 0
			for _, f := range found {
				tally.report(in.Found, f)
			}
		}
		return nil
	})
	if err != nil {
		return tally, err
	}
	anchors := &anchorCheck{UnitOfWork: uc.UnitOfWork, Blobs: uc.Blobs, now: uc.Clock.Now(), only: in.PropertyID, broken: broken}
	return tally, anchors.run(ctx, &tally, in.Found)
}

// verify examines one chain, as often as it looks wrong.
func (uc VerifyAudit) verify(ctx context.Context, id domain.PropertyID) (found []Finding, entries int, err error) {
	for look := range looks {
		d := dossier{id: id}
		if err := uc.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
			return errors.Join(d.loadChain(ctx, tx), d.loadProperty(ctx, tx, false))
		}); err != nil {
			return nil, 0, err
		}
		checkChain(&d)
		entries = len(d.chain)
		if look == 0 {
			found = d.found
		} else {
			found = both(found, d.found)
		}
		if len(found) == 0 {
			break
		}
	}
	return found, entries, nil
}
