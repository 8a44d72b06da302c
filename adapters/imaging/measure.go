package imaging

import (
	"image"
	"image/color"
	"image/draw"
)

// workingSide is the longer side, in pixels, at which every photo is measured. Shrinking
// by area first makes sharpness a matter of the picture and not of the file's resolution;
// smaller photos are measured as they are. Of 256 to 1024, 512 told the labelled blurred
// photos from ordinary house photos best.
const workingSide = 512

// hashSide is the least side of a working picture, so that the hash need not enlarge it.
const hashSide = 32

// glareLuma is the luma above which a pixel counts as glare.
const glareLuma = 240

// workingLuma returns the luma (BT.601, full range, as JPEG stores it) of img at the
// working size. Transparent pixels count as laid over white.
func workingLuma(img image.Image) *image.Gray {
	b := img.Bounds()
	w, h := fit(b.Dx(), b.Dy(), workingSide)
	w, h = max(w, min(hashSide, b.Dx())), max(h, min(hashSide, b.Dy()))
	return shrink(b.Dx(), b.Dy(), w, h, lumaRows(img))
}

// fit returns w and h scaled so that the longer of them is at most side; never enlarged.
func fit(w, h, side int) (fitW, fitH int) {
	long := max(w, h)
	if long <= side {
		return w, h
	}
	return max(1, (w*side+long/2)/long), max(1, (h*side+long/2)/long)
}

// lumaRows returns a function that gives row y of img's luma, valid until its next call.
func lumaRows(img image.Image) func(y int) []uint8 {
	b := img.Bounds()
	switch img := img.(type) {
	case *image.YCbCr:
		return func(y int) []uint8 {
			at := img.YOffset(b.Min.X, b.Min.Y+y)
			return img.Y[at : at+b.Dx()]
		}
	case *image.Gray:
		return func(y int) []uint8 {
			at := img.PixOffset(b.Min.X, b.Min.Y+y)
			return img.Pix[at : at+b.Dx()]
		}
	}
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), 1))
	row := make([]uint8, b.Dx())
	return func(y int) []uint8 {
		draw.Draw(strip, strip.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Rect, img, image.Pt(b.Min.X, b.Min.Y+y), draw.Over)
		for x := range row {
			p := strip.Pix[4*x : 4*x+3 : 4*x+3]
			row[x], _, _ = color.RGBToYCbCr(p[0], p[1], p[2])
		}
		return row
	}
}

// shrink averages a w×h picture, given by rows, over the area of each of dw×dh pixels.
// It is exact: weights are whole numbers of 1/dw and 1/dh of a source pixel. It needs
// dw ≤ w and dh ≤ h.
func shrink(w, h, dw, dh int, row func(y int) []uint8) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, dw, dh))
	across := make([]uint64, dw) // one source row, shrunk across
	sums := make([]uint64, dw)   // the rows of one target row so far
	area := uint64(w) * uint64(h)
	need := h // what the target row still lacks, in 1/dh of a source row
	for y, to := 0, 0; y < h; y++ {
		shrinkRow(across, row(y), w, dw)
		if dh < need {
			need -= dh
			addScaled(sums, across, uint64(dh))
			continue
		}
		addScaled(sums, across, uint64(need))
		for x, sum := range sums {
			out.Pix[to+x] = uint8((sum + area/2) / area)
		}
		to += dw
		rest := dh - need
		need = h - rest
		clear(sums)
		addScaled(sums, across, uint64(rest))
	}
	return out
}

// shrinkRow sums each w/dw source pixels of row into one of dst, in 1/dw of a pixel.
func shrinkRow(dst []uint64, row []uint8, w, dw int) {
	whole, need, x := uint64(dw), uint64(w), 0
	var sum uint64
	for _, v := range row {
		luma := uint64(v)
		if whole < need {
			sum += luma * whole
			need -= whole
			continue
		}
		dst[x] = sum + luma*need
		x++
		rest := whole - need
		sum, need = luma*rest, uint64(w)-rest
	}
}

func addScaled(sums, values []uint64, weight uint64) {
	for x, v := range values {
		sums[x] += v * weight
	}
}

// sharpness returns the variance of the 4-neighbour Laplacian over the inner pixels, 0
// where there are none (Pech-Pacheco et al., ICPR 2000).
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
