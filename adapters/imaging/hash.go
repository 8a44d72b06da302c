package imaging

import (
	"image"
	"math"
	"slices"
)

const (
	hashTerms = 8   // frequencies kept in each direction
	flatTerm  = 0.5 // a coefficient this small is rounding, not structure
)

// perceptualHashes returns the 64-bit hash of upright luma as each of the EXIF orientations
// 1…8 would turn it: shrunk to 32×32, its 8×8 lowest DCT-II frequencies, one bit each, set
// if the coefficient exceeds the median (after C. Zauner, Implementation and Benchmarking
// of Perceptual Image Hash Functions, 2010). Bit 8·v+u belongs to frequency u across and v
// down. Both sides must be at least 32.
//
// One transform is enough for all eight, because mirroring a picture negates its odd frequencies
// in that direction, and exchanging its sides exchanges u and v.
func perceptualHashes(luma *image.Gray) (hashes [8]uint64) {
	w, h := luma.Rect.Dx(), luma.Rect.Dy()
	small := shrink(w, h, hashSide, hashSide, lumaRows(luma))
	terms := lowFrequencies(small.Pix)
	for i := range hashes {
		hashes[i] = hashOf(turned(terms, i+1))
	}
	return hashes
}

// turned returns the frequencies of a picture after turning it by an EXIF orientation.
func turned(terms []float64, orientation int) []float64 {
	mirrorX := orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7
	mirrorY := orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8
	out := make([]float64, len(terms))
	for i := range out {
		u, v := i%hashTerms, i/hashTerms
		from := i
		if swapsSides(orientation) {
			from = u*hashTerms + v
		}
		out[i] = terms[from]
		if mirrorX && u%2 == 1 {
			out[i] = -out[i]
		}
		if mirrorY && v%2 == 1 {
			out[i] = -out[i]
		}
	}
	return out
}

// hashOf sets one bit for each term above the median. The first term does not count for the
// median, because it is the mean brightness and not structure.
func hashOf(terms []float64) (hash uint64) {
	sorted := slices.Clone(terms[1:])
	slices.Sort(sorted)
	median := sorted[len(sorted)/2]
	for i, term := range terms {
		if term > median {
			hash |= 1 << i
		}
	}
	return hash
}

// lowFrequencies returns the 8×8 lowest frequencies of the two-dimensional DCT-II of a
// 32×32 picture, row by row.
func lowFrequencies(pix []uint8) []float64 {
	var basis [hashTerms][hashSide]float64
	for k := range basis {
		for n := range basis[k] {
			basis[k][n] = math.Cos(math.Pi / hashSide * (float64(n) + 0.5) * float64(k))
		}
	}
	var across [hashSide][hashTerms]float64
	for y := range across {
		for u := range hashTerms {
			for x := range hashSide {
				across[y][u] += float64(pix[y*hashSide+x]) * basis[u][x]
			}
		}
	}
	terms := make([]float64, 0, hashTerms*hashTerms)
	for v := range hashTerms {
		for u := range hashTerms {
			var sum float64
			for y := range across {
				sum += across[y][u] * basis[v][y]
			}
			if math.Abs(sum) < flatTerm {
				sum = 0
			}
			terms = append(terms, sum)
		}
	}
	return terms
}
