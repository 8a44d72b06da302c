package photofixture

import (
	"image"
	"math"
)

// blur blurs img in place by a Gaussian of that standard deviation in pixels.
func blur(img *image.RGBA, sigma float64) {
	radius := int(math.Ceil(3 * sigma))
	kernel := make([]float64, 2*radius+1)
	var total float64
	for i := range kernel {
		d := float64(i - radius)
		kernel[i] = math.Exp(-d * d / (2 * sigma * sigma))
		total += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= total
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	for channel := range 3 {
		for y := range h {
			convolve(img.Pix[y*img.Stride+channel:], 4, w, kernel)
		}
		for x := range w {
			convolve(img.Pix[4*x+channel:], img.Stride, h, kernel)
		}
	}
}

// convolve replaces n values, step bytes apart, by their weighted means; the ends repeat.
func convolve(pix []uint8, step, n int, kernel []float64) {
	radius := len(kernel) / 2
	line := make([]float64, n+2*radius)
	for i := range line {
		line[i] = float64(pix[min(n-1, max(0, i-radius))*step])
	}
	for i := range n {
		var sum float64
		for k, weight := range kernel {
			sum += line[i+k] * weight
		}
		pix[i*step] = byteOf(math.Round(sum))
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
