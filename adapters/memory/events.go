package memory

import (
	"context"

	"github.com/propflow/propflow/domain"
)

type events struct{ *unit }

func (s events) Append(ctx context.Context, event domain.Event) error {
	if err := s.call(ctx, "Events.Append"); err != nil {
		return err
	}
	s.happened = append(s.happened, copyEvent(event))
	return nil
}
