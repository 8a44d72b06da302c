package photofixture

import (
	"image"
	"math"
	"math/rand/v2"
)

// scene is a street view in units of the picture's width and height. Drawn at any size it
// shows the same.
type scene struct {
	sky, ground rgb
	horizon     float64
	buildings   []building
	trees       []tree
	shade       [waves]wave // light and shadow over everything
	grain       uint64
}

type rgb struct{ r, g, b float64 }

func (c rgb) times(f float64) rgb { return rgb{c.r * f, c.g * f, c.b * f} }

type building struct {
	left, right, top, roof float64 // roof is the height of the gable
	wall, tiles            rgb
	columns, rows          float64 // windows
	bricks                 float64 // courses over the picture's height
}

type tree struct{ x, y, radius, green float64 }

type wave struct{ across, down, phase, depth float64 }

// grainCells is the number of grain cells over the longer side: coarse enough to survive
// shrinking to a few hundred pixels, so that a sharp fixture measures sharp at any size.
const grainCells = 300

// waves is the number of waves of light and shadow.
const waves = 6

func newScene(seed int64) scene {
	r := rand.New(rand.NewPCG(uint64(seed), 0x70726f70666c6f77))
	between := func(low, high float64) float64 { return low + r.Float64()*(high-low) }
	tint := func(low, high float64) rgb {
		base := between(low, high)
		return rgb{base + between(-25, 25), base + between(-20, 20), base + between(-25, 25)}
	}
	s := scene{
		sky: tint(120, 210), ground: tint(60, 140),
		horizon: between(0.55, 0.85), grain: r.Uint64(),
	}
	for at := between(-0.2, 0.15); at < 0.95; {
		width := between(0.18, 0.5)
		s.buildings = append(s.buildings, building{
			left: at, right: at + width, top: between(0.12, 0.5), roof: between(0, 0.2),
			wall: tint(70, 210), tiles: tint(50, 130),
			columns: math.Round(between(2, 6)), rows: math.Round(between(2, 6)),
			bricks: between(40, 80),
		})
		at += width + between(0, 0.25)
	}
	for range r.IntN(5) {
		s.trees = append(s.trees, tree{between(0, 1), between(0.3, 0.8), between(0.05, 0.16), between(50, 110)})
	}
	for i := range s.shade {
		s.shade[i] = wave{between(-4, 4), between(-4, 4), between(0, 2*math.Pi), between(0.08, 0.2)}
	}
	return s
}

func (s scene) draw(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	cells := grainCells / float64(max(w, h))
	light := s.newLight(w, h)
	for y := range h {
		v := (float64(y) + 0.5) / float64(h)
		for x := range w {
			u := (float64(x) + 0.5) / float64(w)
			c := s.at(u, v).times(light.at(x, y))
			grain := 22 * noise(s.grain, int(float64(x)*cells), int(float64(y)*cells))
			p := img.Pix[y*img.Stride+4*x:]
			p[0], p[1], p[2], p[3] = byteOf(c.r+grain), byteOf(c.g+grain), byteOf(c.b+grain), 255
		}
	}
	return img
}

// at returns the colour of what stands foremost at u, v.
func (s scene) at(u, v float64) rgb {
	for _, t := range s.trees {
		if dx, dy := (u-t.x)*1.3, v-t.y; dx*dx+dy*dy < t.radius*t.radius {
			return rgb{t.green * 0.6, t.green, t.green * 0.5}
		}
	}
	if v > s.horizon {
		return s.ground
	}
	for _, b := range s.buildings {
		if c, ok := b.at(u, v, s.horizon); ok {
			return c
		}
	}
	return s.sky.times(1.1 - 0.3*v)
}

func (b building) at(u, v, horizon float64) (rgb, bool) {
	if u < b.left || u >= b.right || v >= horizon {
		return rgb{}, false
	}
	across := (u - b.left) / (b.right - b.left)
	if v < b.top {
		rise := b.roof * (1 - math.Abs(2*across-1))
		return b.tiles, v > b.top-rise
	}
	down := (v - b.top) / (horizon - b.top)
	column, row := frac(across*b.columns), frac(down*b.rows)
	switch {
	case column > 0.28 && column < 0.72 && row > 0.25 && row < 0.7:
		return rgb{40, 48, 60}, true // glass
	case column > 0.24 && column < 0.76 && row > 0.2 && row < 0.75:
		return rgb{225, 222, 215}, true // frame
	case frac(v*b.bricks) < 0.15:
		return b.wall.times(0.75), true // mortar
	default:
		return b.wall, true
	}
}

// light is the share of light that falls on each pixel: a few broad waves, unlike from seed
// to seed, so that no two scenes share their coarse structure. A wave over both sides is
// split into sines and cosines of each.
type light struct{ across, down [][2 * waves]float64 }

func (s scene) newLight(w, h int) light {
	l := light{make([][2 * waves]float64, w), make([][2 * waves]float64, h)}
	for i, wave := range s.shade {
		for x := range l.across {
			sin, cos := math.Sincos(math.Pi*wave.across*(float64(x)+0.5)/float64(w) + wave.phase)
			l.across[x][2*i], l.across[x][2*i+1] = sin*wave.depth, cos*wave.depth
		}
		for y := range l.down {
			sin, cos := math.Sincos(math.Pi * wave.down * (float64(y) + 0.5) / float64(h))
			l.down[y][2*i], l.down[y][2*i+1] = cos, sin
		}
	}
	return l
}

func (l light) at(x, y int) float64 {
	sum := 1.0
	across, down := &l.across[x], &l.down[y]
	for i := range across {
		sum += across[i] * down[i]
	}
	return max(0.15, sum)
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
