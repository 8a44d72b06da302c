package photofixture

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
)

// Recapture describes how a picture on a screen is photographed again: the screen's grid of
// sub-pixels, seen through a lens and sampled by a sensor's mosaic.
type Recapture struct {
	// Width and Height are those of the new photo in pixels.
	Width, Height int
	// Pitch is the number of pixels of the photo per pixel of the screen, along one side. Below 2
	// the grid is finer than the sensor resolves, so the photo shows its alias.
	Pitch float64
	// PenTile gives every screen pixel green and alternate ones red or blue, as OLED phones
	// do. Otherwise each has red, green and blue stripes, as LCDs do.
	PenTile bool
	// Tilt is the angle between screen and sensor in degrees.
	Tilt float64
	// Keystone is the relative change of scale from one edge to the other, 0 for a screen
	// parallel to the sensor.
	Keystone float64
	// Focus is the standard deviation of the lens's blur in pixels.
	Focus float64
	// Noise is the standard deviation of the sensor's noise, on the scale 0 to 255.
	Noise float64
	// Shrink scales the photo down afterwards, as messengers and web clients do: 0.5 halves its
	// width and height; 0 and 1 do not change them.
	Shrink float64
	// Quality is the JPEG quality, 1 to 100.
	Quality int
}

// RandomRecapture returns one of many ways to photograph a screen so that the picture still
// looks like a photo: a pitch of 1.2 to 5, a tilt of at most 12°, fair focus, ordinary noise
// and compression; one in three is shrunk, at most to half its size. The same seed always
// gives the same.
func RandomRecapture(seed int64) Recapture {
	r := rand.New(rand.NewPCG(uint64(seed), 0x73637265656e73))
	between := func(low, high float64) float64 { return low + r.Float64()*(high-low) }
	random := Recapture{
		Width: 800, Height: 600, Pitch: between(1.2, 5), PenTile: r.IntN(3) == 0,
		Tilt: between(-12, 12), Keystone: between(-0.06, 0.06),
		Focus: between(0.4, 1), Noise: between(1, 6), Quality: 70 + r.IntN(26),
	}
	if r.IntN(3) == 0 {
		random.Shrink = between(0.5, 1)
	}
	return random
}

// JPEG returns the photo of a screen that shows the picture. It panics if r has no size, pitch
// or quality.
func (r Recapture) JPEG(shown image.Image, seed int64) []byte {
	if r.Width <= 0 || r.Height <= 0 || r.Pitch <= 0 || r.Quality <= 0 {
		panic(fmt.Sprintf("photofixture: no photo by %+v", r))
	}
	photo := r.photograph(linear(shown), seed)
	if r.Shrink > 0 && r.Shrink < 1 {
		photo = shrunk(photo, r.Shrink)
	}
	return jpegFile(photo, r.Quality, nil)
}

// shrunk returns the picture scaled by share. Each pixel is the mean of its area.
func shrunk(img *image.RGBA, share float64) *image.RGBA {
	from := img.Rect.Size()
	out := image.NewRGBA(image.Rect(0, 0, int(float64(from.X)*share), int(float64(from.Y)*share)))
	for y := range out.Rect.Dy() {
		top, bottom := float64(y)/share, min(float64(from.Y), float64(y+1)/share)
		for x := range out.Rect.Dx() {
			left, right := float64(x)/share, min(float64(from.X), float64(x+1)/share)
			copy(out.Pix[out.PixOffset(x, y):], areaMean(img, left, top, right, bottom))
		}
	}
	return out
}

// areaMean returns the mean colour of an area whose edges may cut through pixels.
func areaMean(img *image.RGBA, left, top, right, bottom float64) []uint8 {
	var sum [4]float64
	for y := int(top); y < int(math.Ceil(bottom)); y++ {
		tall := min(bottom, float64(y+1)) - max(top, float64(y))
		for x := int(left); x < int(math.Ceil(right)); x++ {
			area := tall * (min(right, float64(x+1)) - max(left, float64(x)))
			for i, v := range img.Pix[img.PixOffset(x, y):][:4] {
				sum[i] += area * float64(v)
			}
		}
	}
	out := make([]uint8, len(sum))
	for i, v := range sum {
		out[i] = byteOf(math.Round(v / ((right - left) * (bottom - top))))
	}
	return out
}

// fine is the number of samples of the screen, in each direction, for one pixel of the photo.
// The lens blurs them before the sensor.
const fine = 4

// lit is a picture in linear light, 0 to 1, one plane for each of red, green and blue.
type lit struct {
	w, h   int
	planes [3][]float32
}

func linear(img image.Image) lit {
	b := img.Bounds()
	out := lit{w: b.Dx(), h: b.Dy()}
	for channel := range out.planes {
		out.planes[channel] = make([]float32, out.w*out.h)
	}
	for y := range out.h {
		for x := range out.w {
			red, green, blue, _ := img.At(b.Min.X+x, b.Min.Y+y).RGBA()
			for channel, v := range [3]uint32{red, green, blue} {
				out.planes[channel][y*out.w+x] = float32(math.Pow(float64(v)/0xffff, 2.2))
			}
		}
	}
	return out
}

// photograph returns the photo before compression.
func (r Recapture) photograph(shown lit, seed int64) *image.RGBA {
	var sensed [3][]float32
	for channel := range sensed {
		sensed[channel] = r.focus(r.project(shown, channel))
	}
	mosaic := r.mosaic(sensed, rand.New(rand.NewPCG(uint64(seed), 0x6e6f697365)))
	return r.develop(mosaic)
}

