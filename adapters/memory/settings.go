package memory

import (
	"context"

	"github.com/propflow/propflow/domain"
)

type settings struct{ *unit }

func (s settings) Get(ctx context.Context) (domain.Settings, error) {
	if err := s.call(ctx, "Settings.Get"); err != nil {
		return domain.Settings{}, err
	}
	return s.store.settings, nil
}

func (s settings) Update(ctx context.Context, settings *domain.Settings) error {
	if err := s.call(ctx, "Settings.Update"); err != nil {
		return err
	}
	before := s.store.settings
	if settings.Version != before.Version {
		return domain.Stale("settings")
	}
	settings.Version++
	s.store.settings = *settings
	s.onRollback(func() { s.store.settings = before })
	return nil
}
