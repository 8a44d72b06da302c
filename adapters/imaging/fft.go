package imaging

import "math"

// tileSide is the width and height in pixels of the tiles whose spectra are taken: a power
// of two.
const tileSide = 128

// half is the number of frequencies across in the spectrum of real values. The others mirror
// them.
const half = tileSide/2 + 1

// spectrum is the power of a tile by frequency: row v down (0 to tileSide−1, the upper half
// negative), column u across (0 to tileSide/2).
type spectrum [tileSide * half]float32

// transform is a discrete Fourier transform of tiles with its tables and scratch.
type transform struct {
	cos, sin [tileSide / 2]float32
	window   [tileSide]float32
	reversed [tileSide]int
	re, im   [tileSide * half]float32
}

func newTransform() *transform {
	t := &transform{}
	for i := range t.cos {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / tileSide)
		t.cos[i], t.sin[i] = float32(cos), float32(sin)
	}
	for i := range t.window { // Hann
		t.window[i] = float32(0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/tileSide))
	}
	for i := range t.reversed {
		for bit := 1; bit < tileSide; bit <<= 1 {
			t.reversed[i] <<= 1
			if i&bit != 0 {
				t.reversed[i] |= 1
			}
		}
	}
	return t
}

// line transforms tileSide complex values in place (radix 2, decimation in time).
func (t *transform) line(re, im *[tileSide]float32) {
	for i, j := range &t.reversed {
		if i < j {
			re[i], re[j] = re[j], re[i]
			im[i], im[j] = im[j], im[i]
		}
	}
	for size := 2; size <= tileSide; size <<= 1 {
		part, step := size/2, tileSide/size
		for k := range part {
			cos, sin := t.cos[k*step], t.sin[k*step]
			for i := k; i < tileSide; i += size {
				j := i + part
				x, y := re[j]*cos-im[j]*sin, re[j]*sin+im[j]*cos
				re[j], im[j] = re[i]-x, im[i]-y
				re[i], im[i] = re[i]+x, im[i]+y
			}
		}
	}
}

// power writes the power spectrum of a tile, row by row, into out. The tile's mean is
// subtracted and its edges are faded out.
func (t *transform) power(tile []uint8, out *spectrum) {
	var sum int
	for _, v := range tile {
		sum += int(v)
	}
	mean := float32(sum) / float32(len(tile))
	var a, b [tileSide]float32
	for y := 0; y < tileSide; y += 2 { // two real rows are one complex one
		upper, lower := tile[y*tileSide:(y+1)*tileSide], tile[(y+1)*tileSide:(y+2)*tileSide]
		for x, weight := range &t.window {
			a[x] = (float32(upper[x]) - mean) * weight * t.window[y]
			b[x] = (float32(lower[x]) - mean) * weight * t.window[y+1]
		}
		t.line(&a, &b)
		for u := range half {
			mirror := (tileSide - u) % tileSide
			at := u*tileSide + y // columns are contiguous for the second pass
			t.re[at], t.im[at] = (a[u]+a[mirror])/2, (b[u]-b[mirror])/2
			t.re[at+1], t.im[at+1] = (b[u]+b[mirror])/2, (a[mirror]-a[u])/2
		}
	}
	for u := range half {
		re, im := (*[tileSide]float32)(t.re[u*tileSide:]), (*[tileSide]float32)(t.im[u*tileSide:])
		t.line(re, im)
		for v := range tileSide {
			out[v*half+u] = re[v]*re[v] + im[v]*im[v]
		}
	}
}
