package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// propose stores a proposal. Error: KindUnavailable.
func propose(ctx context.Context, tx ports.Tx, p domain.Proposal, by domain.Actor, now time.Time) error {
	if err := tx.Proposals.Add(ctx, p); err != nil {
		return err
	}
	return record(ctx, tx, domain.ProposalEvent(p, domain.SecurityProposalMade, by, now))
}

// basisOf reads what a proposal rests on. If lock is true, the user whom it would change is locked.
// Error: KindUnavailable.
func basisOf(ctx context.Context, tx ports.Tx, p domain.Proposal, lock bool) (domain.ProposalBasis, error) {
	var basis domain.ProposalBasis
	var err error
	if p.Kind == domain.ProposalUpdateStaff || p.Kind == domain.ProposalRestoreNumber {
		get := tx.Users.Get
		if lock {
			get = tx.Users.Lock
		}
		if basis.User, err = get(ctx, p.UserID); err != nil && !domain.IsKind(err, domain.KindNotFound) {
			return basis, err
		}
	}
	if p.Kind == domain.ProposalUpdateSettings {
		if basis.Settings, err = tx.Settings.Get(ctx); err != nil {
			return basis, err
		}
	}
	if basis.Author, err = tx.Users.Get(ctx, p.ProposedBy); domain.IsKind(err, domain.KindNotFound) {
		err = nil
	}
	return basis, err
}

// asNow returns the proposal with the status that it has now. Error: KindUnavailable.
func asNow(ctx context.Context, tx ports.Tx, p domain.Proposal, now time.Time) (domain.Proposal, error) {
	if p.Status != domain.ProposalOpen || !now.Before(p.ExpiresAt()) {
		p.Status = p.StatusNow(domain.ProposalBasis{}, now)
		return p, nil
	}
	basis, err := basisOf(ctx, tx, p, false)
	p.Status = p.StatusNow(basis, now)
	return p, err
}
