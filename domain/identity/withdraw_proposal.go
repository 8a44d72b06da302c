package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// WithdrawProposal lets an ADMIN take back what they proposed.
type WithdrawProposal struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// WithdrawProposalInput names the proposal.
type WithdrawProposalInput struct {
	Actor      domain.Actor
	Key        domain.IdempotencyKey
	ProposalID domain.ProposalID
}

// Execute returns the withdrawn proposal. Errors: KindNotFound "proposal_not_found", KindForbidden
// "not_your_proposal", KindConflict "proposal_closed", those of ports.Once, KindUnavailable.
func (uc WithdrawProposal) Execute(ctx context.Context, in WithdrawProposalInput) (domain.Proposal, error) {
	now := uc.Clock.Now()
	return ports.Once(ctx, uc.UnitOfWork, in.Key, now, func(ctx context.Context, tx ports.Tx) (domain.Proposal, error) {
		p, err := tx.Proposals.Lock(ctx, in.ProposalID)
		if err != nil {
			return domain.Proposal{}, err
		}
		if err := p.Withdraw(in.Actor, now); err != nil {
			return domain.Proposal{}, err
		}
		if err := tx.Proposals.Update(ctx, &p); err != nil {
			return domain.Proposal{}, err
		}
		return p, record(ctx, tx, domain.ProposalEvent(p, domain.SecurityProposalWithdrawn, in.Actor, now))
	})
}
