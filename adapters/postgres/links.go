package postgres

import (
	"cmp"
	"context"
	"slices"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type links struct{ q *sqlcgen.Queries }

func (s links) Candidates(ctx context.Context, search domain.LinkSearch) ([]domain.LinkCandidate, error) {
	around, box := domain.Point{}, domain.Box{South: 1, North: 0} // a box without bands
	if search.Around != nil {
		around = *search.Around
		box = around.BoxAround(domain.LinkMaxDistanceM / 1000)
	}
	rows, err := s.q.LinkCandidates(ctx, sqlcgen.LinkCandidatesParams{
		Of: string(search.Of), DecidedSince: search.DecidedSince, Among: texts[string](search.Among),
		ExternalRef: search.ExternalRef, Namesakes: domain.MaxNamesakes,
		Lat: around.Lat, Lng: around.Lng, South: box.South, North: box.North, West: box.West, East: box.East,
		RadiusKm: domain.LinkMaxDistanceM / 1000, Neighbours: domain.MaxNeighbours,
	})
	slices.SortFunc(rows, func(a, b sqlcgen.LinkCandidatesRow) int { return cmp.Compare(a.ID, b.ID) })
	rows = slices.CompactFunc(rows, func(a, b sqlcgen.LinkCandidatesRow) bool { return a.ID == b.ID })
	return mapped(rows, linkCandidateOf), translate(err)
}

func linkCandidateOf(r sqlcgen.LinkCandidatesRow) domain.LinkCandidate {
	c := domain.LinkCandidate{
		ID: domain.PropertyID(r.ID), OwnerID: domain.UserID(r.OwnerID), ExternalRef: r.ExternalRef,
		Reference: idOf[domain.Reference](r.Reference), Type: domain.PropertyType(r.Type), State: domain.State(r.State),
		Address:  domain.Address{Line1: r.Line1, Line2: r.Line2, Pincode: r.Pincode},
		AreaSqFt: value(r.AreaSqft), SubmittedAt: value(r.SubmittedAt), DecidedAt: value(r.DecidedAt),
	}
	if r.Lat != nil {
		c.Location = &domain.Location{Point: domain.Point{Lat: *r.Lat, Lng: value(r.Lng)}, AccuracyM: value(r.AccuracyM)}
	}
	return c
}
