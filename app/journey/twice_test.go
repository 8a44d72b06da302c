package journey_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

// TestEachJourneyIsAboutAnotherHome does the main job twice on one demo, each time by other staff,
// because an authenticator code is valid once. Both cases have the risk that the valuer names, and
// no other.
func TestEachJourneyIsAboutAnotherHome(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	for seed, staff := range []struct{ valuer, supervisor string }{{"+919800000002", "+919800000004"}, {"+919800000003", "+919800000005"}} {
		var progress bytes.Buffer
		outcome, err := journey.Plan{
			URL: url, Codes: codes, Owner: "+919822299999", Valuer: staff.valuer, Supervisor: staff.supervisor,
			Photos: []journey.Photo{
				journey.DrawnPhoto(int64(seed), propflow.PhotoTypeFRONT, "", 640),
				journey.DrawnPhoto(int64(seed), propflow.PhotoTypeINTERNAL, propflow.RoomKITCHEN, 640),
			},
			Property: journey.DrawnProperty(int64(seed)), Report: filepath.Join(t.TempDir(), "report.pdf"), Progress: &progress,
		}.Run(t.Context())
		require.NoError(t, err, progress.String())
		assert.Equal(t, propflow.PropertyStateVALUED, outcome.Property.State)
		assert.Contains(t, progress.String(), ": AWAITING_SIGN_OFF [FLAGGED_BY_VALUER]\n")
	}
}
