package portstest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// StepStore checks a ports.StepStore. open returns an empty store.
func StepStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	parts(t, open, map[string]func(t *testing.T, c *cast){"lists a span, oldest first": listsSteps})
}

func listsSteps(t *testing.T, c *cast) {
	var all []domain.Step
	for i := range 6 {
		step := fill[domain.Step](c.filler(i + 1))
		step.At = noon.Add(time.Duration(i) * time.Hour)
		all = append(all, step)
	}
	all[3].UserID = "" // a step by PropFlow itself
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error {
		for _, step := range shuffled(all) {
			if err := tx.Steps.Append(ctx, step); err != nil {
				return err
			}
		}
		return tx.Steps.Append(ctx, all[5]) // a step may recur
	})
	all = append(all, all[5])
	between := func(from, to time.Time) []domain.Step {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Step, error) { return tx.Steps.Between(ctx, from, to) })
	}
	same(t, all, between(noon, noon.Add(24*time.Hour)))
	same(t, all[1:4], between(all[1].At, all[4].At), "from is part of the span, to is not")
	same(t, all[2:4], between(all[1].At.Add(time.Microsecond), all[3].At.Add(time.Microsecond)))
	require.Empty(t, between(noon.Add(-time.Hour), noon))
}
