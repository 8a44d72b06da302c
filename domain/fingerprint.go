package domain

import (
	"math"
	"math/bits"
)

// Two photos of one picture are recognised in two steps. They are candidates if their perceptual
// hashes differ in few bits; their fingerprints then confirm or refute that they show the same
// picture (docs/decisions/0013-what-shows-a-fake.md).
const (
	// PictureHashDistance is the maximum number of bits, of 64, in which the perceptual hashes of
	// one picture differ, whether recompressed, resized, turned or mirrored (docs/domain.md,
	// "Photo checks").
	PictureHashDistance = 10
	// FingerprintMatch is the least Similarity of one picture's fingerprints. Copies of real
	// house photos reach 0.99, photos of different houses 0.56 (docs/photo-checks.md).
	FingerprintMatch = 0.7
	// FingerprintSide is the width and height in cells of a fingerprint.
	FingerprintSide = 32
	// FingerprintBytes is the length of a fingerprint.
	FingerprintBytes = FingerprintSide * FingerprintSide / 2
)

// fingerprintStep is the width of a level of a fingerprint in standard deviations; 15 levels
// reach from −2.8 to 2.8.
const fingerprintStep = 0.4

// Fingerprint is a summary of a picture's detail: the picture upright, shrunk to 32×32 cells, less
// its coarse light and shade, four bits to a cell, row by row, the left cell in the high bits. A
// level is 1 to 15, and 8 is no deviation. The fingerprint of a file without a picture is nil.
type Fingerprint []byte

// NewFingerprint returns the fingerprint of the detail of 32×32 cells, row by row. The unit of
// the detail does not matter. It returns nil for any other number of cells.
func NewFingerprint(detail []float64) Fingerprint {
	if len(detail) != FingerprintSide*FingerprintSide {
		return nil
	}
	var sum, squares float64
	for _, v := range detail {
		sum += v
		squares += v * v
	}
	mean := sum / float64(len(detail))
	step := fingerprintStep * math.Sqrt(max(0, squares/float64(len(detail))-mean*mean))
	s := make(Fingerprint, FingerprintBytes)
	for i, v := range detail {
		level := 8.0
		if step > 0 {
			level += min(7, max(-7, math.Round((v-mean)/step)))
		}
		s[i/2] |= byte(level) << (4 * (1 - i%2))
	}
	return s
}

// Similarity returns how alike two pictures are, whichever of the eight ways one of them is
// turned or mirrored: the greatest correlation of their fingerprints, at most 1. It is 0 if
// either is no fingerprint or has no detail.
func (s Fingerprint) Similarity(other Fingerprint) float64 {
	if len(s) != FingerprintBytes || len(other) != FingerprintBytes {
		return 0
	}
	a, b := s.levels(), other.levels()
	best := -1.0
	for _, turn := range turns {
		best = max(best, correlation(&a, &b, turn))
	}
	return best
}

type levels [FingerprintSide * FingerprintSide]int

func (s Fingerprint) levels() (out levels) {
	for i := range out {
		out[i] = int(s[i/2]>>(4*(1-i%2))&15) - 8
	}
	return out
}

// turns are the eight ways to read a square: the cell at x, y of the turned picture is
// start + x·right + y·down of the stored one.
var turns = func() (all [8]struct{ start, right, down int }) {
	const n, last = FingerprintSide, FingerprintSide - 1
	for i := range all {
		start, right, down := 0, 1, n
		if i&1 != 0 { // mirrored
			start, right = start+last, -right
		}
		if i&2 != 0 { // upside down
			start, down = start+last*n, -down
		}
		if i&4 != 0 { // on its side
			right, down = down, right
		}
		all[i] = struct{ start, right, down int }{start, right, down}
	}
	return all
}()

// correlation returns Pearson's coefficient of a and the turned b, 0 if either does not vary.
func correlation(a, b *levels, turn struct{ start, right, down int }) float64 {
	var sumA, sumB, squaresA, squaresB, products int
	for y := range FingerprintSide {
		from := turn.start + y*turn.down
		for x := range FingerprintSide {
			p, q := a[y*FingerprintSide+x], b[from+x*turn.right]
			sumA, squaresA = sumA+p, squaresA+p*p
			sumB, squaresB = sumB+q, squaresB+q*q
			products += p * q
		}
	}
	const n = FingerprintSide * FingerprintSide
	varA, varB := n*squaresA-sumA*sumA, n*squaresB-sumB*sumB
	if varA == 0 || varB == 0 {
		return 0
	}
	return float64(n*products-sumA*sumB) / math.Sqrt(float64(varA)*float64(varB))
}

// SamePicture reports whether two photos show the same picture, also recompressed, resized,
// turned or mirrored: their hashes are near and their fingerprints confirm it. It returns false
// if one of their files could not be decoded, because such a file has no fingerprint.
func SamePicture(a, b ImageFacts) bool {
	return a.HashDistance(b.PerceptualHash) <= PictureHashDistance && a.Fingerprint.Similarity(b.Fingerprint) >= FingerprintMatch
}

// HashDistance returns in how many bits of 64 the hash of another picture differs from that of
// this one, in the orientation of the eight in which they differ least.
func (f ImageFacts) HashDistance(hash uint64) int {
	least := 64
	for _, own := range f.Hashes {
		least = min(least, bits.OnesCount64(own^hash))
	}
	return least
}

// Recognisable reports whether another photo of the same picture could be recognised by these
// facts: the file was decoded, and its fingerprint is known.
func (f ImageFacts) Recognisable() bool {
	return f.Fault == NoFault && len(f.Fingerprint) == FingerprintBytes
}
