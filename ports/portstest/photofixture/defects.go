package photofixture

import (
	"bytes"
	"image"
	"math"
)

// blur blurs img in place by a Gaussian with standard deviation sigma in pixels.
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

// softSharpness is a sharpness that the photo checks flag but do not fail: it is between their
// two thresholds.
const softSharpness = 120

// soften mixes img with a blurred copy, in the proportion that reduces the variance of its
// Laplacian to sharpness. Blurring by a fixed width would not work, because the sharpness that
// this costs depends on what the picture shows.
func soften(img *image.RGBA, sharpness float64) {
	sharp := bytes.Clone(img.Pix)
	rest := math.Sqrt(sharpness / detail(img))
	blur(img, HardBlur)
	for i, v := range sharp {
		img.Pix[i] = byteOf(math.Round(rest*float64(v) + (1-rest)*float64(img.Pix[i])))
	}
}

// detail returns the variance of the Laplacian of the luma.
func detail(img *image.RGBA) float64 {
	luma := func(x, y int) float64 {
		p := img.Pix[img.PixOffset(x, y):]
		return 0.299*float64(p[0]) + 0.587*float64(p[1]) + 0.114*float64(p[2])
	}
	var sum, squares, n float64
	for y := 1; y < img.Rect.Dy()-1; y++ {
		for x := 1; x < img.Rect.Dx()-1; x++ {
			v := luma(x-1, y) + luma(x+1, y) + luma(x, y-1) + luma(x, y+1) - 4*luma(x, y)
			sum, squares, n = sum+v, squares+v*v, n+1
		}
	}
	return squares/n - sum*sum/n/n
}

// convolve replaces n values, step bytes apart, by their weighted means. Beyond the ends, the
// first and the last value repeat.
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

// expose darkens or lightens img in place so that its mean luma is about the given one.
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

// meanLuma returns the mean BT.601 luma.
func meanLuma(img *image.RGBA) float64 {
	var sum float64
	for i := 0; i < len(img.Pix); i += 4 {
		sum += 0.299*float64(img.Pix[i]) + 0.587*float64(img.Pix[i+1]) + 0.114*float64(img.Pix[i+2])
	}
	return sum / float64(len(img.Pix)/4)
}

// burn makes the given share of img white in place, from the top.
func burn(img *image.RGBA, share float64) {
	rows := int(math.Round(share * float64(img.Rect.Dy())))
	for i := range img.Pix[:rows*img.Stride] {
		img.Pix[i] = 255
	}
}
