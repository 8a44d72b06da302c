package photofixture

import (
	"bytes"
	"fmt"
	"image"
	"image/png"

	"github.com/propflow/propflow/app/demodata/drawnphoto"
	"github.com/propflow/propflow/domain"
)

// Format is a file format that fixtures can be written in.
type Format int

// The formats. HEIC files contain uncompressed samples: 1.5 bytes per pixel.
const (
	JPEG Format = iota
	PNG
	WebP
	HEIC
)

// HardBlur is a blur with which a fixture of the default size fails the photo checks.
const HardBlur = 4.0

// Options describe how a fixture differs from a plain good JPEG, which is sharp, of medium
// brightness, 640×480 and without metadata. The zero value of each field changes nothing.
type Options struct {
	// Width and Height are those of the upright picture in pixels. Set both or neither.
	Width, Height int
	Format        Format
	// Quality is the JPEG quality, 1 to 100; 0 means 90.
	Quality int

	// Orientation is the EXIF orientation to store. For 1…8 the pixels are laid out so that
	// it turns them upright; any other value is only written. HEIC supports 1, 3, 6 and 8.
	Orientation int
	// EXIF is written into the file together with Orientation.
	EXIF *EXIF

	// Blur is the standard deviation in pixels of a Gaussian blur.
	Blur float64
	// Soft removes as much detail as makes the photo checks flag a fixture of the default
	// size, whatever it shows.
	Soft bool
	// Luma is the mean luma, 1 to 254, to which the picture is darkened or lightened evenly.
	Luma float64
	// Glare is the share of the picture, 0 to 1, that is burnt out to white.
	Glare float64
}

// House returns the photo file of a synthetic house. It panics if no file can have the
// options.
func House(seed int64, o Options) []byte {
	img := Picture(seed, o)
	if o.Orientation > 1 && o.Orientation <= 8 {
		img = stored(img, o.Orientation)
	}
	var tiff []byte
	if o.EXIF != nil || o.Orientation > 0 {
		exif := EXIF{}
		if o.EXIF != nil {
			exif = *o.EXIF
		}
		tiff = exif.TIFF(o.Orientation)
	}
	switch o.Format {
	case JPEG:
		return jpegFile(img, o.Quality, tiff)
	case PNG:
		return pngFile(img, tiff)
	case WebP:
		return webpFile(img, tiff)
	case HEIC:
		return heicFile(img, o.Orientation, tiff)
	default:
		panic(fmt.Sprintf("photofixture: unknown format %d", o.Format))
	}
}

// Picture returns the upright pixels of the house that House puts into a file.
func Picture(seed int64, o Options) *image.RGBA {
	if o.Width == 0 && o.Height == 0 {
		o.Width, o.Height = 640, 480
	}
	img := drawnphoto.Draw(seed, domain.Subject{Type: domain.PhotoFront}, o.Width, o.Height)
	if o.Blur > 0 {
		blur(img, o.Blur)
	}
	if o.Soft {
		soften(img, softSharpness)
	}
	if o.Luma > 0 {
		expose(img, o.Luma)
	}
	if o.Glare > 0 {
		burn(img, o.Glare)
	}
	return img
}

func jpegFile(img image.Image, quality int, tiff []byte) []byte {
	if quality == 0 {
		quality = 90
	}
	return WithJPEGMetadata(drawnphoto.Encode(img, quality), tiff)
}

func pngFile(img image.Image, tiff []byte) []byte {
	var buf bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&buf, img); err != nil {
		panic(fmt.Sprintf("photofixture: %v", err))
	}
	return withPNGMetadata(buf.Bytes(), tiff)
}

// stored returns the pixels laid out as a camera with that EXIF orientation stores them.
func stored(img *image.RGBA, orientation int) *image.RGBA {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewRGBA(img.Rect)
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			right, below := w-1-x, h-1-y
			to := [9]image.Point{
				1: {X: x, Y: y}, 2: {X: right, Y: y}, 3: {X: right, Y: below}, 4: {X: x, Y: below},
				5: {X: y, Y: x}, 6: {X: y, Y: right}, 7: {X: below, Y: right}, 8: {X: below, Y: x},
			}[orientation]
			out.SetRGBA(to.X, to.Y, img.RGBAAt(x, y))
		}
	}
	return out
}
