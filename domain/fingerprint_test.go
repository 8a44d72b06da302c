package domain_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

const cells = domain.FingerprintSide

// detailOf draws the detail of a picture of noise.
func detailOf(t *rapid.T, name string) []float64 {
	return rapid.SliceOfN(rapid.Float64Range(-50, 50), cells*cells, cells*cells).Draw(t, name)
}

// moved returns the detail with cell x, y taken from the cell from(x, y).
func moved(detail []float64, from func(x, y int) (int, int)) []float64 {
	out := make([]float64, len(detail))
	for i := range out {
		x, y := from(i%cells, i/cells)
		out[i] = detail[y*cells+x]
	}
	return out
}

var orientations = map[string]func(x, y int) (int, int){
	"upright":              func(x, y int) (int, int) { return x, y },
	"mirrored":             func(x, y int) (int, int) { return cells - 1 - x, y },
	"upside down":          func(x, y int) (int, int) { return cells - 1 - x, cells - 1 - y },
	"mirrored upside down": func(x, y int) (int, int) { return x, cells - 1 - y },
	"on its side":          func(x, y int) (int, int) { return y, cells - 1 - x },
	"on its other side":    func(x, y int) (int, int) { return cells - 1 - y, x },
	"transposed":           func(x, y int) (int, int) { return y, x },
	"transversed":          func(x, y int) (int, int) { return cells - 1 - y, cells - 1 - x },
}

func TestFingerprintKnowsItsPictureInEveryOrientation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		detail, other := detailOf(t, "detail"), detailOf(t, "other")
		own := domain.NewFingerprint(detail)
		gain := rapid.Float64Range(0.1, 10).Draw(t, "gain")
		for name, from := range orientations {
			turned := moved(detail, from)
			for i := range turned {
				turned[i] = turned[i]*gain + 3
			}
			if s := own.Similarity(domain.NewFingerprint(turned)); s < 0.98 {
				t.Fatalf("%s: %v", name, s)
			}
		}
		a, b := own.Similarity(domain.NewFingerprint(other)), domain.NewFingerprint(other).Similarity(own)
		if math.Abs(a-b) > 1e-12 || a > 1+1e-12 {
			t.Fatalf("similarity is %v one way, %v the other", a, b)
		}
	})
}

// TestFingerprintFormat fixes the stored form: it is compared with what was stored years ago.
func TestFingerprintFormat(t *testing.T) {
	t.Parallel()
	detail := make([]float64, cells*cells)
	for i := range detail {
		detail[i] = []float64{-1, 1}[i%2] // one standard deviation is 2.5 levels
	}
	detail[0], detail[1] = 1000, -1000
	s := domain.NewFingerprint(detail)
	require.Len(t, s, domain.FingerprintBytes)
	assert.Equal(t, byte(0xf1), s[0], "clipped to 15 and 1, the left cell in the high bits")
	detail[0], detail[1] = -1, 1
	assert.Equal(t, byte(0x5b), domain.NewFingerprint(detail)[0], "8−2.5 and 8+2.5, rounded away from 8")
}

func TestNoDetailMatchesNothing(t *testing.T) {
	t.Parallel()
	flat := domain.NewFingerprint(make([]float64, cells*cells))
	assert.Equal(t, byte(0x88), flat[0])
	assert.Zero(t, flat.Similarity(flat))
	assert.Nil(t, domain.NewFingerprint(make([]float64, 5)))
	assert.Zero(t, domain.Fingerprint(nil).Similarity(nil))
	assert.False(t, domain.SamePicture(domain.ImageFacts{}, domain.ImageFacts{}), "files without pictures are not twins")
}

func TestSamePictureAsksForBoth(t *testing.T) {
	t.Parallel()
	checker := func(period int) domain.Fingerprint {
		detail := make([]float64, cells*cells)
		for i := range detail {
			detail[i] = float64((i%cells/period + i/cells/period) % 2)
		}
		return domain.NewFingerprint(detail)
	}
	facts := func(hash uint64, s domain.Fingerprint) domain.ImageFacts {
		return domain.ImageFacts{PerceptualHash: hash, Hashes: [8]uint64{hash, ^hash, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1 << 40}, Fingerprint: s}
	}
	const hash = 0x0123456789abcdef
	first := facts(hash, checker(2))
	assert.True(t, domain.SamePicture(first, facts(hash, checker(2))))
	assert.True(t, domain.SamePicture(first, facts(hash^0x3ff, checker(2))), "ten bits")
	assert.False(t, domain.SamePicture(first, facts(hash^0x7ff, checker(2))), "eleven bits")
	assert.True(t, domain.SamePicture(first, facts(^uint64(hash), checker(2))), "turned")
	assert.False(t, domain.SamePicture(first, facts(hash, checker(3))), "another picture")
	assert.False(t, domain.SamePicture(first, facts(hash, nil)), "nothing to confirm it by")
	assert.Equal(t, 11, first.HashDistance(hash^0x7ff))
	assert.Zero(t, first.HashDistance(1<<40))
}
