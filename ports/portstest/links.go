package portstest

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// LinkStore checks a ports.LinkStore. open returns an empty store.
func LinkStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){
		"finds by reference, place and id":   findsLinkCandidates,
		"finds open cases and recent ones":   findsCountedCases,
		"finds exactly what is around a pin": findsAroundPin,
		"the newest of too many namesakes":   newestNamesakes,
		"finds nothing if nothing is searched": func(t *testing.T, c *cast) {
			c.keep(c.located("", home, noon))
			require.Empty(t, c.candidates(domain.LinkSearch{}))
		},
		"finds what is there": findsChangedCandidates,
	})
}

var home = domain.Point{Lat: 19.1197, Lng: 72.8464}

// located returns a submitted property with an external reference and a pin. It does not store it.
func (c *cast) located(ref string, at domain.Point, submitted time.Time) domain.Property {
	p := c.submitted(submitted)
	p.ExternalRef = ref
	p.Details.Address.Line1, p.Details.Address.Line2, p.Details.AreaSqFt = "Flat 302", "Tower A", 900
	p.Details.Location = &domain.Location{Point: at, AccuracyM: 12}
	return p
}

func (c *cast) candidates(search domain.LinkSearch) []domain.LinkCandidate {
	c.t.Helper()
	search.Of = cmp.Or(search.Of, c.property.ID)
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.LinkCandidate, error) {
		return tx.Links.Candidates(ctx, search)
	})
}

func candidateID(c domain.LinkCandidate) domain.PropertyID { return c.ID }

// wantCandidates asserts that the search finds these properties, in order of their ids.
func (c *cast) wantCandidates(search domain.LinkSearch, want ...domain.Property) {
	c.t.Helper()
	slices.SortFunc(want, func(a, b domain.Property) int { return cmp.Compare(a.ID, b.ID) })
	expected := make([]domain.LinkCandidate, len(want))
	for i, p := range want {
		expected[i] = p.LinkCandidate()
	}
	got := c.candidates(search)
	require.Equal(c.t, ids(expected, candidateID), ids(got, candidateID))
	same(c.t, expected, got)
}

func findsLinkCandidates(t *testing.T, c *cast) {
	far := domain.Point{Lat: 28.6139, Lng: 77.2090}
	named, around, linked := c.keep(c.located("LOS-1", far, noon)), c.keep(c.located("", home, noon)), c.keep(c.located("LOS-2", far, noon))
	all := c.keep(c.located("LOS-1", home, noon))
	bare := c.submitted(noon) // as former releases accepted it, without a pin
	bare.ExternalRef = "LOS-1"
	c.keep(bare)
	c.keep(c.located("los-1", far, noon))

	c.wantCandidates(domain.LinkSearch{ExternalRef: "LOS-1"}, named, all, bare)
	c.wantCandidates(domain.LinkSearch{Around: &home}, around, all)
	c.wantCandidates(domain.LinkSearch{Among: []domain.PropertyID{linked.ID, domain.PropertyID(newID())}}, linked)
	c.wantCandidates(domain.LinkSearch{Of: all.ID, ExternalRef: "LOS-1", Around: &home, Among: []domain.PropertyID{linked.ID, named.ID}},
		named, around, linked, bare)
	isolated(t, func() []domain.LinkCandidate { return c.candidates(domain.LinkSearch{Around: &home}) })
}

func findsCountedCases(t *testing.T, c *cast) {
	since := noon.AddDate(-1, 0, 0)
	search := domain.LinkSearch{ExternalRef: "LOS-1", Around: &home, DecidedSince: since}
	var want []domain.Property
	for _, state := range domain.States {
		for _, decided := range []time.Time{since, since.Add(-time.Microsecond)} {
			p := c.inState(state, since.Add(-24*time.Hour))
			if state == domain.Draft {
				p = newDraft(c.owner, noon)
			}
			like := c.located("LOS-1", home, noon)
			p.ExternalRef, p.Details = like.ExternalRef, like.Details
			if state.Decided() {
				p.DecidedAt = decided
			}
			c.keep(p)
			search.Among = append(search.Among, p.ID)
			open := state.InReview() || state == domain.Approved
			recent := (state == domain.Valued || state == domain.Rejected) && decided.Equal(since)
			assert.Equal(t, open || recent, search.Finds(p.LinkCandidate()), "%s decided %s", state, decided)
			if open || recent {
				want = append(want, p)
			}
		}
	}
	c.wantCandidates(search, want...)
	c.wantCandidates(domain.LinkSearch{ExternalRef: "LOS-1", DecidedSince: since}, want...)
	c.wantCandidates(domain.LinkSearch{Around: &home, DecidedSince: since}, want...)
	c.wantCandidates(domain.LinkSearch{Among: search.Among, DecidedSince: since}, want...)
}

// findsAroundPin puts properties on circles just within and beyond the distance, in all directions
// and on both sides of every border of an index by degrees.
func findsAroundPin(t *testing.T, c *cast) {
	for _, centre := range []domain.Point{home, {Lat: 19.115, Lng: 72.85}, {Lat: 8.0883, Lng: 77.5385}, {Lat: 34.1526, Lng: 77.5771}} {
		var want []domain.Property
		for _, direction := range []struct{ lat, lng float64 }{{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {1, 1}, {-1, 1}} {
			for _, metres := range []float64{0, domain.LinkMaxDistanceM - 1, domain.LinkMaxDistanceM + 1} {
				p := c.keep(c.located("", away(centre, direction.lat, direction.lng, metres), noon))
				if metres < domain.LinkMaxDistanceM {
					want = append(want, p)
				}
			}
		}
		c.wantCandidates(domain.LinkSearch{Around: &centre}, want...)
	}
}

// away returns the point so many metres from p in a direction.
func away(p domain.Point, lat, lng, metres float64) domain.Point {
	step := domain.Point{Lat: p.Lat + lat*1e-3, Lng: p.Lng + lng*1e-3}
	share := metres / 1000 / p.DistanceKM(step)
	return domain.Point{Lat: p.Lat + lat*1e-3*share, Lng: p.Lng + lng*1e-3*share}
}

func newestNamesakes(t *testing.T, c *cast) {
	var want []domain.Property
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		want = nil // fn may run again
		for i := range domain.MaxNamesakes + 3 {
			p := c.located("1", home, noon.Add(time.Duration(i)*time.Second))
			p.Details.Location = nil
			if err := tx.Properties.Add(ctx, p); err != nil {
				return err
			}
			want = append(want, p)
		}
		return nil
	})
	c.wantCandidates(domain.LinkSearch{ExternalRef: "1"}, want[3:]...)
}

func findsChangedCandidates(t *testing.T, c *cast) {
	p := c.keep(c.located("LOS-1", home, noon))
	search := domain.LinkSearch{Around: &home}
	c.wantCandidates(search, p)
	p.Details.Location = &domain.Location{Point: away(home, 1, 0, 2*domain.LinkMaxDistanceM), AccuracyM: 5}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { v := p; return tx.Properties.Update(ctx, &v) })
	require.Empty(t, c.candidates(search))
	require.Empty(t, c.candidates(domain.LinkSearch{Of: p.ID, Around: &p.Details.Location.Point}), "no case is linked to itself")
	c.wantCandidates(domain.LinkSearch{Around: &p.Details.Location.Point}, p)
}
