package imaging_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/tests/kit/outside"
)

// drawing makes the calibration tests draw their curves into docs/photo-checks.
var drawing = flag.Bool("draw", false, "draw the ROC curves into docs/photo-checks")

// housePhoto is a photo of one of the houses of the shared data.
type housePhoto struct {
	path, house string
	facts       domain.ImageFacts
}

// houseCopies are the two houses whose photos are the same, byte for byte.
var houseCopies = map[string]string{"214": "199"}

// measured holds the facts of all house photos, for all tests.
var measured struct {
	once   sync.Once
	photos []housePhoto
	err    error
}

func measureHouses(folder string) (photos []housePhoto, err error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*_*.*"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		facts, err := factsOf(path)
		if err != nil {
			return nil, err
		}
		house, _, _ := strings.Cut(filepath.Base(path), "_")
		photos = append(photos, housePhoto{path, house, facts})
	}
	return photos, nil
}

func factsOf(path string) (domain.ImageFacts, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return domain.ImageFacts{}, err
	}
	facts, err := imaging.Facts(data)
	if err != nil {
		return domain.ImageFacts{}, fmt.Errorf("%s: %w", path, err)
	}
	return facts, nil
}

// housePhotos returns the photos of all houses. It skips where the data or the speed lacks.
func housePhotos(t *testing.T) []housePhoto {
	t.Helper()
	folder := outside.Path(t, "images", "houses")
	if raced {
		t.Skip("measures many photos: run it without -race")
	}
	measured.once.Do(func() { measured.photos, measured.err = measureHouses(folder) })
	require.NoError(t, measured.err)
	return measured.photos
}

// unlike are the house photos without the copies.
func unlike(photos []housePhoto) []housePhoto {
	var out []housePhoto
	for _, p := range photos {
		if houseCopies[p.house] == "" {
			out = append(out, p)
		}
	}
	return out
}

// quality is the worst outcome of the checks of the picture itself: sharpness, light, screens.
// What else is weighed is in order.
func quality(facts domain.ImageFacts) domain.Outcome {
	facts.EXIF = domain.EXIF{Make: "Fixture", Location: &domain.Point{Lat: 28.6, Lng: 77.2}}
	evidence := photocheck.Evidence{Photo: domain.Photo{Subject: domain.Subject{Type: domain.PhotoFront}}, Facts: facts}
	return domain.Worst(evidence.Inspect())
}

// The thresholds of the quality checks must let ordinary house photos through and stop
// most of the photos that people call blurred.
func TestThresholdsFitRealPhotos(t *testing.T) {
	t.Parallel()
	houses := unlike(housePhotos(t))
	var failed, flagged int
	var houseSharp []float64
	for _, p := range houses {
		houseSharp = append(houseSharp, p.facts.Sharpness)
		switch quality(p.facts) {
		case domain.OutcomeFailed:
			failed++
		case domain.OutcomeFlagged:
			flagged++
		case domain.OutcomePassed:
		}
	}
	var blurred, sharp []float64
	var caught, spared, blurredFailed int
	blur := outside.Path(t, "images", "blur")
	for _, row := range readCSV(t, filepath.Join(blur, "labels.csv")) {
		facts, err := factsOf(filepath.Join(blur, row["file"]))
		require.NoError(t, err)
		outcome := quality(facts)
		if row["label"] == "blurred" {
			blurred = append(blurred, facts.Sharpness)
			caught += count(outcome != domain.OutcomePassed)
			blurredFailed += count(outcome == domain.OutcomeFailed)
			continue
		}
		sharp = append(sharp, facts.Sharpness)
		spared += count(outcome != domain.OutcomeFailed)
	}
	t.Logf("houses: FAILED %s, FLAGGED %s", portion(failed, len(houses)), portion(flagged, len(houses)))
	t.Logf("blurred: caught %s, of them FAILED %d; sharp: not FAILED %s", portion(caught, len(blurred)), blurredFailed, portion(spared, len(sharp)))
	assert.LessOrEqual(t, share(failed, len(houses)), 0.03, "house photos failed")
	assert.LessOrEqual(t, share(flagged, len(houses)), 0.05, "house photos flagged")
	assert.GreaterOrEqual(t, share(caught, len(blurred)), 0.80, "blurred photos failed or flagged")
	assert.Equal(t, len(sharp), spared, "sharp photos not failed")

	// Less sharp is more blurred: the score rises with blur.
	againstHouses := newROC("blurred against house photos", negated(blurred), negated(houseSharp))
	againstSharp := newROC("blurred against photos labelled sharp", negated(blurred), negated(sharp))
	for _, curve := range []roc{againstHouses, againstSharp} {
		t.Log(curve.summary())
		for _, threshold := range []float64{40, 60, 75, 90, 120, 165, 190, 220, 300} {
			t.Logf("  below %3.0f: blurred %5.1f %%, others %5.1f %%", threshold, 100*curve.hits(-threshold), 100*curve.alarms(-threshold))
		}
	}
	assert.Greater(t, againstHouses.area, 0.9)
	drawCurves(t, "sharpness.svg", []float64{-photocheck.SharpnessFailBelow, -photocheck.SharpnessFlagBelow}, againstHouses, againstSharp)
}

// Half the pixels must not make a photo blurred: sharpness is the picture's, not the file's.
// It holds for all files that are larger than the working size before and after.
func TestThresholdsIgnoreTheResolution(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("measures many photos: run it without -race")
	}
	const enough = 1100
	var changes []float64
	moved := 0
	for _, pattern := range []string{"blur/*/*.jpg", "exif/jpeg/*.jpg"} {
		paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images"), pattern))
		require.NoError(t, err)
		for _, path := range paths {
			whole, err := factsOf(path)
			if err != nil || max(whole.Width, whole.Height) < enough || whole.Sharpness == 0 {
				continue // too small, or one colour
			}
			halved, err := imaging.Facts(encode(t, scaled(decodeFile(t, path), 0.5), 92))
			require.NoError(t, err)
			changes = append(changes, halved.Sharpness/whole.Sharpness-1)
			moved += count(quality(whole) != quality(halved))
		}
	}
	t.Logf("sharpness at half the size: %d photos, median change %+.1f %%, from %+.1f to %+.1f %%; verdicts changed: %s",
		len(changes), 100*quantile(changes, 0.5), 100*quantile(changes, 0), 100*quantile(changes, 1), portion(moved, len(changes)))
	assert.InDelta(t, 0, quantile(changes, 0.5), 0.1)
	assert.LessOrEqual(t, share(moved, len(changes)), 0.1)
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func negated(values []float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = -v
	}
	return out
}

func share(part, whole int) float64 { return float64(part) / float64(max(1, whole)) }
