package postgres

import (
	"context"
	"time"

	"github.com/propflow/propflow/adapters/postgres/internal/sqlcgen"
	"github.com/propflow/propflow/domain"
)

type retention struct{ q *sqlcgen.Queries }

// DeleteCase deletes what references the property first. Its challenges go with it.
func (s retention) DeleteCase(ctx context.Context, id domain.PropertyID) error {
	for _, remove := range []func(context.Context, string) error{
		s.q.DeletePhotosOf, s.q.DeleteValuationsOf, s.q.DeleteNotificationsOf, s.q.DeleteStepsOf,
	} {
		if err := remove(ctx, string(id)); err != nil {
			return translate(err)
		}
	}
	return properties(s).Delete(ctx, id)
}

func (s retention) DeleteCustomer(ctx context.Context, id domain.UserID, _ time.Time) error {
	asked, err := s.q.AskedForErasure(ctx, string(id))
	switch {
	case err != nil:
		return absent(err, "user")
	case !asked:
		return domain.ErasureNotRequested()
	}
	left, err := s.q.HasProperties(ctx, string(id))
	switch {
	case err != nil:
		return translate(err)
	case left:
		return domain.UserHasCases()
	}
	for _, remove := range []func(context.Context, string) error{
		s.q.ForgetConsents, s.q.DeleteSessionsOf, s.q.DeleteExportsOf, s.q.DeleteKeysOf, s.q.DeleteUseOf, s.q.DeleteUser,
	} {
		if err := remove(ctx, string(id)); err != nil {
			return translate(err)
		}
	}
	return nil
}

func (s retention) Forget(ctx context.Context, kind domain.Expiring, before time.Time, limit int) (int, error) {
	limit = max(0, limit)
	var gone int64
	var err error
	switch kind {
	case domain.ExpiringChallenges:
		gone, err = s.q.ForgetChallenges(ctx, sqlcgen.ForgetChallengesParams{Before: before, PageLimit: limit})
	case domain.ExpiringSteps:
		gone, err = s.q.ForgetSteps(ctx, sqlcgen.ForgetStepsParams{Before: before, PageLimit: limit})
	case domain.ExpiringKeys:
		gone, err = s.q.ForgetOldKeys(ctx, sqlcgen.ForgetOldKeysParams{Before: before, PageLimit: limit})
	case domain.ExpiringDevices:
		gone, err = s.q.PurgeDevices(ctx, sqlcgen.PurgeDevicesParams{Before: before, Most: limit})
	case domain.ExpiringNumbers:
		gone, err = s.q.ForgetProposedNumbers(ctx, sqlcgen.ForgetProposedNumbersParams{Before: before, PageLimit: limit})
	case domain.ExpiringEvents:
		gone, err = s.q.ForgetOldEvents(ctx, sqlcgen.ForgetOldEventsParams{Before: before, PageLimit: limit})
	}
	return int(gone), translate(err)
}
