//go:build turbo && cgo

package turbo

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -ljpeg
#include <stdlib.h>
#include "jpeg.h"
*/
import "C"

import (
	"errors"
	"image"
	"runtime"
	"time"
	"unsafe"
)

var (
	// ErrBroken is returned for a file that does not decode whole.
	ErrBroken = errors.New("turbo: broken JPEG")
	// ErrUnsupported is returned for a kind of JPEG that this package does not decode.
	ErrUnsupported = errors.New("turbo: unsupported kind of JPEG")
	// ErrLimit is returned for a file that takes more memory, scans or time than allowed.
	ErrLimit = errors.New("turbo: limit passed")

	errMemory = errors.New("turbo: out of memory")
)

// Limits bound what one decode may take.
type Limits struct {
	Bytes int           // of the coefficients that the library keeps for a progressive file
	Scans int           // of a progressive file
	Time  time.Duration // since Start, checked during Start and Strip
}

// Plane describes one plane of a picture being decoded.
type Plane struct {
	Size   image.Point
	Stride int // bytes from row to row of a strip, at least Size.X
	Rows   int // of a strip
}

// Decoder decodes one file. It is for one goroutine, and must be closed.
type Decoder struct {
	d    *C.turbo_decoder
	data runtime.Pinner

	// Size is the picture's in pixels. Colour is false for gray pictures.
	Size   image.Point
	Colour bool
	// Luma and Chroma are known once the decode has started; Chroma is zero for gray.
	Luma, Chroma Plane
}

// Open reads the header. Errors: ErrBroken, ErrUnsupported.
func Open(file []byte) (*Decoder, error) {
	if len(file) == 0 {
		return nil, ErrBroken
	}
	d := &Decoder{d: C.turbo_new()}
	if d.d == nil {
		return nil, errMemory
	}
	d.data.Pin(&file[0])
	var width, height, colour C.int
	code := C.turbo_header(d.d, (*C.uint8_t)(&file[0]), C.size_t(len(file)), &width, &height, &colour)
	if err := failure(code); err != nil {
		d.Close()
		return nil, err
	}
	d.Size, d.Colour = image.Pt(int(width), int(height)), colour != 0
	return d, nil
}

// Start begins to decode. It reads a progressive file to its end. Errors: ErrBroken,
// ErrUnsupported, ErrLimit.
func (d *Decoder) Start(limits Limits) error {
	var luma, chroma C.turbo_plane
	code := C.turbo_start(d.d, C.long(limits.Bytes), C.int(limits.Scans),
		C.int64_t(limits.Time.Nanoseconds()), &luma, &chroma)
	d.Luma, d.Chroma = plane(luma), plane(chroma)
	return failure(code)
}

// Strip decodes the next strip into planes of Stride·Rows bytes each; cb and cr are not touched
// for gray pictures. The strip at the bottom of the picture may have fewer rows. Errors:
// ErrBroken, ErrLimit.
func (d *Decoder) Strip(y, cb, cr []byte) error {
	return failure(C.turbo_strip(d.d, bytes(y), bytes(cb), bytes(cr)))
}

// Close frees the decoder's memory.
func (d *Decoder) Close() {
	C.turbo_free(d.d)
	d.data.Unpin()
}

// Encode returns a 4:2:0 picture as a baseline JPEG with a quality of 1 to 100.
func Encode(img *image.YCbCr, quality int) ([]byte, error) {
	var file *C.uint8_t
	var n C.ulong
	code := C.turbo_encode(bytes(img.Y), C.int(img.YStride), bytes(img.Cb), bytes(img.Cr), C.int(img.CStride),
		C.int(img.Rect.Dx()), C.int(img.Rect.Dy()), C.int(quality), &file, &n)
	defer C.free(unsafe.Pointer(file))
	if err := failure(code); err != nil {
		return nil, err
	}
	return C.GoBytes(unsafe.Pointer(file), C.int(n)), nil
}

func plane(p C.turbo_plane) Plane {
	return Plane{Size: image.Pt(int(p.width), int(p.height)), Stride: int(p.stride), Rows: int(p.rows)}
}

func bytes(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.SliceData(b)) }

func failure(code C.int) error {
	switch code {
	case 0:
		return nil
	case C.TURBO_UNSUPPORTED:
		return ErrUnsupported
	case C.TURBO_LIMIT:
		return ErrLimit
	case C.TURBO_MEMORY:
		return errMemory
	default:
		return ErrBroken
	}
}
