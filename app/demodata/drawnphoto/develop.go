package drawnphoto

import "math"

// grains is the number of grains of a film along the longer side. They are coarse enough to
// survive shrinking to a few hundred pixels, so that a picture measures equally sharp at any
// size.
const grains = 520

// Strengths of the grain and of a sensor's noise, in levels of 255.
const (
	grainDepth = 13.0
	noiseDepth = 3.0
)

// wave is a broad wave of light and shadow over a picture.
type wave struct{ across, down, phase, depth float64 }

// develop adds light, grain and noise to the drawing, as lens, film and sensor do.
func (s *scene) develop() {
	w, h := s.img.Rect.Dx(), s.img.Rect.Dy()
	waves := make([]wave, 4)
	for i := range waves {
		waves[i] = wave{s.between(-3, 3), s.between(-3, 3), s.between(0, 2*math.Pi), s.between(0.02, 0.055)}
	}
	light := newLight(waves, w, h)
	film := newFilm(s.Uint64(), w, h)
	noise := s.Uint64() | 1
	for y := range h {
		row := s.img.Pix[y*s.img.Stride:][:4*w]
		film.wind(y)
		for x := range w {
			noise ^= noise << 13 // Marsaglia's xorshift64
			noise ^= noise >> 7
			noise ^= noise << 17
			grey := film.at(x) + noiseDepth*(float64(noise>>40)/(1<<23)-1)
			bright := light.at(x, y)
			p := row[4*x : 4*x+4]
			p[0], p[1], p[2] = level(float64(p[0])*bright+grey), level(float64(p[1])*bright+grey), level(float64(p[2])*bright+grey)
		}
	}
}

// light returns the share of light that falls on each pixel: broad waves and darker corners. The
// waves differ between pictures, so that no two share their coarse structure. A wave over both
// sides is computed from sines and cosines of each.
type light struct {
	across, down [][]float64
	halfW, halfH float64
}

func newLight(waves []wave, w, h int) light {
	l := light{make([][]float64, w), make([][]float64, h), float64(w) / 2, float64(h) / 2}
	for x := range l.across {
		for _, v := range waves {
			sin, cos := math.Sincos(math.Pi*v.across*(float64(x)+0.5)/float64(w) + v.phase)
			l.across[x] = append(l.across[x], sin*v.depth, cos*v.depth)
		}
	}
	for y := range l.down {
		for _, v := range waves {
			sin, cos := math.Sincos(math.Pi * v.down * (float64(y) + 0.5) / float64(h))
			l.down[y] = append(l.down[y], cos, sin)
		}
	}
	return l
}

func (l light) at(x, y int) float64 {
	dx, dy := float64(x)/l.halfW-1, float64(y)/l.halfH-1
	sum := 1 - 0.07*(dx*dx+dy*dy)
	across, down := l.across[x], l.down[y]
	for i, v := range across {
		sum += v * down[i]
	}
	return sum
}

// film is a smooth grain: random values at the corners of its cells, interpolated between them.
type film struct {
	seed   uint64
	cells  float64 // per pixel
	column []int
	along  []float64
	row    []float64 // of the current line
}

func newFilm(seed uint64, w, h int) *film {
	f := &film{seed: seed, cells: grains / float64(max(w, h)), column: make([]int, w), along: make([]float64, w)}
	for x := range w {
		whole, part := math.Modf(float64(x) * f.cells)
		f.column[x], f.along[x] = int(whole), part
	}
	f.row = make([]float64, f.column[w-1]+2)
	return f
}

func (f *film) wind(y int) {
	whole, part := math.Modf(float64(y) * f.cells)
	for i := range f.row {
		above, below := noise(f.seed, i, int(whole)), noise(f.seed, i, int(whole)+1)
		f.row[i] = grainDepth * (above + part*(below-above))
	}
}

func (f *film) at(x int) float64 {
	i := f.column[x]
	return f.row[i] + f.along[x]*(f.row[i+1]-f.row[i])
}

// noise returns a fixed pseudo-random value of −1 to 1 for each cell (a splitmix64 step).
func noise(seed uint64, x, y int) float64 {
	z := seed + uint64(x)*0x9e3779b97f4a7c15 + uint64(y)*0xc2b2ae3d27d4eb4f
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11)/(1<<52) - 1
}
