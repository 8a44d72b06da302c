package drawnphoto

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// The size of every picture in units, whatever its pixels: a 4:3 photo.
const (
	wide = 4.0
	high = 3.0
)

// canvas draws shapes, given in units, on pixels.
type canvas struct {
	img     *image.RGBA
	sx, sy  float64 // pixels per unit
	framing framing
	raster  *vector.Rasterizer
	mask    []uint8
}

func newCanvas(width, height int) *canvas {
	return &canvas{
		img: image.NewRGBA(image.Rect(0, 0, width, height)), sx: float64(width) / wide, sy: float64(height) / high,
		raster: vector.NewRasterizer(1, 1), mask: make([]uint8, width*height),
	}
}

// framing is how the camera is held: how near, how far off the middle in units, and how tilted.
type framing struct{ zoom, right, down, sin, cos float64 }

// seen converts the shape to pixels.
func (c *canvas) seen(s shape) shape {
	f := c.framing
	out := make(shape, len(s))
	for i, p := range s {
		x, y := (p.x-wide/2)*f.zoom, (p.y-high/2)*f.zoom
		out[i] = point{(x*f.cos - y*f.sin + f.right + wide/2) * c.sx, (x*f.sin + y*f.cos + f.down + high/2) * c.sy}
	}
	return out
}

// bounds returns the pixels that the shape, given in pixels, touches.
func bounds(s shape) image.Rectangle {
	low, top, far, bottom := s.extent()
	return image.Rect(int(math.Floor(low)), int(math.Floor(top)), int(math.Ceil(far)), int(math.Ceil(bottom)))
}

// fill fills the shape.
func (c *canvas) fill(s shape, with ink) {
	s = c.seen(s)
	whole := bounds(s)
	seen := whole.Intersect(c.img.Rect)
	if len(s) < 3 || seen.Empty() {
		return
	}
	mask := c.cover(s, seen)
	for y := seen.Min.Y; y < seen.Max.Y; y++ {
		row := mask[(y-seen.Min.Y)*seen.Dx():][:seen.Dx()]
		pixels := c.img.Pix[c.img.PixOffset(seen.Min.X, y):]
		down := float64(y-whole.Min.Y) / float64(whole.Dy())
		if with.across {
			for x, covered := range row {
				along := float64(x+seen.Min.X-whole.Min.X) / float64(whole.Dx())
				blend(pixels[4*x:4*x+4], covered, with.from.to(with.to, along), with.opacity)
			}
			continue
		}
		t := with.from.to(with.to, down)
		for x, covered := range row {
			if covered > 0 {
				blend(pixels[4*x:4*x+4], covered, t, with.opacity)
			}
		}
	}
}

// cover returns how much of each pixel of the rectangle the shape, given in pixels, covers.
func (c *canvas) cover(s shape, seen image.Rectangle) []uint8 {
	c.raster.Reset(seen.Dx(), seen.Dy())
	x, y := float64(seen.Min.X), float64(seen.Min.Y)
	c.raster.MoveTo(float32(s[0].x-x), float32(s[0].y-y))
	for _, p := range s[1:] {
		c.raster.LineTo(float32(p.x-x), float32(p.y-y))
	}
	c.raster.ClosePath()
	mask := image.Alpha{Pix: c.mask, Stride: seen.Dx(), Rect: image.Rect(0, 0, seen.Dx(), seen.Dy())}
	clear(mask.Pix[:seen.Dx()*seen.Dy()])
	c.raster.Draw(&mask, mask.Rect, image.Opaque, image.Point{})
	return mask.Pix
}

// blend lays the tone over a pixel.
func blend(pixel []uint8, covered uint8, t tone, opacity float64) {
	share := float64(covered) / 255 * opacity
	pixel[0] = level(float64(pixel[0]) + share*(t.r-float64(pixel[0])))
	pixel[1] = level(float64(pixel[1]) + share*(t.g-float64(pixel[1])))
	pixel[2] = level(float64(pixel[2]) + share*(t.b-float64(pixel[2])))
	pixel[3] = 255
}

// glow lights up a disc that fades towards its edge.
func (c *canvas) glow(at point, radius float64, t tone, strength float64) {
	middle := c.seen(shape{at})[0]
	across, down := radius*c.framing.zoom*c.sx, radius*c.framing.zoom*c.sy
	disc := bounds(shape{{middle.x - across, middle.y - down}, {middle.x + across, middle.y + down}}).Intersect(c.img.Rect)
	for y := disc.Min.Y; y < disc.Max.Y; y++ {
		dy := (float64(y) - middle.y) / down
		for x := disc.Min.X; x < disc.Max.X; x++ {
			dx := (float64(x) - middle.x) / across
			if rest := 1 - dx*dx - dy*dy; rest > 0 {
				blend(c.img.Pix[c.img.PixOffset(x, y):], 255, t, strength*rest*rest)
			}
		}
	}
}

func level(f float64) uint8 { return uint8(min(255, max(0, f+0.5))) }
