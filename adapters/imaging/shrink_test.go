package imaging

import (
	"image"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// shrink must be the mean over the exact area of each target pixel.
func TestShrinkAveragesByArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 40).Draw(t, "w"), rapid.IntRange(1, 40).Draw(t, "h")
		dw, dh := rapid.IntRange(1, w).Draw(t, "dw"), rapid.IntRange(1, h).Draw(t, "dh")
		pix := rapid.SliceOfN(rapid.Byte(), w*h, w*h).Draw(t, "pix")
		got := shrink(w, h, dw, dh, func(y int) []uint8 { return pix[y*w : (y+1)*w] })
		for y := range dh {
			for x := range dw {
				want := areaMean(pix, w, h, dw, dh, x, y)
				if math.Abs(want-float64(got.Pix[y*dw+x])) > 0.5+1e-9 {
					t.Fatalf("%d,%d: want %v, got %d", x, y, want, got.Pix[y*dw+x])
				}
			}
		}
	})
}

// areaMean is the mean over one target pixel's area by its definition.
func areaMean(pix []uint8, w, h, dw, dh, x, y int) float64 {
	overlap := func(i, j, n, dn int) float64 { // of source pixel i with target pixel j
		low := max(float64(i), float64(j)*float64(n)/float64(dn))
		high := min(float64(i+1), float64(j+1)*float64(n)/float64(dn))
		return max(0, high-low)
	}
	var sum, area float64
	for sy := range h {
		for sx := range w {
			weight := overlap(sx, x, w, dw) * overlap(sy, y, h, dh)
			sum += weight * float64(pix[sy*w+sx])
			area += weight
		}
	}
	return sum / area
}

func TestSharpnessOfKnownPictures(t *testing.T) {
	t.Parallel()
	board := image.NewGray(image.Rect(0, 0, 10, 10))
	for i := range board.Pix {
		if (i/10+i)%2 == 0 {
			board.Pix[i] = 200
		}
	}
	// Each inner Laplacian of a checkerboard is ±4·200, half of each sign.
	assert.InDelta(t, 800.0*800, sharpness(board), 1e-6)
	ramp := image.NewGray(image.Rect(0, 0, 10, 10))
	for i := range ramp.Pix {
		ramp.Pix[i] = uint8(i % 10 * 20)
	}
	assert.Zero(t, sharpness(ramp), "a ramp has no second derivative")
	assert.Zero(t, sharpness(image.NewGray(image.Rect(0, 0, 2, 2))), "no inner pixels")
}

func TestColoursAreTurnedWithTheirPicture(t *testing.T) {
	t.Parallel()
	stored := planes(image.YCbCr{}, image.Pt(6, 4))
	for i := range stored.Cb {
		stored.Cb[i], stored.Cr[i] = uint8(i), uint8(100+i)
	}
	upright := uprightPlanes(&stored, 6, planes(image.YCbCr{}, image.Pt(9, 9)))
	assert.Equal(t, image.Rect(0, 0, 4, 6), upright.Rect)
	assert.Equal(t, []uint8{3, 0, 4, 1, 5, 2}, upright.Cb)
	assert.Equal(t, []uint8{103, 100, 104, 101, 105, 102}, upright.Cr)
	assert.Same(t, &stored, uprightPlanes(&stored, 1, image.YCbCr{}), "upright already")
}

func TestTurningTwiceGivesThePictureBack(t *testing.T) {
	t.Parallel()
	picture := image.NewGray(image.Rect(0, 0, 5, 3))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i)
	}
	inverse := map[int]int{2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}
	for orientation, back := range inverse {
		turned := uprightGray(picture, orientation)
		assert.Equal(t, picture, uprightGray(turned, back), orientation)
		assert.NotEqual(t, picture.Pix, turned.Pix, orientation)
	}
	assert.Equal(t, []uint8{10, 5, 0}, uprightGray(picture, 6).Pix[:3], "the first column rises to become the first row")
	assert.Equal(t, []uint8{4, 9, 14}, uprightGray(picture, 8).Pix[:3])
	assert.Equal(t, []uint8{0, 5, 10}, uprightGray(picture, 5).Pix[:3])
	assert.Equal(t, []uint8{14, 9, 4}, uprightGray(picture, 7).Pix[:3])
}
