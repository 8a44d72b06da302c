package assurance

import (
	"context"
	"errors"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VerifyAudit finds tampering with audit chains, with the security log, and with the anchors of
// their heads. It only reads, and may run while chains grow.
type VerifyAudit struct {
	UnitOfWork ports.UnitOfWork
	Blobs      ports.Blobs
	Clock      ports.Clock
}

// VerifyAuditInput selects what is verified, and receives the findings.
type VerifyAuditInput struct {
	// PropertyID limits the work to one property's chain; empty means all. All anchors are
	// read in any case.
	PropertyID domain.PropertyID
	// Found is called with each finding. It must not be nil.
	Found func(Finding)
}

// Execute returns how much it read and how much of it was wrong. Errors: those of the stores;
// the verification is then incomplete.
func (uc VerifyAudit) Execute(ctx context.Context, in VerifyAuditInput) (Tally, error) {
	var tally Tally
	broken := make(map[domain.PropertyID]bool)
	err := walk(ctx, uc.UnitOfWork, in.PropertyID, func(ctx context.Context, ids []domain.PropertyID) error {
		chains, err := uc.read(ctx, ids)
		if err != nil {
			return err
		}
		for _, d := range chains {
			tally.Entries += len(d.chain)
			switch {
			case domain.IsRegister(d.chain):
				tally.Registers++
			case len(d.chain) > 0:
				tally.Chains++
			}
			found, err := uc.confirm(ctx, d)
			if err != nil {
				return err
			}
			for _, f := range found {
				broken[d.id] = true
				tally.report(in.Found, f)
			}
		}
		return nil
	})
	if err != nil {
		return tally, err
	}
	anchors := &anchorCheck{UnitOfWork: uc.UnitOfWork, Blobs: uc.Blobs, now: uc.Clock.Now(), only: in.PropertyID, broken: broken}
	if err := anchors.run(ctx, &tally, in.Found); err != nil || in.PropertyID != "" {
		return tally, err
	}
	return tally, verifySecurityLog(ctx, uc.UnitOfWork, uc.Clock.Now(), &tally, in.Found)
}

// read loads chains, in one transaction.
func (uc VerifyAudit) read(ctx context.Context, ids []domain.PropertyID) ([]*dossier, error) {
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]*dossier, error) {
		chains := make([]*dossier, len(ids))
		for i, id := range ids {
			d := &dossier{id: id}
			if err := d.loadChain(ctx, tx); err != nil {
				return nil, err
			}
			var unreadable *ports.Unreadable // which CheckInvariants reports
			if err := d.loadProperty(ctx, tx, false); err != nil && !errors.As(err, &unreadable) {
				return nil, err
			}
			chains[i] = d
		}
		return chains, nil
	})
}

// confirm returns what is wrong with a chain in this look and in every further one, because a
// chain that grew between two reads looks wrong once.
func (uc VerifyAudit) confirm(ctx context.Context, d *dossier) ([]Finding, error) {
	checkChain(d)
	found := d.found
	for look := 1; look < looks && len(found) > 0; look++ {
		again, err := uc.read(ctx, []domain.PropertyID{d.id})
		if err != nil {
			return nil, err
		}
		checkChain(again[0])
		found = both(found, again[0].found)
	}
	return found, nil
}
