package photofixture

import (
	"image"
	"math"
)

// blur blurs img in place by three box blurs, which come within 3 % of a Gaussian of that
// standard deviation (P. Kovesi, Fast almost-Gaussian filtering, 2010).
func blur(img *image.RGBA, sigma float64) {
	radius := max(1, int(math.Round((math.Sqrt(4*sigma*sigma+1)-1)/2)))
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for range 3 {
		for channel := range 3 {
			for y := range h {
				box(img.Pix[y*img.Stride+channel:], 4, w, radius)
			}
			for x := range w {
				box(img.Pix[4*x+channel:], img.Stride, h, radius)
			}
		}
	}
}

// box replaces n values, step bytes apart, by their means over radius on either side; the
// ends repeat.
func box(pix []uint8, step, n, radius int) {
	line := make([]int, n)
	for i := range line {
		line[i] = int(pix[i*step])
	}
	at := func(i int) int { return line[min(n-1, max(0, i))] }
	sum := 0
	for i := -radius; i <= radius; i++ {
		sum += at(i)
	}
	width := 2*radius + 1
	for i := range n {
		pix[i*step] = uint8((sum + width/2) / width)
		sum += at(i+radius+1) - at(i-radius)
	}
}

// expose darkens or lightens img in place until its mean luma is about the given one.
func expose(img *image.RGBA, luma float64) {
	mean := meanLuma(img)
	for i, v := range img.Pix {
		switch {
		case i%4 == 3:
		case luma < mean:
			img.Pix[i] = byteOf(math.Round(float64(v) * luma / mean))
		default:
			img.Pix[i] = byteOf(math.Round(255 - (255-float64(v))*(255-luma)/(255-mean)))
		}
	}
}

// meanLuma is the mean BT.601 luma.
func meanLuma(img *image.RGBA) float64 {
	var sum float64
	for i := 0; i < len(img.Pix); i += 4 {
		sum += 0.299*float64(img.Pix[i]) + 0.587*float64(img.Pix[i+1]) + 0.114*float64(img.Pix[i+2])
	}
	return sum / float64(len(img.Pix)/4)
}

// burn whitens the given share of img in place, from the top.
func burn(img *image.RGBA, share float64) {
	rows := int(math.Round(share * float64(img.Rect.Dy())))
	for i := range img.Pix[:rows*img.Stride] {
		img.Pix[i] = 255
	}
}
