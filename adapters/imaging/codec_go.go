//go:build !turbo || !cgo

package imaging

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
)

// JPEGCodec names the library that reads and writes JPEG files in this build.
const JPEGCodec = "image/jpeg"

// decodeJPEG returns errors.ErrUnsupported, which leaves every file to the standard library.
func decodeJPEG(context.Context, []byte, *picture) error { return errors.ErrUnsupported }

// encodeJPEG returns a 4:2:0 picture as a baseline JPEG.
func encodeJPEG(scratch *bytes.Buffer, img *image.YCbCr, quality int) ([]byte, error) {
	scratch.Reset()
	if err := jpeg.Encode(scratch, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	return bytes.Clone(scratch.Bytes()), nil
}
