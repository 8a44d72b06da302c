package imaging

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// The derivatives: longer side in pixels and JPEG quality.
const (
	displaySide, displayQuality = 1600, 85
	thumbSide, thumbQuality     = 320, 80
)

// derivatives returns the upright thumb and display JPEGs of img. Re-encoding from pixels
// leaves all metadata behind. Neither is ever larger than img.
func derivatives(img image.Image, orientation int) (thumb, display []byte, err error) {
	large := uprightRGBA(scale(img, displaySide), orientation)
	if display, err = encode(large, displayQuality); err != nil {
		return nil, nil, err
	}
	if thumb, err = encode(scale(large, thumbSide), thumbQuality); err != nil {
		return nil, nil, err
	}
	return thumb, display, nil
}

func encode(img image.Image, quality int) ([]byte, error) {
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode derivative: %w", err)
	}
	return buf.Bytes(), nil
}

// scale returns img over white, its longer side at most side. ApproxBiLinear reads four
// pixels for each it writes, so anything much larger is halved first lest detail alias.
func scale(img image.Image, side int) *image.RGBA {
	for max(img.Bounds().Dx(), img.Bounds().Dy()) >= 3*side {
		b := img.Bounds()
		img = resample(img, (b.Dx()+1)/2, (b.Dy()+1)/2)
	}
	w, h := fit(img.Bounds().Dx(), img.Bounds().Dy(), side)
	return resample(img, w, h)
}

func resample(img image.Image, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	op := draw.Src
	if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
		op = draw.Over
	}
	draw.ApproxBiLinear.Scale(out, out.Rect, img, img.Bounds(), op, nil)
	return out
}
