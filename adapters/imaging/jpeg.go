package imaging

import (
	"bytes"
	"encoding/binary"
)

// Limits on the scans of a JPEG, because each scan, even if it has only a few bytes, makes a
// decoder process the whole picture again. Cameras and web tools write about ten progressive
// scans. Without progression each component has one.
const (
	maxScans           = 50
	maxSequentialScans = 4
)

// jpegShape is the part of a JPEG's markers that determines the work of decoding it.
type jpegShape struct {
	progressive bool
	// perPixel is the number of samples for each pixel, 1 to 4: 1.5 for 4:2:0.
	perPixel   float64
	components int
	scans      int // at most one more than maxScans
}

// excessive reports whether the file has more scans than a photo needs.
func (s jpegShape) excessive() bool {
	if s.progressive {
		return s.scans > maxScans
	}
	return s.scans > maxSequentialScans
}

// shapeOf reads the markers of a JPEG up to its end or the first one that is cut off
// (ITU-T T.81, annex B).
func shapeOf(data []byte) (shape jpegShape) {
	for at := 2; at+4 <= len(data) && shape.scans <= maxScans; {
		if data[at] != 0xff {
			at = entropyEnd(data, at)
			continue
		}
		marker := data[at+1]
		switch {
		case marker == 0xff: // fill
			at++
			continue
		case marker <= 0x01, marker >= 0xd0 && marker <= 0xd8: // no length
			at += 2
			continue
		case marker == 0xd9: // end of image
			return shape
		}
		size := 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		segment := data[at:min(at+size, len(data))]
		switch {
		case marker == 0xda:
			shape.scans++
			at = entropyEnd(data, at+size)
			continue
		case marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc:
			shape.progressive = marker == 0xc2 || marker == 0xc6 || marker == 0xca || marker == 0xce
			shape.components, shape.perPixel = sampling(segment)
		}
		at += size
	}
	return shape
}

// sampling reads the components of a start-of-frame segment.
func sampling(segment []byte) (components int, perPixel float64) {
	var sum, most int
	for at := 10; at+3 <= len(segment); at += 3 {
		h, v := int(segment[at+1]>>4), int(segment[at+1]&15)
		sum, most = sum+h*v, max(most, h*v)
		components++
	}
	return components, float64(sum) / float64(max(1, most))
}

// entropyEnd returns the end of the entropy-coded data from at on. It is at the next marker that
// is neither a stuffed byte nor a restart.
func entropyEnd(data []byte, at int) int {
	for at < len(data) {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 || at+i+1 >= len(data) {
			break
		}
		at += i
		if next := data[at+1]; next != 0 && (next < 0xd0 || next > 0xd7) {
			return at
		}
		at += 2
	}
	return len(data)
}
