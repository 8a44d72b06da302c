package photofixture

import (
	"image"
	"math"
	"math/rand/v2"
)

// Texture is a regular surface of a real building that fills a photo. A check for the grid of a
// screen must not mistake it for one.
type Texture int

// The textures.
const (
	Bricks Texture = iota
	Tiles
	Blinds
	Corrugated
	textures // how many there are
)

// Surface returns the JPEG of a wall, floor, window or roof, whose texture, period, light and
// perspective depend on the seed: 800×600 pixels, each brick, tile or slat 6 to 60 pixels high.
func Surface(seed int64) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 0x74657874757265))
	between := func(low, high float64) float64 { return low + r.Float64()*(high-low) }
	s := surface{
		texture: Texture(seed % int64(textures)),
		period:  6 * math.Pow(10, between(0, 1)),
		depth:   between(0.1, 0.5), grain: r.Uint64(), uneven: between(0.02, 0.12),
		keystone: between(-0.3, 0.3), base: between(90, 190),
	}
	s.sin, s.cos = math.Sincos(between(-0.15, 0.15))
	img := s.draw(800, 600)
	blur(img, between(0.4, 0.9))
	noise := between(1, 6)
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = byteOf(math.Round(float64(img.Pix[i]) + noise*r.NormFloat64()))
		}
	}
	return jpegFile(img, 75+r.IntN(21), nil)
}

type surface struct {
	texture  Texture
	period   float64 // pixels
	depth    float64 // share of light lost in joints and shadows
	uneven   float64 // share of light by which bricks, tiles or slats differ
	keystone float64
	sin, cos float64
	base     float64
	grain    uint64
}

// draw takes nine samples per pixel so that fine joints do not alias.
func (s surface) draw(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			var sum float64
			for i := range 9 {
				sum += s.at(w, h, float64(x)+float64(i%3)/3+1/6.0, float64(y)+float64(i/3)/3+1/6.0)
			}
			v := s.base * sum / 9
			p := img.Pix[img.PixOffset(x, y):]
			p[0], p[1], p[2], p[3] = byteOf(v*1.1), byteOf(v), byteOf(v*0.85), 255
		}
	}
	return img
}

// at returns the share of light from a point of the surface.
func (s surface) at(w, h int, x, y float64) float64 {
	x, y = x-float64(w)/2, y-float64(h)/2
	scale := s.period * (1 + s.keystone*x/float64(w))
	u, v := (x*s.cos+y*s.sin)/scale, (y*s.cos-x*s.sin)/scale
	row := math.Floor(v)
	switch s.texture {
	case Bricks:
		u = u/2.5 + 0.5*math.Mod(math.Abs(row), 2)
		return s.piece(u, v, 0.06, 0.14)
	case Tiles:
		return s.piece(u, v, 0.05, 0.05)
	case Blinds:
		return s.piece(0.5, v, 0, 0.25) + 0.2*s.depth*frac(v)
	default: // corrugated
		return 1 + s.depth*0.5*math.Sin(2*math.Pi*u)
	}
}

// piece returns the share of light from a brick, tile or slat or the joint around it.
func (s surface) piece(u, v, besides, below float64) float64 {
	column, row := math.Floor(u), math.Floor(v)
	if u-column < besides || v-row < below {
		return 1 - s.depth
	}
	return 1 + s.uneven*noise(s.grain, int(column), int(row))
}

// noise returns a fixed pseudo-random value of −1 to 1 for each cell (a splitmix64 step).
func noise(seed uint64, x, y int) float64 {
	z := seed + uint64(x)*0x9e3779b97f4a7c15 + uint64(y)*0xc2b2ae3d27d4eb4f
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11)/(1<<52) - 1
}

func frac(f float64) float64 { return f - math.Floor(f) }

func byteOf(f float64) uint8 { return uint8(min(255, max(0, f))) }
