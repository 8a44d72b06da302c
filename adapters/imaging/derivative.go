package imaging

import (
	"bytes"
	"fmt"
	"image"
)

// The derivatives: longer side in pixels and JPEG quality.
const (
	displaySide, displayQuality = 1600, 85
	thumbSide, thumbQuality     = 320, 80
)

// derivatives is the memory for making derivatives. It is reused.
type derivatives struct {
	upright, small image.YCbCr
	y, cb, cr      reducer
	scratch        bytes.Buffer
}

// of returns the upright thumb and display JPEGs of a picture that the file stores in this
// orientation. They have no metadata, because they are encoded from pixels. Neither is larger
// than the picture.
func (d *derivatives) of(stored *image.YCbCr, orientation int) (thumb, display []byte, err error) {
	large := uprightPlanes(stored, orientation, d.upright)
	if large != stored {
		d.upright = *large
	}
	if display, err = d.encode(large, displayQuality); err != nil {
		return nil, nil, err
	}
	if thumb, err = d.encode(d.shrink(large, thumbSide), thumbQuality); err != nil {
		return nil, nil, err
	}
	return thumb, display, nil
}

// shrink averages the picture so that its longer side is at most side.
func (d *derivatives) shrink(img *image.YCbCr, side int) *image.YCbCr {
	size := img.Rect.Size()
	w, h := fit(size.X, size.Y, side)
	d.small = planes(d.small, image.Pt(w, h))
	d.y.plane(img.Y, img.YStride, d.small.Y, d.small.YStride)
	d.cb.plane(img.Cb, img.CStride, d.small.Cb, d.small.CStride)
	d.cr.plane(img.Cr, img.CStride, d.small.Cr, d.small.CStride)
	return &d.small
}

func (d *derivatives) encode(img *image.YCbCr, quality int) ([]byte, error) {
	file, err := encodeJPEG(&d.scratch, img, quality)
	if err != nil {
		return nil, fmt.Errorf("encode derivative: %w", err)
	}
	return file, nil
}
