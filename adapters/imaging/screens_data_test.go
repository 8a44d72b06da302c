package imaging_test

import (
	"image"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	"github.com/propflow/propflow/tests/kit/outside"
)

// firstUnseen is the first seed that took no part in choosing the threshold.
const firstUnseen = 1000

// Photos of screens that show a generated house must mostly be found, and walls, floors,
// blinds and roofs mostly not be taken for one.
func TestScreensAreFoundAmongGeneratedPhotos(t *testing.T) {
	t.Parallel()
	if raced {
		t.Skip("draws many photos: run it without -race")
	}
	const n = 20 // few, so the bounds are loose: docs/photo-checks.md has figures of more
	var screens, surfaces []float64
	for seed := int64(firstUnseen); seed < firstUnseen+n; seed++ {
		shot := photofixture.RandomRecapture(seed)
		width, height := shownSize(shot)
		shown := photofixture.Picture(seed, photofixture.Options{Width: width, Height: height})
		screens = append(screens, moireOf(t, shot.JPEG(shown, seed)))
		surfaces = append(surfaces, moireOf(t, photofixture.Surface(seed)))
	}
	curve := newROC("generated screens against generated surfaces", screens, surfaces)
	t.Log(curve.summary())
	found, alarms := curve.hits(photocheck.MoireFlagAbove), curve.alarms(photocheck.MoireFlagAbove)
	t.Logf("screens found: %s; surfaces flagged: %s", portion(int(found*n+0.5), n), portion(int(alarms*n+0.5), n))
	assert.GreaterOrEqual(t, found, 0.6)
	assert.LessOrEqual(t, alarms, 0.3)
}

// Photos of screens that show a real house must mostly be found, and real photos hardly ever
// be taken for one.
func TestScreensAreToldFromRealPhotos(t *testing.T) {
	t.Parallel()
	houses := unlike(housePhotos(t))
	var ordinary, screens []float64
	for _, p := range houses {
		ordinary = append(ordinary, p.facts.Moire)
	}
	byPitch := map[string][2]int{} // found, tried
	for i := range int64(60) {
		shot := photofixture.RandomRecapture(firstUnseen + i)
		width, height := shownSize(shot)
		shown := image.NewRGBA(image.Rect(0, 0, width, height))
		photo := decodeFile(t, houses[int(i)*17%len(houses)].path)
		draw.CatmullRom.Scale(shown, shown.Rect, photo, photo.Bounds(), draw.Src, nil)
		moire := moireOf(t, shot.JPEG(shown, i))
		screens = append(screens, moire)
		bin := byPitch[pitchBin(shot.Pitch)]
		byPitch[pitchBin(shot.Pitch)] = [2]int{bin[0] + count(moire > photocheck.MoireFlagAbove), bin[1] + 1}
	}
	var cameras []float64
	for _, pattern := range []string{"blur/*/*.jpg", "exif/jpeg/*.jpg", "exif/heic/*"} {
		paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images"), pattern))
		require.NoError(t, err)
		for _, path := range paths {
			if facts, err := factsOf(path); err == nil {
				cameras = append(cameras, facts.Moire)
			}
		}
	}
	againstHouses := newROC("screens that show houses against house photos", screens, ordinary)
	againstCameras := newROC("the same against photos straight from cameras", screens, cameras)
	for _, curve := range []roc{againstHouses, againstCameras} {
		t.Log(curve.summary())
		for _, threshold := range []float64{0.75, 1, 1.5, 2, 3} {
			t.Logf("  above %.1f: screens %5.1f %%, others %5.1f %%", threshold, 100*curve.hits(threshold), 100*curve.alarms(threshold))
		}
	}
	found := int(againstHouses.hits(photocheck.MoireFlagAbove)*float64(len(screens)) + 0.5)
	t.Logf("screens found: %s; by pitch (found, tried): %v", portion(found, len(screens)), byPitch)
	t.Logf("house photos flagged: %s; greatest moiré %.2f", portion(int(againstHouses.alarms(photocheck.MoireFlagAbove)*float64(len(ordinary))+0.5), len(ordinary)), quantile(ordinary, 1))
	assert.GreaterOrEqual(t, againstHouses.hits(photocheck.MoireFlagAbove), 0.7)
	assert.LessOrEqual(t, againstHouses.alarms(photocheck.MoireFlagAbove), 0.02)
	assert.LessOrEqual(t, againstCameras.alarms(photocheck.MoireFlagAbove), 0.02)
	drawCurves(t, "screens.svg", []float64{photocheck.MoireFlagAbove}, againstHouses, againstCameras)
}

// shownSize is how many pixels of the screen the photo covers.
func shownSize(r photofixture.Recapture) (width, height int) {
	return int(float64(r.Width)/r.Pitch) + 1, int(float64(r.Height)/r.Pitch) + 1
}

func pitchBin(pitch float64) string {
	switch {
	case pitch < 2:
		return "1.2 to 2"
	case pitch < 3:
		return "2 to 3"
	case pitch < 4:
		return "3 to 4"
	default:
		return "4 to 5"
	}
}

func moireOf(t *testing.T, file []byte) float64 {
	t.Helper()
	facts, err := imaging.Facts(file)
	require.NoError(t, err)
	return facts.Moire
}
