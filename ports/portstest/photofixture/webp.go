package photofixture

import (
	"encoding/binary"
	"image"
	mathbits "math/bits"
)

// webpFile writes the picture as lossless WebP (RFC 9649) without any transform. Each of red,
// green and blue has a prefix code of 256 eight-bit words, so a pixel takes 24 bits.
func webpFile(img *image.RGBA, tiff []byte) []byte {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	var b bits
	b.low(0x2f, 8)
	b.low(uint64(w-1), 14)
	b.low(uint64(h-1), 14)
	b.low(0, 1+3) // no alpha, version 0
	b.low(0, 3)   // no transform, no colour cache, one group of prefix codes
	b.byteCode(280)
	b.byteCode(256)
	b.byteCode(256)
	b.low(0b1_0_1, 3) // alpha: a simple code of one symbol of 8 bits
	b.low(255, 8)
	b.low(0b0_0_0_1, 4) // distance: a simple code of one symbol of 1 bit
	for i := 0; i < len(img.Pix); i += 4 {
		b.low(uint64(mathbits.Reverse8(img.Pix[i+1])), 8)
		b.low(uint64(mathbits.Reverse8(img.Pix[i])), 8)
		b.low(uint64(mathbits.Reverse8(img.Pix[i+2])), 8)
	}
	body := []byte("WEBP")
	if len(tiff) > 0 {
		extended := make([]byte, 10)
		extended[0] = 1 << 3 // has EXIF
		put24(extended[4:], w-1)
		put24(extended[7:], h-1)
		body = appendChunk(body, "VP8X", extended)
	}
	body = appendChunk(body, "VP8L", b.bytes)
	if len(tiff) > 0 {
		body = appendChunk(body, "EXIF", tiff)
	}
	return appendChunk(nil, "RIFF", body)
}

// byteCode writes a prefix code in which each of the first 256 symbols has eight bits and the
// rest of the alphabet is not used.
func (b *bits) byteCode(alphabet int) {
	b.low(0, 1)  // not a simple code
	b.low(8, 4)  // 12 lengths of code lengths follow, in the order 17 18 0 1 … 5 16 6 7 8
	b.low(0, 6)  // 17, 18: unused
	b.low(1, 3)  // 0: one bit, the code word 0
	b.low(0, 24) // 1 … 5, 16, 6, 7: unused
	b.low(1, 3)  // 8: one bit, the code word 1
	b.low(0, 1)  // the whole alphabet follows
	for symbol := range alphabet {
		if symbol < 256 {
			b.low(1, 1)
		} else {
			b.low(0, 1)
		}
	}
}

func appendChunk(b []byte, name string, body []byte) []byte {
	b = append(b, name...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, body...)
	if len(body)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func put24(b []byte, v int) { b[0], b[1], b[2] = byte(v), byte(v>>8), byte(v>>16) }
