package drawnphoto

import (
	"hash/fnv"
	"image"
	"math"
	"math/rand/v2"

	"github.com/propflow/propflow/domain"
)

// scene is a picture in progress.
type scene struct {
	*canvas
	dice
	house house
}

// dice makes the random choices of one picture.
type dice struct{ *rand.Rand }

func (d dice) between(low, high float64) float64 { return low + d.Float64()*(high-low) }

func (d dice) chance(share float64) bool { return d.Float64() < share }

// either returns −1 or 1.
func (d dice) either() float64 {
	if d.chance(0.5) {
		return -1
	}
	return 1
}

func (d dice) tone(from ...tone) tone { return from[d.IntN(len(from))] }

// vary returns a similar tone.
func (d dice) vary(t tone) tone { return t.lit(d.between(0.92, 1.08)) }

// house has what all pictures of one house share.
type house struct {
	wall, trim, door, roof, floor, inside, fabric, accent, cabinet tone
	storeys                                                        int
	tiled                                                          bool // a pitched roof; a terrace otherwise
}

func newHouse(seed int64) house {
	d := dice{rand.New(rand.NewPCG(uint64(seed), 0x686f757365))} //nolint:gosec // pictures, no secrets; a negative seed may wrap around
	h := house{
		wall: d.tone(hex(0xe8c9a0), hex(0xd98e73), hex(0x9fb8c9), hex(0xe6dcc6), hex(0xa9bf9a), hex(0xc9a0a8), hex(0xd9b65d), hex(0xb7a6c9),
			hex(0xc47d52), hex(0x8fb3ac), hex(0xeae4da), hex(0xa3705a)),
		trim:    d.tone(white, hex(0xf0e4cc), hex(0x7a4a38), hex(0x5d6b73), hex(0xdfd8cc)),
		door:    d.tone(hex(0x7b4a2d), hex(0x2f5d62), hex(0x8e2f2a), hex(0x3f4f7a), hex(0x55402f)),
		roof:    d.tone(hex(0xa8503a), hex(0x8c4632), hex(0x6f5650), hex(0xb9694a)),
		floor:   d.tone(hex(0xc9a77c), hex(0xd8d0c2), hex(0xa97c52), hex(0xbfb5ab), hex(0x8f6b4c), hex(0xdcc8ae)),
		inside:  d.tone(hex(0xece3d2), hex(0xd7e0dc), hex(0xe9d5c3), hex(0xd5dbe6), hex(0xe6dfe4), hex(0xdbe3cb), hex(0xf0dfb8)),
		fabric:  d.tone(hex(0x4f6d7a), hex(0xb35d4b), hex(0x6e7f5a), hex(0xc79a4b), hex(0x7d5a7b), hex(0x39707a), hex(0x8b7765)),
		accent:  d.tone(hex(0xe0a63a), hex(0xd7674c), hex(0x3f8f8a), hex(0xf0efe6), hex(0x9b4f6a), hex(0x5f86b5)),
		cabinet: d.tone(hex(0xf0ece2), hex(0x9c6b45), hex(0x5e7f86), hex(0xb8453c), hex(0x7f8f6c), hex(0x4d5865), hex(0xd8b98a)),
		tiled:   d.chance(0.4),
	}
	h.storeys = 1 + d.IntN(3)
	return h
}

// subjects maps each subject of a photo to the function that draws it.
var subjects = map[domain.Subject]func(*scene){
	{Type: domain.PhotoFront}:                               (*scene).front,
	{Type: domain.PhotoSide}:                                (*scene).side,
	{Type: domain.PhotoAmenity}:                             (*scene).amenity,
	{Type: domain.PhotoDocument}:                            (*scene).document,
	{Type: domain.PhotoInternal, Room: domain.RoomLiving}:   (*scene).living,
	{Type: domain.PhotoInternal, Room: domain.RoomKitchen}:  (*scene).kitchen,
	{Type: domain.PhotoInternal, Room: domain.RoomBedroom}:  (*scene).bedroom,
	{Type: domain.PhotoInternal, Room: domain.RoomBathroom}: (*scene).bathroom,
	{Type: domain.PhotoInternal, Room: domain.RoomOther}:    (*scene).study,
}

// Draw returns the upright picture of a subject of the seed's house. The same arguments always
// give the same pixels, and the content does not depend on the size, which must be 4:3. It
// panics on an invalid subject.
func Draw(seed int64, subject domain.Subject, width, height int) *image.RGBA {
	salt := fnv.New64a()
	_, _ = salt.Write([]byte(subject.Type + "/" + domain.PhotoType(subject.Room))) // never fails (hash.Hash)
	s := &scene{
		canvas: newCanvas(width, height), house: newHouse(seed),
		dice: dice{rand.New(rand.NewPCG(uint64(seed), salt.Sum64()))}, //nolint:gosec // as above
	}
	s.frame(subject)
	subjects[subject](s)
	s.develop()
	return s.img
}

// frame places the camera. A document is photographed from right above, a room from anywhere the
// photographer can stand.
func (s *scene) frame(subject domain.Subject) {
	const margin = 0.06 // of the zoom, so that no tilt shows an area outside the drawing
	nearest := 1.3
	switch subject.Type {
	case domain.PhotoDocument:
		nearest = 1.08
	case domain.PhotoFront, domain.PhotoSide, domain.PhotoAmenity:
		nearest = 1.16
	case domain.PhotoInternal:
	}
	zoom := s.between(1+margin, nearest)
	spare := (zoom - 1 - margin) / 2
	turn := s.between(-0.025, 0.025)
	sin, cos := math.Sincos(turn)
	s.framing = framing{zoom, s.between(-spare, spare) * wide, s.between(-spare, spare) * high, sin, cos}
}
