package domain

import (
	"math"
	"math/bits"
)

// A picture is recognised in two steps: perceptual hashes that differ in few bits make two
// photos candidates, and their signatures confirm or refute that they show the same
// (docs/decisions/0013-what-shows-a-fake.md).
const (
	// PictureHashDistance is the most bits of 64 in which the perceptual hashes of one
	// picture differ, whether recompressed, resized, turned or mirrored (docs/domain.md, "Photo checks").
	PictureHashDistance = 10
	// SignatureMatch is the least Similarity of one picture's signatures. Copies of real
	// house photos reach 0.99, photos of different houses 0.56 (docs/photo-checks.md).
	SignatureMatch = 0.7
	// SignatureSide is the width and height in cells of a signature.
	SignatureSide = 32
	// SignatureBytes is the length of a signature.
	SignatureBytes = SignatureSide * SignatureSide / 2
)

// signatureStep is the width of a level of a signature in standard deviations; 15 levels
// reach from −2.8 to 2.8.
const signatureStep = 0.4

// Signature is a picture's detail in short: the picture upright, shrunk to 32×32 cells and
// freed of its coarse light and shade, four bits to a cell, row by row, the left cell in
// the high bits. A level is 1 to 15, and 8 is no deviation. Of a file without a picture it
// is nil.
type Signature []byte

// NewSignature returns the signature of the detail of 32×32 cells, row by row. The unit of
// the detail does not matter. It returns nil for any other number of cells.
func NewSignature(detail []float64) Signature {
	if len(detail) != SignatureSide*SignatureSide {
		return nil
	}
	var sum, squares float64
	for _, v := range detail {
		sum += v
		squares += v * v
	}
	mean := sum / float64(len(detail))
	step := signatureStep * math.Sqrt(max(0, squares/float64(len(detail))-mean*mean))
	s := make(Signature, SignatureBytes)
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
// turned or mirrored: the greatest correlation of their signatures, at most 1. It is 0
// where either is no signature or has no detail.
func (s Signature) Similarity(other Signature) float64 {
	if len(s) != SignatureBytes || len(other) != SignatureBytes {
		return 0
	}
	a, b := s.levels(), other.levels()
	best := -1.0
	for _, turn := range turns {
		best = max(best, correlation(&a, &b, turn))
	}
	return best
}

type levels [SignatureSide * SignatureSide]int

func (s Signature) levels() (out levels) {
	for i := range out {
		out[i] = int(s[i/2]>>(4*(1-i%2))&15) - 8
	}
	return out
}

// turns are the eight ways to read a square: the cell at x, y of the turned picture is
// start + x·right + y·down of the stored one.
var turns = func() (all [8]struct{ start, right, down int }) {
	const n, last = SignatureSide, SignatureSide - 1
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

// correlation is Pearson's of a and the turned b, 0 where either does not vary.
func correlation(a, b *levels, turn struct{ start, right, down int }) float64 {
	var sumA, sumB, squaresA, squaresB, products int
	for y := range SignatureSide {
		from := turn.start + y*turn.down
		for x := range SignatureSide {
			p, q := a[y*SignatureSide+x], b[from+x*turn.right]
			sumA, squaresA = sumA+p, squaresA+p*p
			sumB, squaresB = sumB+q, squaresB+q*q
			products += p * q
		}
	}
	const n = SignatureSide * SignatureSide
	varA, varB := n*squaresA-sumA*sumA, n*squaresB-sumB*sumB
	if varA == 0 || varB == 0 {
		return 0
	}
	return float64(n*products-sumA*sumB) / math.Sqrt(float64(varA)*float64(varB))
}

// SamePicture reports whether two photos show the same picture, also recompressed, resized,
// turned or mirrored: their hashes are near and their signatures confirm it. Photos
// whose files could not be decoded show nothing.
func SamePicture(a, b ImageFacts) bool {
	return a.HashDistance(b.PerceptualHash) <= PictureHashDistance && a.Signature.Similarity(b.Signature) >= SignatureMatch
}

// HashDistance returns in how many bits of 64 the hash of another picture differs from that
// of this one, in whichever of its eight orientations they differ least.
func (f ImageFacts) HashDistance(hash uint64) int {
	least := 64
	for _, own := range f.Hashes {
		least = min(least, bits.OnesCount64(own^hash))
	}
	return least
}

// Recognisable reports whether another photo of the same picture could be told by these
// facts: the file decoded, and its signature is known.
func (f ImageFacts) Recognisable() bool {
	return f.Fault == NoFault && len(f.Signature) == SignatureBytes
}
