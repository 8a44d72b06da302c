package imaging

import (
	"errors"
	"image"
	"image/color"
	"image/draw"
)

const (
	// workingSide is the longer side, in pixels, at which every photo is measured. Because
	// photos are shrunk by area first, sharpness depends on the picture and not on the file's
	// resolution. Smaller photos are measured as they are. Of 256 to 1024, 512 separated the
	// labelled blurred photos from ordinary house photos best.
	workingSide = 512

	// hashSide is the minimum side of a working picture, so that the hash need not enlarge it.
	hashSide = 32
)

var errNoPixels = errors.New("imaging: a picture without pixels")

// picture is a decoded photo reduced to what the inspection needs, in the orientation that the
// file stores. A decoder calls begin and then adds the rows. Both sizes are averaged in that one
// pass, so that the whole picture need not be in memory. Colours are those of JPEG: BT.601, full
// range. Transparent pixels are drawn over white.
//
// A picture is reused for the next photo, so its parts must not be kept.
type picture struct {
	size image.Point // of the whole picture in the file

	luma    image.Gray  // at the working size
	display image.YCbCr // at the display derivative's size, 4:2:0

	grid grid // of a screen

	working, y, cb, cr reducer
	strip              []uint8 // rows that a decoder is about to add
}

// targets returns the sizes that a w×h picture is reduced to.
func targets(w, h int) (working, display image.Point) {
	working.X, working.Y = fit(w, h, workingSide)
	working.X, working.Y = max(working.X, min(hashSide, w)), max(working.Y, min(hashSide, h))
	display.X, display.Y = fit(w, h, displaySide)
	return working, display
}

// begin starts a picture of the given size, whose colour planes have the size chroma. It reports
// false if those are smaller than the colour planes of the display derivative.
func (p *picture) begin(size, chroma image.Point) bool {
	working, display := targets(size.X, size.Y)
	colour := image.Pt((display.X+1)/2, (display.Y+1)/2)
	if chroma.X < colour.X || chroma.Y < colour.Y {
		return false
	}
	p.size = size
	p.grid.start(size.X, size.Y)
	p.luma = image.Gray{Pix: resized(p.luma.Pix, working.X*working.Y), Stride: working.X, Rect: image.Rectangle{Max: working}}
	p.display = planes(p.display, display)
	p.working.start(size.X, size.Y, working.X, working.Y, p.luma.Pix)
	p.y.start(size.X, size.Y, display.X, display.Y, p.display.Y)
	p.cb.start(chroma.X, chroma.Y, colour.X, colour.Y, p.display.Cb)
	p.cr.start(chroma.X, chroma.Y, colour.X, colour.Y, p.display.Cr)
	return true
}

// addLuma takes the next row of luma.
func (p *picture) addLuma(row []uint8) {
	p.working.add(row)
	p.y.add(row)
	p.grid.add(row)
}

// addChroma takes the next row of both colours.
func (p *picture) addChroma(cb, cr []uint8) {
	p.cb.add(cb)
	p.cr.add(cr)
}

// planes returns a 4:2:0 picture of the given size. It reuses the memory of an earlier one.
func planes(earlier image.YCbCr, size image.Point) image.YCbCr {
	half := image.Pt((size.X+1)/2, (size.Y+1)/2)
	return image.YCbCr{
		Y:  resized(earlier.Y, size.X*size.Y),
		Cb: resized(earlier.Cb, half.X*half.Y), Cr: resized(earlier.Cr, half.X*half.Y),
		YStride: size.X, CStride: half.X,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rectangle{Max: size},
	}
}

// read reduces a whole decoded picture. It fails if that has no pixels.
func (p *picture) read(img image.Image) error {
	b := img.Bounds()
	if b.Empty() {
		return errNoPixels
	}
	switch img := img.(type) {
	case *image.YCbCr:
		if p.readPlanes(img) {
			return nil
		}
	case *image.Gray:
		p.readGray(img)
		return nil
	}
	p.readColours(img)
	return nil
}

// readPlanes averages each plane by itself. It reports false if the colours are too coarse for
// that, see begin.
func (p *picture) readPlanes(img *image.YCbCr) bool {
	b := img.Rect
	from := image.Pt(img.COffset(b.Min.X, b.Min.Y), img.COffset(b.Max.X-1, b.Max.Y-1))
	chroma := image.Pt((from.Y-from.X)%img.CStride+1, (from.Y-from.X)/img.CStride+1)
	if !p.begin(b.Size(), chroma) {
		return false
	}
	for y := range b.Dy() {
		p.addLuma(img.Y[img.YOffset(b.Min.X, b.Min.Y+y):])
	}
	for y := range chroma.Y {
		at := from.X + y*img.CStride
		p.addChroma(img.Cb[at:], img.Cr[at:])
	}
	return true
}

func (p *picture) readGray(img *image.Gray) {
	b := img.Rect
	p.begin(b.Size(), b.Size())
	for y := range b.Dy() {
		p.addLuma(img.Pix[img.PixOffset(b.Min.X, b.Min.Y+y):])
	}
	p.colourless()
}

// colourless makes the picture gray.
func (p *picture) colourless() {
	for i := range p.display.Cb {
		p.display.Cb[i], p.display.Cr[i] = 128, 128
	}
}

// readColours converts and adds each row of a picture of any other kind.
func (p *picture) readColours(img image.Image) {
	b := img.Bounds()
	w := b.Dx()
	p.begin(b.Size(), b.Size())
	p.strip = resized(p.strip, 3*w)
	luma, cb, cr := p.strip[:w], p.strip[w:2*w], p.strip[2*w:]
	row := image.NewRGBA(image.Rect(0, 0, w, 1))
	o, ok := img.(interface{ Opaque() bool })
	opaque := ok && o.Opaque()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		if opaque {
			draw.Draw(row, row.Rect, img, image.Pt(b.Min.X, y), draw.Src)
		} else {
			draw.Draw(row, row.Rect, image.White, image.Point{}, draw.Src)
			draw.Draw(row, row.Rect, img, image.Pt(b.Min.X, y), draw.Over)
		}
		for x := range luma {
			c := row.Pix[4*x : 4*x+3 : 4*x+3]
			luma[x], cb[x], cr[x] = color.RGBToYCbCr(c[0], c[1], c[2])
		}
		p.addLuma(luma)
		p.addChroma(cb, cr)
	}
}
