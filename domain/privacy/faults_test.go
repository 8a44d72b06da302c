package privacy_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain/privacy"
	"github.com/propflow/propflow/tests/kit/fixture"
)

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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fixture.EveryPortCallMayFail(t, trial)
		})
	}
}
