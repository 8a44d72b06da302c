package analytics

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/kpi"
	"github.com/propflow/propflow/ports"
)

// GetKpis computes the key figures of a period.
type GetKpis struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetKpisInput is the period, at most 366 days. A zero To is now, and a zero
// From is 30 days before To.
type GetKpisInput struct {
	Actor    domain.Actor
	From, To time.Time // To is excluded
}

// GetKpisOutput is the period and its figures.
type GetKpisOutput struct {
	From, To  time.Time
	KPIs      []kpi.Figure
	PerValuer []kpi.ValuerFigure
}

// Execute returns the figures. Errors: KindInvalid for the period.
func (uc GetKpis) Execute(ctx context.Context, in GetKpisInput) (GetKpisOutput, error) {
	period, err := kpi.NewPeriod(in.From, in.To, uc.Clock.Now())
	if err != nil {
		return GetKpisOutput{}, err
	}
	return ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) (GetKpisOutput, error) {
		steps, err := tx.Steps.Between(ctx, period.From.Add(-kpi.LookBack), period.To)
		if err != nil {
			return GetKpisOutput{}, err
		}
		states, err := tx.Properties.CountByState(ctx)
		if err != nil {
			return GetKpisOutput{}, err
		}
		return GetKpisOutput{
			From: period.From, To: period.To,
			KPIs: kpi.Compute(steps, states, period), PerValuer: kpi.PerValuer(steps, period),
		}, nil
	})
}
