package imaging

import (
	"bytes"
	"image"
	"image/png"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// fixtureLuma is the working luma of a fixture.
func fixtureLuma(t *testing.T, seed int64, width, height int) *image.Gray {
	t.Helper()
	file := photofixture.House(seed, photofixture.Options{Width: width, Height: height, Format: photofixture.PNG})
	img, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	var p picture
	require.NoError(t, p.read(img))
	return &p.luma
}

// The hashes by orientation must be those of the turned pictures, but for coefficients that
// rounding moves across the median.
func TestHashesAreThoseOfTheTurnedPictures(t *testing.T) {
	t.Parallel()
	for seed := range int64(5) {
		luma := fixtureLuma(t, seed, 480, 360)
		hashes := perceptualHashes(luma)
		for orientation := 1; orientation <= 8; orientation++ {
			direct := perceptualHashes(uprightGray(luma, orientation))[0]
			assert.LessOrEqual(t, bits.OnesCount64(direct^hashes[orientation-1]), 2, "seed %d, orientation %d", seed, orientation)
		}
		for i, hash := range hashes {
			for j := range i {
				assert.Greater(t, bits.OnesCount64(hash^hashes[j]), 10, "seed %d: orientations %d and %d", seed, i+1, j+1)
			}
		}
	}
}

func TestFingerprintsOfTurnedPicturesMatch(t *testing.T) {
	t.Parallel()
	luma, another := fixtureLuma(t, 1, 480, 360), fixtureLuma(t, 2, 480, 360)
	own := fingerprint(luma)
	for orientation := 1; orientation <= 8; orientation++ {
		other := fingerprint(uprightGray(luma, orientation))
		assert.InDelta(t, 1, own.Similarity(other), 0.01, "orientation %d", orientation)
		assert.Less(t, own.Similarity(fingerprint(uprightGray(another, orientation))), 0.5, "orientation %d", orientation)
	}
}
