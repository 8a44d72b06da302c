package imaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"github.com/gen2brain/heic"
	"golang.org/x/image/webp"

	"github.com/propflow/propflow/domain"
)

// MinShortSide is the minimum length in pixels of the shorter side of a usable photo. In a
// smaller one neither a person nor a measure can distinguish a room from a wall. 200 accepts
// every photo that a messenger app has shrunk, and refuses icons and thumbnails.
const MinShortSide = 200

// claimed returns the dimensions that the file's header claims, without decoding pixels.
func claimed(format domain.ImageFormat, data []byte) (size image.Point, err error) {
	defer recoverAs(&err)
	var config image.Config
	switch format {
	case domain.FormatJPEG:
		config, err = jpeg.DecodeConfig(bytes.NewReader(data))
	case domain.FormatPNG:
		config, err = png.DecodeConfig(bytes.NewReader(data))
	case domain.FormatWebP:
		config, err = webp.DecodeConfig(bytes.NewReader(data))
	case domain.FormatHEIC:
		return heifExtent(data)
	case domain.FormatUnknown:
		err = image.ErrFormat
	}
	return image.Pt(config.Width, config.Height), err
}

// source returns the reader for a decoder; it fails once ctx has ended.
//
// The HEIC decoder refuses files whose major brand is structural (mif1 or msf1), although HEIF
// allows that if a compatible brand names the codec. In such a file the reader replaces the
// major brand by heic.
func source(ctx context.Context, format domain.ImageFormat, data []byte) io.Reader {
	var r io.Reader = bytes.NewReader(data)
	if format == domain.FormatHEIC && isStructural(data[8:12]) {
		r = io.MultiReader(bytes.NewReader(data[:8]), strings.NewReader("heic"), bytes.NewReader(data[12:]))
	}
	return guarded{ctx, r}
}

// decode decodes every pixel of the file into the picture. A HEIC's picture is upright, because
// its decoder applies the turn in the container; others are as stored. A decoder's panic becomes
// an error.
func decode(ctx context.Context, format domain.ImageFormat, data []byte, into *picture) (err error) {
	defer recoverAs(&err)
	if format == domain.FormatJPEG {
		if err := decodeJPEG(ctx, data, into); !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	img, err := decodeWhole(format, source(ctx, format, data))
	if err != nil {
		return err
	}
	return into.read(img)
}

// decodeWhole decodes with the decoders written in Go, which keep the whole picture. A
// decoder's panic becomes an error.
func decodeWhole(format domain.ImageFormat, r io.Reader) (img image.Image, err error) {
	defer recoverAs(&err)
	switch format {
	case domain.FormatJPEG:
		return jpeg.Decode(r)
	case domain.FormatPNG:
		return png.Decode(r)
	case domain.FormatWebP:
		return webp.Decode(r)
	case domain.FormatHEIC:
		return heic.Decode(r)
	case domain.FormatUnknown:
	}
	return nil, image.ErrFormat
}

// judgeSize returns the fault in the dimensions of a file, or NoFault.
func judgeSize(format domain.ImageFormat, size image.Point) domain.ImageFault {
	most := uint64(domain.MaxPhotoPixels)
	if format == domain.FormatHEIC {
		most = domain.MaxHEICPixels
	}
	switch {
	case size.X <= 0 || size.Y <= 0:
		return domain.FaultBroken
	case uint64(size.X)*uint64(size.Y) > most:
		return domain.FaultTooBig
	case min(size.X, size.Y) < MinShortSide:
		return domain.FaultTooSmall
	default:
		return domain.NoFault
	}
}

// recoverAs turns a panic of a decoder into an error in *err.
func recoverAs(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("decoder panicked: %v", p)
	}
}

// guarded is a reader that fails once its context has ended, so that a decoder stops at its next
// read.
type guarded struct {
	ctx context.Context
	r   io.Reader
}

// Read reads from r, or returns the context's error.
func (g guarded) Read(p []byte) (int, error) {
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	return g.r.Read(p)
}
