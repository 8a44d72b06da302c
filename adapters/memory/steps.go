package memory

import (
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type steps struct{ *unit }

func (s steps) Append(ctx context.Context, step domain.Step) error {
	if err := s.call(ctx, "Steps.Append"); err != nil {
		return err
	}
	before := len(s.store.steps)
	s.store.steps = append(s.store.steps, step)
	s.onRollback(func() { s.store.steps = s.store.steps[:before] })
	return nil
}

func (s steps) Between(ctx context.Context, from, to time.Time) ([]domain.Step, error) {
	if err := s.call(ctx, "Steps.Between"); err != nil {
		return nil, err
	}
	var between []domain.Step
	for _, step := range s.store.steps {
		if !step.At.Before(from) && step.At.Before(to) {
			between = append(between, step)
		}
	}
	slices.SortStableFunc(between, func(a, b domain.Step) int { return a.At.Compare(b.At) })
	return between, nil
}
