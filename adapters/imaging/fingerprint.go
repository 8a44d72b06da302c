package imaging

import (
	"image"

	"github.com/propflow/propflow/domain"
)

// coarse is the radius, in cells, of the surroundings of a fingerprint's cell. Light and shade
// vary more slowly than that, and photos of different things have them in common.
const coarse = 2

// fingerprint returns the fingerprint of upright luma, whose sides must be at least 32: each
// cell's difference from the mean of the 5×5 cells around it.
func fingerprint(luma *image.Gray) domain.Fingerprint {
	const n = domain.FingerprintSide
	cells := shrink(luma.Rect.Dx(), luma.Rect.Dy(), n, n, lumaRows(luma)).Pix
	detail := make([]float64, 0, n*n)
	for y := range n {
		for x := range n {
			detail = append(detail, float64(cells[y*n+x])-surroundings(cells, n, x, y))
		}
	}
	return domain.NewFingerprint(detail)
}

// surroundings returns the mean of the cells of an n×n square around x, y.
func surroundings(cells []uint8, n, x, y int) float64 {
	var sum, count int
	for v := max(0, y-coarse); v <= min(n-1, y+coarse); v++ {
		for u := max(0, x-coarse); u <= min(n-1, x+coarse); u++ {
			sum += int(cells[v*n+u])
			count++
		}
	}
	return float64(sum) / float64(count)
}
