package identity

import (
	"context"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// GetProposal shows an ADMIN a proposal.
type GetProposal struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetProposalInput names the proposal.
type GetProposalInput struct {
	Actor      domain.Actor
	ProposalID domain.ProposalID
}

// Execute returns the proposal with the status of now. Errors: KindNotFound "proposal_not_found",
// KindUnavailable.
func (uc GetProposal) Execute(ctx context.Context, in GetProposalInput) (domain.Proposal, error) {
	now := uc.Clock.Now()
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (domain.Proposal, error) {
		p, err := tx.Proposals.Get(ctx, in.ProposalID)
		if err != nil {
			return domain.Proposal{}, err
		}
		return asNow(ctx, tx, p, now)
	})
}
