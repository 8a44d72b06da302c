package imaging

import (
	"context"
	"image"
	"io"
	"time"

	"github.com/propflow/propflow/domain"
)

// Survey is what an inspection learns before it decodes.
func Survey(data []byte) domain.ImageFacts { return survey(data) }

// Decode decodes a file of the format; a decoder's panic is an error.
func Decode(format domain.ImageFormat, r io.Reader) (image.Image, error) {
	return decodeWhole(format, r)
}

// Facts decodes a file and measures it, without derivatives.
func Facts(data []byte) (domain.ImageFacts, error) {
	facts := survey(data)
	var p picture
	if err := decode(context.Background(), facts.Format, data, &p); err != nil {
		return domain.ImageFacts{}, err
	}
	measure(&facts, &p, turnNeeded(facts))
	return facts, nil
}

// NewWith returns an Inspector with another time limit, decoder and number of slots.
func NewWith(limit time.Duration, slots int, whole func(domain.ImageFormat, io.Reader) (image.Image, error)) *Inspector {
	i := New()
	i.limit, i.slots = limit, make(chan struct{}, slots)
	i.decode = func(ctx context.Context, format domain.ImageFormat, data []byte, into *picture) error {
		img, err := whole(format, source(ctx, format, data))
		if err != nil {
			return err
		}
		return into.read(img)
	}
	return i
}

// Idle reports whether every decoder has been given back.
func (i *Inspector) Idle() bool { return len(i.slots) == 0 && len(i.large) == 0 }

// Footprint estimates the bytes that decoding the file takes.
func Footprint(format domain.ImageFormat, size image.Point, data []byte) int {
	return footprint(format, size, data)
}

// Display returns the planes of the display derivative of a picture.
func Display(img image.Image) (*image.YCbCr, error) {
	var p picture
	err := p.read(img)
	return &p.display, err
}
