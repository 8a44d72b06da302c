package imaging_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
)

// The thresholds of the quality checks must let ordinary house photos through and stop
// most of the photos that people call blurred.
func TestThresholdsFitRealPhotos(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("measures many photos in one goroutine: run it without -race")
	}
	houses, err := filepath.Glob(filepath.Join(dataFolder(t, "images", "houses"), "*.jpg"))
	require.NoError(t, err)
	blur := dataFolder(t, "images", "blur")
	labels := readCSV(t, filepath.Join(blur, "labels.csv"))

	var failed, flagged, blurred, caught, sharp, spared int
	for _, path := range houses {
		switch qualityOf(t, path) {
		case domain.OutcomeFailed:
			failed++
		case domain.OutcomeFlagged:
			flagged++
		case domain.OutcomePassed:
		}
	}
	for _, row := range labels {
		outcome := qualityOf(t, filepath.Join(blur, row["file"]))
		if row["label"] == "blurred" {
			blurred++
			if outcome != domain.OutcomePassed {
				caught++
			}
			continue
		}
		sharp++
		if outcome != domain.OutcomeFailed {
			spared++
		}
	}
	t.Logf("houses: %d of %d failed, %d flagged; blurred: %d of %d failed or flagged; sharp: %d of %d not failed",
		failed, len(houses), flagged, caught, blurred, spared, sharp)
	assert.LessOrEqual(t, share(failed, len(houses)), 0.03, "house photos failed")
	assert.LessOrEqual(t, share(flagged, len(houses)), 0.05, "house photos flagged")
	assert.GreaterOrEqual(t, share(caught, blurred), 0.80, "blurred photos failed or flagged")
	assert.Equal(t, sharp, spared, "sharp photos not failed")
}

// qualityOf is the worst outcome of the quality checks alone.
func qualityOf(t *testing.T, path string) domain.Outcome {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	sharp, bright, glare, err := imaging.Measure(data)
	require.NoError(t, err, path)
	switch {
	case sharp < domain.SharpnessFailBelow, bright < domain.BrightnessMin, bright > domain.BrightnessMax, glare > domain.GlareMax:
		return domain.OutcomeFailed
	case sharp < domain.SharpnessFlagBelow:
		return domain.OutcomeFlagged
	default:
		return domain.OutcomePassed
	}
}

func share(part, whole int) float64 { return float64(part) / float64(max(1, whole)) }
