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
	s.unit.events = append(s.unit.events, copyEvent(event))
	return nil
}
