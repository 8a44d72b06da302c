package memory

import (
	"context"
	"slices"

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
	s.store.pastSettings = append(s.store.pastSettings, before)
	s.onRollback(func() {
		s.store.settings = before
		s.store.pastSettings = s.store.pastSettings[:len(s.store.pastSettings)-1]
	})
	return nil
}

func (s settings) History(ctx context.Context, below int64, limit int) ([]domain.SettingsChange, error) {
	if err := s.call(ctx, "Settings.History"); err != nil {
		return nil, err
	}
	versions := append(slices.Clone(s.store.pastSettings), s.store.settings)
	slices.Reverse(versions)
	versions = slices.DeleteFunc(versions, func(v domain.Settings) bool { return v.Version >= below })
	return domain.SettingsChanges(versions, limit), nil
}
