package imaging

import (
	"encoding/binary"
	"errors"
	"image"
	"iter"
)

var errNoExtent = errors.New("heif: no image extent")

// heifExtent returns the largest extent that any image item of a HEIF file claims, in pixels.
// Tiles and thumbnails count as well as the picture, because decoders allocate by their extents.
// The boxes are those of ISO/IEC 23008-12: meta, iprp, ipco, ispe.
func heifExtent(data []byte) (image.Point, error) {
	var largest image.Point
	for meta := range boxes(data, "meta") {
		for iprp := range boxes(tail(meta, 4), "iprp") {
			for ipco := range boxes(iprp, "ipco") {
				for ispe := range boxes(ipco, "ispe") {
					largest = larger(largest, extent(ispe))
				}
			}
		}
	}
	if largest.X == 0 || largest.Y == 0 {
		return image.Point{}, errNoExtent
	}
	return largest, nil
}

// extent reads an ispe box: version and flags, width, height.
func extent(ispe []byte) image.Point {
	if len(ispe) < 12 {
		return image.Point{}
	}
	return image.Pt(int(binary.BigEndian.Uint32(ispe[4:])), int(binary.BigEndian.Uint32(ispe[8:])))
}

func larger(p, q image.Point) image.Point {
	if uint64(p.X)*uint64(p.Y) >= uint64(q.X)*uint64(q.Y) {
		return p
	}
	return q
}

// boxes yields the content of each box of a type in data (ISO/IEC 14496-12). It stops at the
// first box that is malformed or runs past the end.
func boxes(data []byte, kind string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(data) >= 8 {
			size, header := uint64(binary.BigEndian.Uint32(data)), uint64(8)
			switch {
			case size == 0: // to the end of the file
				size = uint64(len(data))
			case size == 1 && len(data) >= 16: // 64-bit size
				size, header = binary.BigEndian.Uint64(data[8:]), 16
			}
			if size < header || size > uint64(len(data)) {
				return
			}
			if string(data[4:8]) == kind && !yield(data[header:size]) {
				return
			}
			data = data[size:]
		}
	}
}

func tail(data []byte, n int) []byte { return data[min(n, len(data)):] }
