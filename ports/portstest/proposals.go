package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ProposalStore checks a ports.ProposalStore. open returns an empty store.
func ProposalStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.ProposalID, domain.Proposal]{
		thing: "proposal",
		id:    func(p domain.Proposal) domain.ProposalID { return p.ID },
		make: func(c *cast) (first, second, bare domain.Proposal) {
			first, second = fill[domain.Proposal](c.filler(1)), fill[domain.Proposal](c.filler(2))
			bare = domain.Proposal{Kind: domain.ProposalCreateStaff, Status: domain.ProposalOpen}
			for _, p := range []*domain.Proposal{&second, &bare} {
				p.ID, p.ProposedBy, p.ProposedAt = first.ID, first.ProposedBy, first.ProposedAt
			}
			second.Kind = first.Kind
			bare.Kind = first.Kind
			return first, second, bare
		},
		fixed: []string{"ID", "Kind", "ProposedBy", "ProposedAt"},
		add:   func(ctx context.Context, tx ports.Tx, p domain.Proposal) error { return tx.Proposals.Add(ctx, p) },
		get: func(ctx context.Context, tx ports.Tx, id domain.ProposalID) (domain.Proposal, error) {
			return tx.Proposals.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.ProposalID) (domain.Proposal, error) {
			return tx.Proposals.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, p *domain.Proposal) error { return tx.Proposals.Update(ctx, p) },
		version: func(p *domain.Proposal) *int64 { return &p.Version },
		tally: func(p *domain.Proposal, n int) int {
			p.Settings.After.MinConfidence += n
			return p.Settings.After.MinConfidence
		},
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"lists newest first": listsProposals,
		"survives a forged cursor": func(t *testing.T, c *cast) {
			forged(t, c.uow, func(ctx context.Context, tx ports.Tx, page domain.Page) error {
				_, err := tx.Proposals.List(ctx, page)
				return err
			})
		},
	})
}

func listsProposals(t *testing.T, c *cast) {
	var all []domain.Proposal
	for i := range 7 {
		p := fill[domain.Proposal](c.filler(i + 1))
		p.ProposedAt = noon.Add(time.Duration(i/2) * time.Second)
		all = append(all, p)
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, p := range shuffled(all) {
			if err := tx.Proposals.Add(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(all, byTime(
		func(p domain.Proposal) time.Time { return p.ProposedAt },
		func(p domain.Proposal) domain.ProposalID { return p.ID },
	))
	slices.Reverse(all)
	paged(t, all, func(page domain.Page) domain.List[domain.Proposal] {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.List[domain.Proposal], error) {
			return tx.Proposals.List(ctx, page)
		})
	})
}
