package photofixture

import (
	"image"
	"image/color"
	mathbits "math/bits"
)

// ctb is the side of a coding tree block: the picture is cut into blocks of 32×32 pixels whose
// samples are stored uncoded (pcm_flag, Rec. ITU-T H.265, 7.3.8.5).
const ctb = 32

// The NAL unit types that a still picture needs.
const (
	nalIDR, nalVPS, nalSPS, nalPPS = 19, 32, 33, 34
)

// hevcPicture is a still picture as HEVC NAL units.
type hevcPicture struct {
	vps, sps, pps []byte
	slices        [][]byte // one for each block
}

func encodeHEVC(img *image.RGBA) hevcPicture {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	across, down := (w+ctb-1)/ctb, (h+ctb-1)/ctb
	p := hevcPicture{vps: videoParameters(), sps: sequenceParameters(w, h), pps: pictureParameters()}
	planes := subsample(img, across*ctb, down*ctb)
	for n := range across * down {
		p.slices = append(p.slices, slice(planes, n, across, across*down))
	}
	return p
}

// ue appends v as an unsigned Exp-Golomb code (H.265, 9.2).
func (b *bits) ue(v int) {
	n := mathbits.Len(uint(v + 1))
	b.high(0, n-1)
	b.high(uint64(v+1), n)
}

// align appends a one and zeros up to the next whole byte.
func (b *bits) align() {
	b.high(1, 1)
	for b.used != 0 {
		b.high(0, 1)
	}
}

