//go:build turbo && cgo

package imaging

import (
	"bytes"
	"context"
	"errors"
	"image"
	"time"

	"github.com/propflow/propflow/adapters/imaging/turbo"
)

// JPEGCodec names the library that reads and writes JPEG files in this build.
const JPEGCodec = "libjpeg-turbo"

// maxCoefficients bounds the memory, in bytes, that the library needs for the coefficients of a
// progressive file: 50 megapixels in full colour, at two bytes a sample.
const maxCoefficients = 320 << 20

// decodeJPEG decodes a strip at a time, so that the whole picture is never in memory. It
// returns errors.ErrUnsupported for kinds of JPEG that are left to the standard library.
func decodeJPEG(ctx context.Context, file []byte, into *picture) error {
	d, err := turbo.Open(file)
	if errors.Is(err, turbo.ErrUnsupported) {
		return errors.ErrUnsupported
	}
	if err != nil {
		return err
	}
	defer d.Close()
	left := TimeLimit
	if deadline, ok := ctx.Deadline(); ok {
		left = time.Until(deadline)
	}
	err = d.Start(turbo.Limits{Bytes: maxCoefficients, Scans: maxScans, Time: left})
	switch {
	case errors.Is(err, turbo.ErrUnsupported):
		return errors.ErrUnsupported
	case errors.Is(err, turbo.ErrLimit):
		return errTooSlow
	case err != nil:
		return err
	}
	chroma := d.Chroma.Size
	if !d.Colour {
		chroma = d.Luma.Size
	}
	if !into.begin(d.Size, chroma) {
		return errors.ErrUnsupported
	}
	return readStrips(ctx, d, into)
}

// readStrips decodes all rows and adds them to the picture.
func readStrips(ctx context.Context, d *turbo.Decoder, into *picture) error {
	luma, chroma := d.Luma, d.Chroma
	n, m := luma.Stride*luma.Rows, chroma.Stride*chroma.Rows
	into.strip = resized(into.strip, n+2*m)
	y, cb, cr := into.strip[:n:n], into.strip[n:n+m:n+m], into.strip[n+m:]
	for top, topC := 0, 0; top < luma.Size.Y; top, topC = top+luma.Rows, topC+chroma.Rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.Strip(y, cb, cr); err != nil {
			return err
		}
		for r := range min(luma.Rows, luma.Size.Y-top) {
			into.addLuma(y[r*luma.Stride:])
		}
		for r := range min(chroma.Rows, chroma.Size.Y-topC) {
			into.addChroma(cb[r*chroma.Stride:], cr[r*chroma.Stride:])
		}
	}
	if !d.Colour {
		into.colourless()
	}
	return nil
}

// encodeJPEG returns a 4:2:0 picture as a baseline JPEG.
func encodeJPEG(_ *bytes.Buffer, img *image.YCbCr, quality int) ([]byte, error) {
	return turbo.Encode(img, quality)
}
