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

// TestEachJourneyIsAboutAnotherHome does the main job three times on one demo: the only risk is that
// of the valuer, who flags the case. The third has the home of the first, and is linked to it.
func TestEachJourneyIsAboutAnotherHome(t *testing.T) {
	t.Parallel()
	url, codes := demonstrate(t)
	for i, run := range []struct {
		seed  int64
		risks string
	}{
		{1, "[FLAGGED_BY_VALUER]"}, {2, "[FLAGGED_BY_VALUER]"}, {1, "[SAME_PHOTO_ELSEWHERE SAME_PROPERTY_ELSEWHERE FLAGGED_BY_VALUER]"},
	} {
		var progress bytes.Buffer
		p := plan(url, codes, 30+i, house(run.seed)...)
		p.Valuer, p.Supervisor = "+919800000002", "+919800000004"
		p.Property, p.Progress, p.Report = journey.DrawnProperty(run.seed), &progress, filepath.Join(t.TempDir(), "report.pdf")
		outcome, err := p.Run(t.Context())
		require.NoError(t, err, progress.String())
		assert.Equal(t, propflow.PropertyStateVALUED, outcome.Property.State)
		assert.Contains(t, progress.String(), ": AWAITING_SIGN_OFF "+run.risks+"\n")
	}
}
