package intake_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/intake"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// Whatever call of a port fails while the pin moves, nothing changes, and it succeeds when asked
// again: the photos are judged with the edit or not at all.
func TestEveryPortCallMayFailWhileThePinMoves(t *testing.T) {
	t.Parallel()
	away := &domain.Location{Point: domain.Point{Lat: fixture.Home.Lat + 1, Lng: fixture.Home.Lng}, AccuracyM: 10}
	for _, submitted := range []bool{false, true} {
		fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 4, Prepare: func(f *fixture.World) func(context.Context) error {
			f.Ready("p", owner, domain.PhotoPassed)
			if submitted {
				f.Submit("p", owner)
				f.Claim("p")
				f.Ask("p", domain.FollowUpItem{ID: "1", Kind: domain.CorrectField, Field: domain.FieldLocation, Message: "Is this the house?"})
			}
			version := f.Property("p").Version
			return func(ctx context.Context) error {
				_, err := intake.UpdateProperty{UnitOfWork: f.Store, Clock: f.Clock, IDs: f.IDs}.Execute(ctx, intake.UpdatePropertyInput{
					Actor: owner, PropertyID: "p", Version: version, Change: domain.DetailsChange{Location: away},
				})
				return err
			}
		}})
	}
}

func TestCheckingASubmission(t *testing.T) {
	t.Parallel()
	fixture.EveryPortCallMayFail(t, fixture.Trial{Calls: 3, Prepare: func(f *fixture.World) func(context.Context) error {
		f.Ready("p", owner, domain.PhotoFailed)
		f.Withdraw(owner)
		return func(ctx context.Context) error {
			blocking, err := intake.CheckSubmission{UnitOfWork: f.Store}.Execute(ctx, intake.CheckSubmissionInput{Actor: owner, PropertyID: "p"})
			if err == nil {
				var codes []domain.BlockingCode
				for _, b := range blocking {
					codes = append(codes, b.Code)
				}
				assert.Equal(t, []domain.BlockingCode{domain.BlockedFailed, domain.BlockedMissing, domain.BlockedConsent}, codes)
			}
			return err
		}
	}})
	w := newWorld(t)
	w.Draft("p", owner)
	_, err := intake.CheckSubmission{UnitOfWork: w.Store}.Execute(t.Context(), intake.CheckSubmissionInput{Actor: stranger, PropertyID: "p"})
	require.Error(t, err)
}