// nal wraps a payload as a NAL unit: header, and a 3 after every two zeros that would
// otherwise look like a start code (H.265, 7.4.2).
func nal(kind int, payload []byte) []byte {
	unit := []byte{byte(kind << 1), 1}
	zeros := 0
	for _, v := range payload {
		if zeros >= 2 && v <= 3 {
			unit, zeros = append(unit, 3), 0
		}
		unit = append(unit, v)
		if v == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return unit
}

// profile appends profile_tier_level: Main Still Picture, level 6.2.
func (b *bits) profile() {
	b.high(3, 8)           // space, tier, profile
	b.high(0b0111<<28, 32) // compatible with profiles 1, 2 and 3
	b.high(0b1001<<44, 48) // progressive, frames only
	b.high(levelCode, 8)
}

// levelCode is 30 times the level.
const levelCode = 186

func videoParameters() []byte {
	var b bits
	b.high(0, 4)       // id
	b.high(0b11, 2)    // base layer, available
	b.high(0, 6+3)     // one layer, one sub-layer
	b.high(1, 1)       // temporal nesting
	b.high(0xffff, 16) // reserved
	b.profile()
	b.high(1, 1) // buffering is present for the sub-layer
	b.ue(0)
	b.ue(0)
	b.ue(0)
	b.high(0, 6) // highest layer
	b.ue(0)
	b.high(0, 2) // no timing, no extension
	b.align()
	return nal(nalVPS, b.bytes)
}

func sequenceParameters(w, h int) []byte {
	paddedW, paddedH := (w+ctb-1)/ctb*ctb, (h+ctb-1)/ctb*ctb
	var b bits
	b.high(0, 4+3) // id of the video parameters, one sub-layer
	b.high(1, 1)   // temporal nesting
	b.profile()
	b.ue(0) // id
	b.ue(1) // 4:2:0
	b.ue(paddedW)
	b.ue(paddedH)
	b.high(1, 1) // a window crops the padding, counted in pairs of pixels
	b.ue(0)
	b.ue((paddedW - w) / 2)
	b.ue(0)
	b.ue((paddedH - h) / 2)
	b.ue(0) // 8 bits luma
	b.ue(0) // 8 bits chroma
	b.ue(0) // picture order count
	b.high(1, 1)
	b.ue(0)
	b.ue(0)
	b.ue(0)
	b.ue(2)           // coding blocks of 32 …
	b.ue(0)           // … and no others
	b.ue(0)           // transforms of 4 …
	b.ue(3)           // … to 32
	b.ue(0)           // hierarchy, inter
	b.ue(0)           // hierarchy, intra
	b.high(0, 3)      // no scaling lists, no asymmetric partitions, no adaptive offset
	b.high(1, 1)      // uncoded samples are allowed:
	b.high(0x77, 4+4) // 8 bits each
	b.ue(2)           // in blocks of 32
	b.ue(0)
	b.high(1, 1) // not filtered
	b.ue(0)      // no reference picture sets
	b.high(0, 5) // no long-term references, motion prediction, smoothing, VUI, extension
	b.align()
	return nal(nalSPS, b.bytes)
}

func pictureParameters() []byte {
	var b bits
	b.ue(0)          // id
	b.ue(0)          // id of the sequence parameters
	b.high(0, 2+3+2) // no dependent slices, output flag, extra bits, sign hiding, cabac_init
	b.ue(0)
	b.ue(0)
	b.ue(0)          // QP 26
	b.high(0, 3)     // no constrained prediction, transform skip, QP deltas
	b.ue(0)          // chroma QP
	b.ue(0)          // chroma QP
	b.high(0, 4+2+1) // no offsets, weights, bypass, tiles, wavefronts, filter across slices
	b.high(0b101, 3) // deblocking control: no override, disabled
	b.high(0, 2)     // no scaling lists, no list modification
	b.ue(0)
	b.high(0, 2) // no extensions
	b.align()
	return nal(nalPPS, b.bytes)
}

// slice codes block n of total as a slice of its own. That resets the arithmetic coder, so
// the bits around the samples are the same constants in each slice: part_mode 2N×2N and
// pcm_flag before them, end_of_slice_segment_flag after them, computed by H.265, 9.3.5.
func slice(planes planes, n, across, total int) []byte {
	var b bits
	first := uint64(0)
	if n == 0 {
		first = 1
	}
	b.high(first, 1)
	b.high(0, 1) // no_output_of_prior_pics_flag
	b.ue(0)      // id of the picture parameters
	if n > 0 {
		b.high(uint64(n), mathbits.Len(uint(total-1)))
	}
	b.ue(2) // an I slice
	b.ue(0) // QP
	b.align()
	payload := b.bytes
	payload = append(payload, 0b1000_0110, 0b1000_0000)
	x, y := n%across*ctb, n/across*ctb
	payload = planes.luma.appendBlock(payload, x, y, ctb)
	payload = planes.blue.appendBlock(payload, x/2, y/2, ctb/2)
	payload = planes.red.appendBlock(payload, x/2, y/2, ctb/2)
	payload = append(payload, 0b1111_1110, 0b1000_0000)
	return nal(nalIDR, payload)
}

type plane struct {
	width int
	pix   []byte
}

func (p plane) appendBlock(b []byte, x, y, side int) []byte {
	for row := y; row < y+side; row++ {
		b = append(b, p.pix[row*p.width+x:row*p.width+x+side]...)
	}
	return b
}

type planes struct{ luma, blue, red plane }

// subsample returns img as 4:2:0 planes of w×h, its last column and row repeated.
func subsample(img *image.RGBA, w, h int) planes {
	p := planes{
		luma: plane{w, make([]byte, w*h)},
		blue: plane{w / 2, make([]byte, w*h/4)},
		red:  plane{w / 2, make([]byte, w*h/4)},
	}
	for y := range h {
		for x := range w {
			c := img.RGBAAt(min(x, img.Rect.Dx()-1), min(y, img.Rect.Dy()-1))
			luma, blue, red := color.RGBToYCbCr(c.R, c.G, c.B)
			p.luma.pix[y*w+x] = luma
			if x%2 == 0 && y%2 == 0 {
				p.blue.pix[y/2*w/2+x/2], p.red.pix[y/2*w/2+x/2] = blue, red
			}
		}
	}
	return p
}
