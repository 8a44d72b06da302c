package imaging

import "image"

// glareLuma is the luma above which a pixel counts as glare.
const glareLuma = 240

// sharpness returns the variance of the 4-neighbour Laplacian over the inner pixels, or 0 if
// there are none (Pech-Pacheco et al., ICPR 2000).
func sharpness(luma *image.Gray) float64 {
	w, h, pix := luma.Rect.Dx(), luma.Rect.Dy(), luma.Pix
	var sum, squares, n int64
	for y := 1; y < h-1; y++ {
		above, here, below := pix[(y-1)*w:y*w], pix[y*w:(y+1)*w], pix[(y+1)*w:(y+2)*w]
		for x := 1; x < w-1; x++ {
			v := int64(above[x]) + int64(below[x]) + int64(here[x-1]) + int64(here[x+1]) - 4*int64(here[x])
			sum += v
			squares += v * v
			n++
		}
	}
	if n == 0 {
		return 0
	}
	mean := float64(sum) / float64(n)
	return float64(squares)/float64(n) - mean*mean
}

// aperture returns the factor that makes up for the sharpness that is lost in the file's own
// pixels, each of which is already an average, if they are averaged to fewer. The fewer the file
// has, the greater the factor. A pixel passes a frequency f of its own as sinc f. In natural
// scenes power falls with the square of the frequency (Field, J. Opt. Soc. Am. A 4, 1987), so the
// share of the Laplacian's variance that is lost depends only on the ratio of the file's side to
// the working side. The polynomial is within 1 % of the integral for all ratios above 1.
func aperture(file, working image.Point) float64 {
	if file == working {
		return 1 // nothing was averaged
	}
	r := float64(max(working.X, working.Y)) / float64(max(file.X, file.Y))
	return 1 + 0.56*r*r + 0.13*r*r*r*r
}

// exposure returns the mean luma, 0 to 255, and the share of glare, 0 to 1.
func exposure(luma *image.Gray) (brightness, glare float64) {
	var sum, over int
	for _, v := range luma.Pix {
		sum += int(v)
		if v > glareLuma {
			over++
		}
	}
	n := float64(max(1, len(luma.Pix)))
	return float64(sum) / n, float64(over) / n
}
