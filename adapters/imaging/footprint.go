package imaging

import (
	"image"

	"github.com/propflow/propflow/domain"
)

// largeFootprint is the memory, in bytes, above which a decode counts as large. Every photo that
// a phone takes by default needs less. Those that need more, up to 800 MB for a progressive JPEG
// of 50 megapixels in full colour, are decoded one at a time.
const largeFootprint = 144 << 20

// tidyFootprint is the memory, in bytes, above which the garbage of earlier photos is collected
// before a decode. Otherwise the collector would keep it until the heap has doubled. A collection
// takes negligible time compared with decoding so large a picture.
const tidyFootprint = 32 << 20

// footprint estimates the bytes that decoding the file takes with the decoders written in
// Go, which keep the whole picture.
func footprint(format domain.ImageFormat, size image.Point, data []byte) int {
	pixels := size.X * size.Y
	switch format {
	case domain.FormatJPEG:
		shape := shapeOf(data)
		bytes := float64(pixels) * shape.perPixel
		if shape.progressive {
			bytes *= 5 // a coefficient of four bytes beside each sample
		}
		if shape.components == 4 {
			bytes += 4 * float64(pixels) // combined as CMYK
		}
		return int(bytes)
	case domain.FormatPNG:
		return pixels * pngPixel(data)
	case domain.FormatWebP, domain.FormatHEIC:
		return 8 * pixels
	default:
		return 0
	}
}

// pngPixel returns the maximum bytes of a PNG's pixel (PNG 3rd ed., 11.2.1): those of four
// samples, doubled for an interlaced file because its passes are merged.
func pngPixel(data []byte) int {
	const depth, interlace = 24, 28
	bytes := 4
	if len(data) > depth && data[depth] == 16 {
		bytes = 8
	}
	if len(data) > interlace && data[interlace] != 0 {
		bytes *= 2
	}
	return bytes
}
