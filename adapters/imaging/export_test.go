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
func Decode(format domain.ImageFormat, r io.Reader) (image.Image, error) { return decode(format, r) }

// Measure decodes a file and returns its sharpness, brightness and glare.
func Measure(data []byte) (sharp, bright, glare float64, err error) {
	format := sniff(data)
	img, err := decode(format, source(context.Background(), format, data))
	if err != nil {
		return 0, 0, 0, err
	}
	luma := workingLuma(img)
	bright, glare = exposure(luma)
	return sharpness(luma), bright, glare, nil
}

// NewWith returns an Inspector with another time limit, decoder and number of slots.
func NewWith(limit time.Duration, slots int, decode func(domain.ImageFormat, io.Reader) (image.Image, error)) *Inspector {
	return &Inspector{limit: limit, decode: decode, slots: make(chan struct{}, slots), large: make(chan struct{}, 1)}
}

// Idle reports whether every decoder has been given back.
func (i *Inspector) Idle() bool { return len(i.slots) == 0 && len(i.large) == 0 }
