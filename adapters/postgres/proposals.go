package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type proposals struct{ q *sqlcgen.Queries }

// proposalShape is what a proposal would change.
type proposalShape struct {
	UserID   domain.UserID          `json:"user_id,omitempty"`
	Staff    *staffProposalShape    `json:"staff,omitempty"`
	Settings *settingsProposalShape `json:"settings,omitempty"`
	Number   *numberProposalShape   `json:"number,omitempty"`
}

// numberProposalShape is emptied by ForgetProposedNumbers.
type numberProposalShape struct {
	Phone  domain.Phone `json:"phone,omitempty"`
	Reason string       `json:"reason,omitempty"`
}

type staffProposalShape struct {
	Before    *staffRecordShape `json:"before,omitempty"`
	After     staffRecordShape  `json:"after"`
	ResetTOTP bool              `json:"reset_totp,omitempty"`
}

type staffRecordShape struct {
	Phone    domain.Phone `json:"phone"`
	Name     string       `json:"name"`
	Email    domain.Email `json:"email,omitempty"`
	Role     domain.Role  `json:"role"`
	Disabled bool         `json:"disabled"`
}

type settingsProposalShape struct {
	Before settingsShape `json:"before"`
	After  settingsShape `json:"after"`
}

type settingsShape struct {
	MinConfidence          int                   `json:"min_confidence"`
	SignOffAmount          domain.Rupees         `json:"sign_off_amount"`
	MaxDeviationPercent    float64               `json:"max_deviation_percent"`
	MinComparables         int                   `json:"min_comparables"`
	SearchRadiusKM         float64               `json:"search_radius_km"`
	ComparableMaxAgeMonths int                   `json:"comparable_max_age_months"`
	Limits                 domain.CustomerLimits `json:"limits"`
	UpdatedAt              time.Time             `json:"updated_at"`
	UpdatedBy              domain.UserID         `json:"updated_by"`
	Version                int64                 `json:"version"`
}

func proposalRow(p domain.Proposal) (sqlcgen.Proposal, error) {
	shape := proposalShape{UserID: p.UserID}
	if s := p.Staff; s != nil {
		shape.Staff = &staffProposalShape{(*staffRecordShape)(s.Before), staffRecordShape(s.After), s.ResetTOTP}
	}
	if s := p.Settings; s != nil {
		shape.Settings = &settingsProposalShape{settingsShape(s.Before), settingsShape(s.After)}
	}
	shape.Number = (*numberProposalShape)(p.Number)
	content, err := encode(shape)
	return sqlcgen.Proposal{
		ID: string(p.ID), Kind: string(p.Kind), Content: content, ProposedBy: string(p.ProposedBy), ProposedAt: p.ProposedAt,
		Status: string(p.Status), DecidedBy: optionalID(p.DecidedBy), DecidedAt: timeOrNil(p.DecidedAt), Version: p.Version,
	}, err
}

func proposalOf(r sqlcgen.Proposal) (domain.Proposal, error) {
	shape, err := decode[proposalShape]("proposal", r.Content)
	p := domain.Proposal{
		ID: domain.ProposalID(r.ID), Kind: domain.ProposalKind(r.Kind), UserID: shape.UserID, ProposedBy: domain.UserID(r.ProposedBy),
		ProposedAt: r.ProposedAt, Status: domain.ProposalStatus(r.Status), DecidedBy: idOf[domain.UserID](r.DecidedBy),
		DecidedAt: value(r.DecidedAt), Version: r.Version, Number: (*domain.NumberProposal)(shape.Number),
	}
	if s := shape.Staff; s != nil {
		p.Staff = &domain.StaffProposal{Before: (*domain.StaffRecord)(s.Before), After: domain.StaffRecord(s.After), ResetTOTP: s.ResetTOTP}
	}
	if s := shape.Settings; s != nil {
		p.Settings = &domain.SettingsProposal{Before: domain.Settings(s.Before), After: domain.Settings(s.After)}
	}
	return p, err
}

func (s proposals) Add(ctx context.Context, proposal domain.Proposal) error {
	row, err := proposalRow(proposal)
	if err != nil {
		return err
	}
	return translate(s.q.InsertProposal(ctx, sqlcgen.InsertProposalParams(row)))
}

func (s proposals) Get(ctx context.Context, id domain.ProposalID) (domain.Proposal, error) {
	row, err := s.q.GetProposal(ctx, string(id))
	return found(row, err, "proposal", proposalOf)
}

func (s proposals) Lock(ctx context.Context, id domain.ProposalID) (domain.Proposal, error) {
	row, err := s.q.LockProposal(ctx, string(id))
	return found(row, err, "proposal", proposalOf)
}

func (s proposals) Update(ctx context.Context, proposal *domain.Proposal) error {
	row, err := proposalRow(*proposal)
	if err != nil {
		return err
	}
	rows, err := s.q.UpdateProposal(ctx, sqlcgen.UpdateProposalParams(row))
	err = changed(rows, err, domain.Stale("proposal"), func() error {
		_, err := s.Get(ctx, proposal.ID)
		return err
	})
	if err == nil {
		proposal.Version++
	}
	return err
}

func (s proposals) List(ctx context.Context, page domain.Page) (domain.List[domain.Proposal], error) {
	at, err := descending(page)
	if err != nil {
		return domain.List[domain.Proposal]{}, err
	}
	rows, err := s.q.Proposals(ctx, sqlcgen.ProposalsParams{BeforeAt: at.at, BeforeID: at.id, PageLimit: at.more()})
	if err != nil {
		return domain.List[domain.Proposal]{}, translate(err)
	}
	items, err := mappedErr(rows, proposalOf)
	if err != nil {
		return domain.List[domain.Proposal]{}, err
	}
	return list(at, items, func(p domain.Proposal) (time.Time, string) { return p.ProposedAt, string(p.ID) }), nil
}
