package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/fixture"
)

// onRejected places a hold on a case that was decided.
var onRejected = privacy.PlaceHoldInput{Actor: fixture.Admin, PropertyID: "rejected", Reason: "The tribunal asked for it."}

func placeHold(w *fixture.World) privacy.PlaceHold {
	return privacy.PlaceHold{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}
}

// TestPrivacyFailsWithItsPorts has each call of a port fail in turn in what people ask about their data, and
// in the jobs that see to it.
func TestPrivacyFailsWithItsPorts(t *testing.T) {
	t.Parallel()
	for name, trial := range map[string]fixture.Trial{
		"exportMe": {Calls: 3, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			return func(ctx context.Context) error {
				_, err := privacy.ExportMe{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, privacy.ExportMeInput{Actor: fixture.Owner})
				return err
			}
		}},
		"build_export": {Calls: 15, InSteps: true, WithFiles: true, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			photographed(w, "rejected-front", []byte("the front"))
			export := exportMe(w)
			return func(ctx context.Context) error { return buildExport(w).Execute(ctx, string(export.ID)) }
		}},
		"delete_export": {Calls: 2, InSteps: true, WithFiles: true, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			export := exportMe(w)
			require.NoError(w.T, buildExport(w).Execute(w.T.Context(), string(export.ID)))
			return func(ctx context.Context) error {
				return privacy.DeleteExport{UnitOfWork: w.Store, Blobs: w.Blobs}.Execute(ctx, string(export.ID))
			}
		}},
		"requestErasure": {Calls: 20, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			return func(ctx context.Context) error {
				_, err := privacy.RequestErasure{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, privacy.RequestErasureInput{Actor: fixture.Owner})
				return err
			}
		}},
		"finish_erasures": {Calls: 8, InSteps: true, WithFiles: true, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			exportMe(w)
			_, err := requestErasure(w)
			require.NoError(w.T, err)
			w.Clock.Advance(w.Clock.Now().AddDate(8, 0, 0).Sub(w.Clock.Now()))
			require.NoError(w.T, purgeCases(w).Execute(w.T.Context(), ""))
			return func(ctx context.Context) error {
				return privacy.FinishErasures{UnitOfWork: w.Store, Clock: w.Clock, Blobs: w.Blobs}.Execute(ctx, "")
			}
		}},
		"createPrivacyRequest": {Calls: 4, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			return func(ctx context.Context) error {
				_, err := privacy.CreatePrivacyRequest{UnitOfWork: w.Store, Clock: w.Clock, IDs: w.IDs}.Execute(ctx, privacy.CreatePrivacyRequestInput{
					Actor: fixture.Owner, Kind: domain.PrivacyCorrection, PropertyID: "rejected", Message: "The area in the report is wrong.",
				})
				return err
			}
		}},
		"placeHold": {Calls: 2, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			return func(ctx context.Context) error {
				_, err := placeHold(w).Execute(ctx, onRejected)
				return err
			}
		}},
		"liftHold": {Calls: 2, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			hold, err := placeHold(w).Execute(w.T.Context(), onRejected)
			require.NoError(w.T, err)
			return func(ctx context.Context) error {
				_, err := privacy.LiftHold{UnitOfWork: w.Store, Clock: w.Clock}.Execute(ctx, privacy.LiftHoldInput{
					Actor: fixture.Admin, HoldID: hold.ID, Reason: "The tribunal closed the matter.",
				})
				return err
			}
		}},
		"privacy affected": {Calls: 2, Prepare: func(w *fixture.World) func(ctx context.Context) error {
			live(w)
			w.Do(func(ctx context.Context, tx ports.Tx) error {
				return tx.Security.Append(ctx, domain.SecurityEvent{
					At: w.Clock.Now(), Code: domain.SecurityReportViewed, ActorID: fixture.Valuer.ID, TargetID: fixture.Owner.ID, PropertyID: "rejected",
				})
			})
			return func(ctx context.Context) error {
				_, err := privacy.ReportAffected{UnitOfWork: w.Store}.Execute(ctx, privacy.ReportAffectedInput{To: w.Clock.Now().Add(time.Second)})
				return err
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.EveryPortCallMayFail(t, trial)
		})
	}
}
