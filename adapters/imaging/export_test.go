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

// Measure decodes a file and returns its sharpness, brightness and glare.
func Measure(data []byte) (sharp, bright, glare float64, err error) {
	var p picture
	if err := decode(context.Background(), sniff(data), data, &p); err != nil {
		return 0, 0, 0, err
	}
	bright, glare = exposure(&p.luma)
	return sharpness(&p.luma), bright, glare, nil
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
