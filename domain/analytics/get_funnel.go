package analytics

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/kpi"
	"github.com/propflow/propflow/ports"
)

// GetFunnel counts the cases of a period from step to step.
type GetFunnel struct {
	UnitOfWork ports.UnitOfWork
	Clock      ports.Clock
}

// GetFunnelInput is the period, at most 366 days. A zero To is now, and a zero
// From is 30 days before To.
type GetFunnelInput struct {
	Actor    domain.Actor
	From, To time.Time // To is excluded
}

// GetFunnelOutput is the period and its funnel.
type GetFunnelOutput struct {
	From, To time.Time
	Steps    []kpi.FunnelStep
}

// Execute returns the funnel. Errors: KindInvalid for the period.
func (uc GetFunnel) Execute(ctx context.Context, in GetFunnelInput) (GetFunnelOutput, error) {
	period, err := kpi.NewPeriod(in.From, in.To, uc.Clock.Now())
	if err != nil {
		return GetFunnelOutput{}, err
	}
	steps, err := ports.InTx(ctx, uc.UnitOfWork, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) {
		return tx.Steps.Between(ctx, period.From, period.To)
	})
	if err != nil {
		return GetFunnelOutput{}, err
	}
	return GetFunnelOutput{From: period.From, To: period.To, Steps: kpi.Funnel(steps, period)}, nil
}
