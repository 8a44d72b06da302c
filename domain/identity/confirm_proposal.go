package identity

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ConfirmProposal lets a second ADMIN confirm what another proposed, which makes the change.
type ConfirmProposal struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
	IDs        ports.IDs
}

// ConfirmProposalInput names the proposal.
type ConfirmProposalInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	ProposalID domain.ProposalID
}

// Execute returns the confirmed proposal. The change is made in the same transaction, and all its
// rules are asked again. Errors: KindNotFound "proposal_not_found", KindForbidden
// "role_not_allowed" and "own_proposal", KindConflict "own_account", "proposal_closed",
// "proposal_outdated", "phone_taken", "number_in_use" and "last_admin", KindInvalid, those of
// ports.Once, KindUnavailable.
func (uc ConfirmProposal) Execute(ctx context.Context, in ConfirmProposalInput) (domain.Proposal, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Proposal, error) {
		p, err := tx.Proposals.Lock(ctx, in.ProposalID)
		if err != nil {
			return domain.Proposal{}, err
		}
		basis, err := basisOf(ctx, tx, p, true)
		if err != nil {
			return domain.Proposal{}, err
		}
		if err := p.Confirm(in.Actor, basis, now); err != nil {
			return domain.Proposal{}, err
		}
		if err := uc.apply(ctx, tx, &p, basis, in.Actor, now); err != nil {
			return domain.Proposal{}, err
		}
		if err := tx.Proposals.Update(ctx, &p); err != nil {
			return domain.Proposal{}, err
		}
		return p, record(ctx, tx, domain.ProposalEvent(p, domain.SecurityProposalConfirmed, in.Actor, now))
	})
}

// apply makes the change. A new member of staff gets an id. The answer may be remembered, so it has no
// enrolment code: IssueEnrolmentCode issues one.
func (uc ConfirmProposal) apply(ctx context.Context, tx ports.Tx, p *domain.Proposal, basis domain.ProposalBasis, by domain.Actor, now time.Time) error {
	switch p.Kind {
	case domain.ProposalCreateStaff:
		who := p.Staff.After
		user, err := domain.NewStaff(domain.UserID(uc.IDs.New()), who.Phone, who.Name, who.Role, now)
		if err != nil {
			return err
		}
		user.Email, p.UserID = who.Email, user.ID
		return addStaff(ctx, tx, user, by, now)
	case domain.ProposalUpdateStaff:
		return changeStaff(ctx, tx, &basis.User, by, p.Staff.Change(), "", now)
	case domain.ProposalUpdateSettings:
		settings := p.Settings.After
		if err := settings.Validate(); err != nil {
			return err
		}
		settings.UpdatedAt = now // by its author
		err := changeSettings(ctx, tx, &settings, by, now)
		if domain.IsKind(err, domain.KindStale) { // they changed since the basis was read, without a lock
			return domain.OutdatedProposal()
		}
		return err
	case domain.ProposalRestoreNumber:
		return restoreNumber(ctx, tx, &basis.User, *p.Number, by, now)
	}
	return domain.NotFound("proposal")
}
