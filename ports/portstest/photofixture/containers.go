package photofixture

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
)

// WithJPEGMetadata returns the JPEG with an EXIF segment of the given TIFF bytes, valid or
// not, right after its start marker. If there are no TIFF bytes, it returns the JPEG unchanged.
func WithJPEGMetadata(jpeg, tiff []byte) []byte {
	if len(tiff) == 0 {
		return jpeg
	}
	return drawnphoto.WithEXIF(jpeg, tiff)
}

// WithoutEXIF removes the segment that WithJPEGMetadata adds.
func WithoutEXIF(jpeg []byte) []byte {
	if len(jpeg) < 10 || string(jpeg[6:10]) != "Exif" {
		return jpeg
	}
	end := 4 + int(binary.BigEndian.Uint16(jpeg[4:]))
	return append([]byte{jpeg[0], jpeg[1]}, jpeg[end:]...)
}

// withPNGMetadata returns the PNG with an eXIf chunk right after its header chunk.
func withPNGMetadata(png, tiff []byte) []byte {
	if len(tiff) == 0 {
		return png
	}
	return withChunk(png, "eXIf", tiff)
}

// PNGClaiming returns a PNG of a few dozen bytes whose header claims the given size, but which
// contains no pixels.
func PNGClaiming(width, height int) []byte {
	header := binary.BigEndian.AppendUint32(nil, uint32(width))
	header = binary.BigEndian.AppendUint32(header, uint32(height))
	header = append(header, 8, 2, 0, 0, 0) // 8 bits each of red, green and blue
	png := []byte("\x89PNG\r\n\x1a\n")
	png = append(png, pngChunk("IHDR", header)...)
	png = append(png, pngChunk("IDAT", nil)...)
	return append(png, pngChunk("IEND", nil)...)
}

func pngChunk(name string, body []byte) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	chunk = append(append(chunk, name...), body...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
}

// bits is a bit string that is filled from the most or the least significant bit of each byte.
type bits struct {
	bytes []byte
	used  int // bits of the last byte that are used, 0 if it is full
}

// high appends the n low bits of v, most significant first, as MPEG does.
func (b *bits) high(v uint64, n int) {
	for n--; n >= 0; n-- {
		if b.used == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[len(b.bytes)-1] |= byte(v>>n&1) << (7 - b.used)
		b.used = (b.used + 1) % 8
	}
}

// low appends the n low bits of v, least significant first, as WebP does.
func (b *bits) low(v uint64, n int) {
	for range n {
		if b.used == 0 {
			b.bytes = append(b.bytes, 0)
		}
		b.bytes[len(b.bytes)-1] |= byte(v&1) << b.used
		b.used = (b.used + 1) % 8
		v >>= 1
	}
}