// project samples one colour of the screen, fine times for each pixel of the photo in each
// direction.
func (r Recapture) project(shown lit, channel int) []float32 {
	w, h := r.Width*fine, r.Height*fine
	out := make([]float32, w*h)
	sin, cos := math.Sincos(r.Tilt * math.Pi / 180)
	for y := range h {
		dy := (float64(y)+0.5)/fine - float64(r.Height)/2
		for x := range w {
			dx := (float64(x)+0.5)/fine - float64(r.Width)/2
			scale := r.Pitch * (1 + r.Keystone*dx/float64(r.Width))
			u := float64(shown.w)/2 + (dx*cos+dy*sin)/scale
			v := float64(shown.h)/2 + (dy*cos-dx*sin)/scale
			column, row := int(math.Floor(u)), int(math.Floor(v))
			if share := r.glow(channel, column, row, u-float64(column), v-float64(row)); share > 0 {
				out[y*w+x] = share * shown.planes[channel][reflected(row, shown.h)*shown.w+reflected(column, shown.w)]
			}
		}
	}
	return out
}

// glow returns the relative brightness of a colour at a place within a screen pixel: 0 between
// the sub-pixels, and on them such that the mean over the screen is that of the picture.
func (r Recapture) glow(channel, column, row int, across, down float64) float32 {
	if r.PenTile {
		switch {
		case channel == 1 && inside(across, 0.1, 0.4) && inside(down, 0.2, 0.8):
			return 1 / (0.3 * 0.6)
		case channel != 1 && (column+row)%2 == channel/2 && inside(across, 0.45, 0.95) && inside(down, 0.15, 0.85):
			return 2 / (0.5 * 0.7)
		}
		return 0
	}
	left := float64(channel)/3 + 0.035
	if inside(across, left, left+0.27) && inside(down, 0.06, 0.94) {
		return 1 / (0.27 * 0.88)
	}
	return 0
}

func inside(v, low, high float64) bool { return v >= low && v < high }

// reflected maps an index beyond the edges of a picture of n pixels to its mirror image.
func reflected(i, n int) int {
	i = ((i % (2 * n)) + 2*n) % (2 * n)
	return min(i, 2*n-1-i)
}

// focus blurs the samples by the lens and by the area of a photo's pixel, and returns one value
// for each pixel.
func (r Recapture) focus(samples []float32) []float32 {
	kernel := aperture(r.Focus * fine)
	w, h := r.Width*fine, r.Height*fine
	across := make([]float32, r.Width*h)
	for y := range h {
		gather(across[y*r.Width:], 1, samples[y*w:], 1, w, r.Width, kernel)
	}
	out := make([]float32, r.Width*r.Height)
	for x := range r.Width {
		gather(out[x:], r.Width, across[x:], r.Width, h, r.Height, kernel)
	}
	return out
}

// aperture returns the kernel of a Gaussian with standard deviation sigma in samples, convolved
// with the width of a photo's pixel.
func aperture(sigma float64) []float32 {
	radius := int(math.Ceil(3*sigma)) + fine/2
	kernel := make([]float32, 2*radius)
	var total float32
	for i := range kernel {
		for k := range fine {
			d := float64(i-radius) + 0.5 - (float64(k) - (fine-1)/2.0)
			kernel[i] += float32(math.Exp(-d * d / (2 * sigma * sigma)))
		}
		total += kernel[i]
	}
	for i := range kernel {
		kernel[i] /= total
	}
	return kernel
}

// gather writes n weighted means, one for every fine source values. total is the number of
// source values; beyond the ends, the first and the last repeat.
func gather(dst []float32, dstStep int, src []float32, srcStep, total, n int, kernel []float32) {
	for i := range n {
		first := i*fine + fine/2 - len(kernel)/2
		var sum float32
		for k, weight := range kernel {
			sum += weight * src[min(total-1, max(0, first+k))*srcStep]
		}
		dst[i*dstStep] = sum
	}
}

// mosaic returns for each pixel the one colour that its Bayer filter (RGGB) lets through, gamma
// encoded, 0 to 255, with noise.
func (r Recapture) mosaic(sensed [3][]float32, noise *rand.Rand) []float32 {
	out := make([]float32, r.Width*r.Height)
	for i := range out {
		light := sensed[filterAt(i%r.Width, i/r.Width)][i]
		v := 255*math.Pow(float64(min(1, light)), 1/2.2) + r.Noise*noise.NormFloat64()
		out[i] = float32(v)
	}
	return out
}

func filterAt(x, y int) int { return x%2 + y%2 }

// develop fills in the colours that each pixel lacks with the means of its neighbours.
func (r Recapture) develop(mosaic []float32) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, r.Width, r.Height))
	for y := range r.Height {
		for x := range r.Width {
			var sum, count [3]float32
			for v := max(0, y-1); v <= min(r.Height-1, y+1); v++ {
				for u := max(0, x-1); u <= min(r.Width-1, x+1); u++ {
					channel := filterAt(u, v)
					sum[channel] += mosaic[v*r.Width+u]
					count[channel]++
				}
			}
			own := filterAt(x, y)
			sum[own], count[own] = mosaic[y*r.Width+x], 1
			p := img.Pix[img.PixOffset(x, y):]
			for channel := range sum {
				p[channel] = byteOf(math.Round(float64(sum[channel] / count[channel])))
			}
			p[3] = 255
		}
	}
	return img
}
