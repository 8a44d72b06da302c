package imaging

import "math"

// A photographed screen appears as a lattice of narrow peaks in the photo's spectrum: the grid
// of its sub-pixels, or its alias if the sensor is coarser (the moiré). The grid covers the
// picture, so it has its peak at the same frequency in every part of it. It is finer than what
// buildings are made of. And unlike the harmonics of bricks and slats, it has no fundamental
// below it.
const (
	// tilesAcross is the number of tiles that are measured in each direction, spread evenly.
	tilesAcross = 4
	// longestPeriod is the longest period in pixels that counts.
	longestPeriod = 5.5
	// surround is the radius, in steps of 1/tileSide, of a frequency's background.
	surround = 6
	// mostHarmonic is the highest harmonic whose fundamental is searched for, and
	// leastFundamental the lowest frequency, in steps of 1/tileSide, that can be distinguished
	// from the picture's coarse structure.
	mostHarmonic, leastFundamental = 8, 4
)

// grid looks for the grid of a screen in a picture's luma. It collects tiles while the rows come
// in from top to bottom. It is reused for the next picture.
type grid struct {
	w, h, y int
	tiles   [tilesAcross * tilesAcross][tileSide * tileSide]uint8

	transform *transform
	rise      spectrum // by how much each frequency exceeds its background
	scratch   [2]spectrum
}

// start begins a w×h picture.
func (g *grid) start(w, h int) { g.w, g.h, g.y = w, h, 0 }

// fits returns how many tiles are taken along n pixels, 0 if they are too few for one.
func fits(n int) int { return min(tilesAcross, n/tileSide) }

// place returns the first pixel of tile i of those that are taken along n pixels.
func place(i, n int) int { return (n - tileSide) * (2*i + 1) / (2 * fits(n)) }

// add takes the next row of luma.
func (g *grid) add(row []uint8) {
	y := g.y
	g.y++
	for j := range fits(g.h) {
		line := y - place(j, g.h)
		if line < 0 || line >= tileSide {
			continue
		}
		for i := range fits(g.w) {
			copy(g.tiles[j*tilesAcross+i][line*tileSide:(line+1)*tileSide], row[place(i, g.w):])
		}
	}
}

// moire returns by how much the strongest suspect peak exceeds its background, less the same for
// its fundamental, in the mean of the tiles' logarithmic spectra. This is the natural logarithm
// of a ratio of power. It is 0 for a picture that is too small for a tile.
func (g *grid) moire() float64 {
	n := fits(g.w) * fits(g.h)
	if n == 0 {
		return 0
	}
	if g.transform == nil {
		g.transform = newTransform()
	}
	clear(g.rise[:])
	power, scratch := &g.scratch[0], &g.scratch[1]
	for j := range fits(g.h) {
		for i := range fits(g.w) {
			g.transform.power(g.tiles[j*tilesAcross+i][:], power)
			power.smooth(scratch, 1)
			for k, v := range power {
				g.rise[k] += float32(math.Log(float64(v)+1)) / float32(n)
			}
		}
	}
	*power = g.rise
	power.smooth(scratch, surround)
	for k, background := range power {
		g.rise[k] -= background
	}
	return float64(g.rise.strongest())
}

// strongest returns the greatest rise of a suspect frequency less that of its fundamental.
func (s *spectrum) strongest() (most float32) {
	for row := range tileSide {
		v := row
		if v > tileSide/2 {
			v -= tileSide
		}
		for u := range half {
			if rise := s[row*half+u]; rise > most && suspect(u, v) {
				most = max(most, rise-s.fundamental(u, v))
			}
		}
	}
	return most
}

// suspect reports whether a peak at u across and v down may come from a screen: it is fine
// enough, and none of those that any photo has from JPEG's blocks of 8 pixels, also enlarged to
// 16, and from the sensor's mosaic of 2.
func suspect(u, v int) bool {
	if v < 0 {
		v = -v
	}
	const blocks, near, highest = tileSide / 16, 1, tileSide / 2
	short, long := min(u, v), max(u, v)
	switch {
	case short <= 2 && (long%blocks <= near || long%blocks >= blocks-near || long >= highest-3):
		return false
	case short >= highest-2:
		return false
	}
	return math.Hypot(float64(u), float64(v)) >= tileSide/longestPeriod
}

// fundamental returns the greatest rise among the frequencies of which this one may be a
// harmonic, at least 0.
func (s *spectrum) fundamental(u, v int) (most float32) {
	length := math.Hypot(float64(u), float64(v))
	for n := 2.0; n <= mostHarmonic && length/n >= leastFundamental; n++ {
		across, down := int(math.Round(float64(u)/n)), int(math.Round(float64(v)/n))
		for dv := -1; dv <= 1; dv++ {
			for du := -1; du <= 1; du++ {
				most = max(most, s.at(across+du, down+dv))
			}
		}
	}
	return most
}

// at returns the value at u across, −1 to tileSide/2, and v down, which wraps around.
func (s *spectrum) at(u, v int) float32 {
	if u < 0 {
		u, v = -u, -v
	}
	return s[(v+tileSide)%tileSide*half+u]
}

// smooth replaces each value by the mean of those within radius in each direction.
// Frequencies down wrap around; those across end at 0 and at the highest. Each sum is added up
// anew, because the powers of a picture differ too much for a running sum to subtract.
func (s *spectrum) smooth(scratch *spectrum, radius int) {
	for row := 0; row < len(s); row += half {
		for u := range half {
			first, last := max(0, u-radius), min(half-1, u+radius)
			var sum float32
			for _, v := range s[row+first : row+last+1] {
				sum += v
			}
			scratch[row+u] = sum / float32(last-first+1)
		}
	}
	clear(s[:])
	for row := range tileSide {
		out := s[row*half : (row+1)*half]
		for d := -radius; d <= radius; d++ {
			at := (row + d + tileSide) % tileSide * half
			for u, v := range scratch[at : at+half] {
				out[u] += v / float32(2*radius+1)
			}
		}
	}
}
