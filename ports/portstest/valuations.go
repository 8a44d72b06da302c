package portstest

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// ValuationStore checks a ports.ValuationStore. open returns an empty store.
func ValuationStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.ValuationID, domain.Valuation]{
		thing: "valuation",
		id:    func(v domain.Valuation) domain.ValuationID { return v.ID },
		make: func(c *cast) (first, second, bare domain.Valuation) {
			first, second = fill[domain.Valuation](c.filler(1)), fill[domain.Valuation](c.filler(2))
			first.Number = 1 + rand.IntN(1_000_000)
			bare = domain.Valuation{Status: domain.ValuationApproved}
			for _, v := range []*domain.Valuation{&second, &bare} {
				v.ID, v.PropertyID, v.Number, v.ValuerID = first.ID, first.PropertyID, first.Number, first.ValuerID
				v.Amount, v.Methodology, v.CreatedAt = first.Amount, first.Methodology, first.CreatedAt
				v.Comparables, v.FewerReason, v.Rationale = first.Comparables, first.FewerReason, first.Rationale
				v.Suggestion, v.Confidence = first.Suggestion, first.Confidence
			}
			return first, second, bare
		},
		fixed: []string{
			"ID", "PropertyID", "Number", "ValuerID", "Amount", "Methodology", "Comparables", "FewerReason",
			"Rationale", "Suggestion", "Confidence", "CreatedAt",
		},
		add: func(ctx context.Context, tx ports.Tx, v domain.Valuation) error { return tx.Valuations.Add(ctx, v) },
		get: func(ctx context.Context, tx ports.Tx, id domain.ValuationID) (domain.Valuation, error) {
			return tx.Valuations.Get(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, v *domain.Valuation) error { return tx.Valuations.Update(ctx, v) },
		version: func(v *domain.Valuation) *int64 { return &v.Version },
		tally:   func(v *domain.Valuation, n int) int { v.Report.Retries += n; return v.Report.Retries },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"keeps versions, oldest first":       keepsValuations,
		"a version exists once":              versionExistsOnce,
		"one of many makes the next version": oneMakesNextVersion,
	})
}

// newValuation returns a property's n-th valuation.
func newValuation(c *cast, property domain.Property, n int) domain.Valuation {
	v := fill[domain.Valuation](c.filler(n))
	v.PropertyID, v.Number = property.ID, n
	return v
}

func keepsValuations(t *testing.T, c *cast) {
	byProperty := func(p domain.Property) []domain.Valuation {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Valuation, error) {
			return tx.Valuations.ByProperty(ctx, p.ID)
		})
	}
	require.Empty(t, byProperty(c.property))
	var want []domain.Valuation
	const versions = 12
	for n := 1; n <= versions; n++ {
		v := newValuation(c, c.property, n)
		v.Status = domain.ValuationReturned // at most one version is in force
		if n == versions {
			v.Status = domain.ValuationApproved
		}
		want = append(want, v)
	}
	bare := domain.Valuation{
		ID: domain.ValuationID(newID()), PropertyID: c.other.ID, Number: 1, ValuerID: c.valuer.ID, Amount: domain.MaxAmount,
		Methodology: domain.CostApproach, Status: domain.ValuationAwaitingSignOff, CreatedAt: noon,
	}
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, v := range append(shuffled(want), bare) {
			if err := tx.Valuations.Add(ctx, v); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, want, byProperty(c.property))
	same(t, []domain.Valuation{bare}, byProperty(c.other))
	isolated(t, func() []domain.Valuation { return byProperty(c.property) })
}

func versionExistsOnce(t *testing.T, c *cast) {
	add := func(v domain.Valuation) func(ctx context.Context, tx ports.Tx) error {
		return func(ctx context.Context, tx ports.Tx) error { return tx.Valuations.Add(ctx, v) }
	}
	do(t, c.uow, add(newValuation(c, c.property, 1)))
	fails(t, c.uow, domain.KindConflict, "valuation_exists", add(newValuation(c, c.property, 1)))
	do(t, c.uow, add(newValuation(c, c.other, 1)))
	do(t, c.uow, add(newValuation(c, c.property, 2)))
}

func oneMakesNextVersion(t *testing.T, c *cast) {
	versions := make([]domain.Valuation, racers)
	for i := range versions {
		versions[i] = newValuation(c, c.property, 1)
	}
	errs := race(racers, func(i int) error {
		return c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Valuations.Add(ctx, versions[i]) })
	})
	require.Equal(t, 1, winners(t, errs, domain.KindConflict))
}
