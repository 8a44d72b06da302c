package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type settings struct{ q *sqlcgen.Queries }

func (s settings) Get(ctx context.Context) (domain.Settings, error) {
	r, err := s.q.GetSettings(ctx)
	if errors.Is(err, pgx.ErrNoRows) {
		return domain.DefaultSettings(), nil
	}
	return domain.Settings{
		MinConfidence: r.MinConfidence, SignOffAmount: domain.Rupees(r.SignOffAmount), MaxDeviationPercent: r.MaxDeviationPercent,
		MinComparables: r.MinComparables, SearchRadiusKM: r.SearchRadiusKm, ComparableMaxAgeMonths: r.ComparableMaxAgeMonths,
		Limits:    domain.CustomerLimits{OpenDrafts: r.MaxOpenDrafts, SubmissionsPerDay: r.MaxSubmissionsPerDay, PhotosPerDay: r.MaxPhotosPerDay, Streams: r.MaxStreams},
		UpdatedAt: value(r.UpdatedAt), UpdatedBy: idOf[domain.UserID](r.UpdatedBy), Version: r.Version,
	}, translate(err)
}

// Update inserts the row if the version is 0, which is that of the defaults. It keeps the version
// before too, because a release without a history may have written it while this one started.
func (s settings) Update(ctx context.Context, set *domain.Settings) error {
	params := sqlcgen.UpdateSettingsParams{
		MinConfidence: set.MinConfidence, SignOffAmount: int64(set.SignOffAmount), MaxDeviationPercent: set.MaxDeviationPercent,
		MinComparables: set.MinComparables, SearchRadiusKm: set.SearchRadiusKM, ComparableMaxAgeMonths: set.ComparableMaxAgeMonths,
		MaxOpenDrafts: set.Limits.OpenDrafts, MaxSubmissionsPerDay: set.Limits.SubmissionsPerDay,
		MaxPhotosPerDay: set.Limits.PhotosPerDay, MaxStreams: set.Limits.Streams,
		UpdatedAt: timeOrNil(set.UpdatedAt), UpdatedBy: optionalID(set.UpdatedBy), Version: set.Version,
	}
	if err := s.keepBefore(ctx, set.Version); err != nil {
		return translate(err)
	}
	var rows int64
	var err error
	if set.Version == 0 {
		rows, err = s.q.InsertSettings(ctx, sqlcgen.InsertSettingsParams{
			MinConfidence: params.MinConfidence, SignOffAmount: params.SignOffAmount, MaxDeviationPercent: params.MaxDeviationPercent,
			MinComparables: params.MinComparables, SearchRadiusKm: params.SearchRadiusKm,
			ComparableMaxAgeMonths: params.ComparableMaxAgeMonths, MaxOpenDrafts: params.MaxOpenDrafts,
			MaxSubmissionsPerDay: params.MaxSubmissionsPerDay, MaxPhotosPerDay: params.MaxPhotosPerDay, MaxStreams: params.MaxStreams, UpdatedAt: params.UpdatedAt, UpdatedBy: params.UpdatedBy,
		})
	} else {
		rows, err = s.q.UpdateSettings(ctx, params)
	}
	err = changed(rows, err, domain.Stale("settings"), func() error { return nil })
	if err != nil {
		return err
	}
	set.Version++
	return translate(s.q.KeepSettings(ctx))
}

func (s settings) keepBefore(ctx context.Context, version int64) error {
	if version > 0 {
		return s.q.KeepSettings(ctx)
	}
	d := domain.DefaultSettings()
	return s.q.KeepDefaultSettings(ctx, sqlcgen.KeepDefaultSettingsParams{
		MinConfidence: d.MinConfidence, SignOffAmount: int64(d.SignOffAmount), MaxDeviationPercent: d.MaxDeviationPercent,
		MinComparables: d.MinComparables, SearchRadiusKm: d.SearchRadiusKM, ComparableMaxAgeMonths: d.ComparableMaxAgeMonths,
	})
}

func (s settings) History(ctx context.Context, below int64, limit int) ([]domain.SettingsChange, error) {
	rows, err := s.q.SettingsHistory(ctx, sqlcgen.SettingsHistoryParams{Below: below, PageLimit: limit + 1})
	if err != nil {
		return nil, translate(err)
	}
	return domain.SettingsChanges(mapped(rows, func(r sqlcgen.SettingsHistory) domain.Settings {
		return domain.Settings{
			MinConfidence: r.MinConfidence, SignOffAmount: domain.Rupees(r.SignOffAmount), MaxDeviationPercent: r.MaxDeviationPercent,
			MinComparables: r.MinComparables, SearchRadiusKM: r.SearchRadiusKm, ComparableMaxAgeMonths: r.ComparableMaxAgeMonths,
			Limits:    domain.CustomerLimits{OpenDrafts: r.MaxOpenDrafts, SubmissionsPerDay: r.MaxSubmissionsPerDay, PhotosPerDay: r.MaxPhotosPerDay, Streams: r.MaxStreams},
			UpdatedAt: value(r.UpdatedAt), UpdatedBy: idOf[domain.UserID](r.UpdatedBy), Version: r.Version,
		}
	}), limit), nil
}
