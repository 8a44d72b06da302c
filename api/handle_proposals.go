package api

import (
	"context"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/identity"
)

func (s *server) ListProposals(ctx context.Context, r gen.ListProposalsRequestObject) (gen.ListProposalsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	list, err := s.UseCases.ListProposals.Execute(ctx, identity.ListProposalsInput{Actor: actorOf(ctx), Page: p})
	if err != nil {
		return nil, err
	}
	return gen.ListProposals200JSONResponse{Items: each(list.Items, encodeProposal), NextCursor: nextCursor(list.Next)}, nil
}

func (s *server) GetProposal(ctx context.Context, r gen.GetProposalRequestObject) (gen.GetProposalResponseObject, error) {
	p, err := s.UseCases.GetProposal.Execute(ctx, identity.GetProposalInput{Actor: actorOf(ctx), ProposalID: domain.ProposalID(r.ProposalID)})
	if err != nil {
		return nil, err
	}
	return gen.GetProposal200JSONResponse(encodeProposal(p)), nil
}

func (s *server) ConfirmProposal(ctx context.Context, r gen.ConfirmProposalRequestObject) (gen.ConfirmProposalResponseObject, error) {
	p, err := s.UseCases.ConfirmProposal.Execute(ctx, identity.ConfirmProposalInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), ProposalID: domain.ProposalID(r.ProposalID),
	})
	if err != nil {
		return nil, err
	}
	return gen.ConfirmProposal200JSONResponse(encodeProposal(p)), nil
}

func (s *server) WithdrawProposal(ctx context.Context, r gen.WithdrawProposalRequestObject) (gen.WithdrawProposalResponseObject, error) {
	p, err := s.UseCases.WithdrawProposal.Execute(ctx, identity.WithdrawProposalInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), ProposalID: domain.ProposalID(r.ProposalID),
	})
	if err != nil {
		return nil, err
	}
	return gen.WithdrawProposal200JSONResponse(encodeProposal(p)), nil
}

func (s *server) RestoreNumber(ctx context.Context, r gen.RestoreNumberRequestObject) (gen.RestoreNumberResponseObject, error) {
	p, err := s.UseCases.RestoreNumber.Execute(ctx, identity.RestoreNumberInput{
		Actor: actorOf(ctx), Key: keyOf(ctx), UserID: domain.UserID(r.UserID), Phone: r.Body.Phone, Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	if p.Status == domain.ProposalOpen {
		return gen.RestoreNumber202JSONResponse(encodeProposal(p)), nil
	}
	return gen.RestoreNumber200JSONResponse(encodeProposal(p)), nil
}

func encodeProposal(p domain.Proposal) gen.Proposal {
	out := gen.Proposal{
		ID: string(p.ID), Kind: gen.ProposalKind(p.Kind), Status: gen.ProposalStatus(p.Status), UserID: optionalText(p.UserID),
		ProposedBy: string(p.ProposedBy), ProposedAt: p.ProposedAt, ExpiresAt: p.ExpiresAt(),
		DecidedBy: optionalText(p.DecidedBy), DecidedAt: moment(p.DecidedAt),
	}
	if s := p.Staff; s != nil {
		out.Staff = &gen.StaffProposal{After: encodeStaffRecord(s.After), ResetSecondFactor: s.ResetTOTP}
		if s.Before != nil {
			out.Staff.Before = new(encodeStaffRecord(*s.Before))
		}
	}
	if s := p.Settings; s != nil {
		out.Settings = &gen.SettingsProposal{Before: encodeFigures(s.Before), After: encodeFigures(s.After)}
	}
	if n := p.Number; n != nil && n.Phone != "" {
		out.Number = &gen.NumberProposal{Phone: string(n.Phone), Reason: n.Reason}
	}
	return out
}

func encodeStaffRecord(r domain.StaffRecord) gen.StaffRecord {
	return gen.StaffRecord{
		Phone: string(r.Phone), Name: r.Name, Email: optionalText(r.Email), Role: gen.StaffRole(r.Role), Disabled: r.Disabled,
	}
}
