package imaging

import (
	"image"
	"image/jpeg"
	"io"
)

// encodeJPEG writes a 4:2:0 picture as a baseline JPEG.
func encodeJPEG(w io.Writer, img *image.YCbCr, quality int) error {
	return jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
}
