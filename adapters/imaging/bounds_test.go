package imaging_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// withScans repeats the scan of a JPEG, n times in all.
func withScans(t *testing.T, file []byte, n int, progressive bool) []byte {
	t.Helper()
	at := bytes.Index(file, []byte("\xff\xda"))
	end := bytes.LastIndex(file, []byte("\xff\xd9"))
	require.Positive(t, at)
	out := bytes.Clone(file[:at])
	if progressive {
		out = bytes.Replace(out, []byte("\xff\xc0\x00\x11"), []byte("\xff\xc2\x00\x11"), 1)
	}
	out = append(out, bytes.Repeat(file[at:end], n)...)
	return append(out, "\xff\xd9"...)
}

func TestJPEGsOfTooManyScansAreNotDecoded(t *testing.T) {
	t.Parallel()
	file := photofixture.House(1, photofixture.Options{Width: 200, Height: 200})
	for _, c := range []struct {
		scans       int
		progressive bool
		want        domain.ImageFault
	}{
		{1, false, domain.NoFault}, {4, false, domain.NoFault}, {5, false, domain.FaultTooSlow},
		{50, true, domain.NoFault}, {51, true, domain.FaultTooSlow}, {300, true, domain.FaultTooSlow},
	} {
		facts := imaging.Survey(withScans(t, file, c.scans, c.progressive))
		assert.Equal(t, c.want, facts.Fault, "%d scans, progressive %v", c.scans, c.progressive)
		assert.Equal(t, 200, facts.Width)
	}
}

func TestShapesOfJPEGs(t *testing.T) {
	t.Parallel()
	encode := func(img image.Image) []byte {
		var file bytes.Buffer
		require.NoError(t, jpeg.Encode(&file, img, nil))
		return file.Bytes()
	}
	colour := encode(image.NewRGBA(image.Rect(0, 0, 300, 200)))
	gray := encode(image.NewGray(image.Rect(0, 0, 300, 200)))
	four := bytes.Replace(colour, []byte("\xff\xc0\x00\x11\x08\x00\xc8\x01\x2c\x03"), []byte("\xff\xc2\x00\x14\x08\x00\xc8\x01\x2c\x04\x04\x11\x00"), 1)
	size := image.Pt(300, 200)
	const pixels = 300 * 200
	for name, c := range map[string]struct {
		file []byte
		want int
	}{
		"4:2:0":                 {colour, pixels * 3 / 2},
		"gray":                  {gray, pixels},
		"progressive CMYK":      {four, pixels*7/4*5 + 4*pixels},
		"behind metadata":       {photofixture.WithJPEGMetadata(colour, []byte("MM\x00\x2a")), pixels * 3 / 2},
		"filled between":        {bytes.Replace(colour, []byte("\xff\xdb"), []byte("\xff\xff\xff\xff\xdb"), 1), pixels * 3 / 2},
		"cut within its header": {colour[:8], 0},
		"only its mark":         {[]byte("\xff\xd8\xff"), 0},
		"odd bytes":             {append([]byte("\xff\xd8\x00\x01\xff\x01\xff\xd0"), colour[2:]...), pixels * 3 / 2},
	} {
		assert.Equal(t, c.want, imaging.Footprint(domain.FormatJPEG, size, c.file), name)
	}
}

func TestFootprintsOfOtherFormats(t *testing.T) {
	t.Parallel()
	var deep bytes.Buffer
	require.NoError(t, png.Encode(&deep, image.NewNRGBA64(image.Rect(0, 0, 10, 10))))
	interlaced := bytes.Clone(deep.Bytes())
	interlaced[28] = 1
	size := image.Pt(10, 10)
	assert.Equal(t, 400, imaging.Footprint(domain.FormatPNG, size, photofixture.PNGClaiming(10, 10)))
	assert.Equal(t, 800, imaging.Footprint(domain.FormatPNG, size, deep.Bytes()))
	assert.Equal(t, 1600, imaging.Footprint(domain.FormatPNG, size, interlaced))
	assert.Equal(t, 800, imaging.Footprint(domain.FormatWebP, size, nil))
	assert.Equal(t, 800, imaging.Footprint(domain.FormatHEIC, size, nil))
	assert.Zero(t, imaging.Footprint(domain.FormatUnknown, size, nil))
}

// Chroma that is coarser than that of the derivatives, and files that are not of YCbCr, are
// read all the same.
func TestUnusualPlanesAreRead(t *testing.T) {
	t.Parallel()
	rect := image.Rect(0, 0, 240, 200)
	for _, ratio := range []image.YCbCrSubsampleRatio{
		image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
	} {
		whole := image.NewYCbCr(image.Rect(0, 0, 300, 260), ratio)
		fill(whole.Y, 100)
		fill(whole.Cb, 90)
		fill(whole.Cr, 170)
		part, ok := whole.SubImage(rect.Add(image.Pt(7, 9))).(*image.YCbCr)
		require.True(t, ok)
		display, err := imaging.Display(part)
		require.NoError(t, err, ratio)
		assert.Equal(t, rect, display.Rect, ratio)
		assert.Equal(t, color.YCbCr{Y: 100, Cb: 90, Cr: 170}, rounded(display.YCbCrAt(100, 100)), ratio)
	}
	cmyk := image.NewCMYK(rect)
	display, err := imaging.Display(cmyk)
	require.NoError(t, err)
	assert.Equal(t, color.YCbCr{Y: 255, Cb: 128, Cr: 128}, display.YCbCrAt(0, 0))
	_, err = imaging.Display(image.NewGray(image.Rectangle{}))
	assert.Error(t, err)
}

func fill(plane []uint8, v uint8) {
	for i := range plane {
		plane[i] = v
	}
}

// rounded takes away what converting there and back may change.
func rounded(c color.YCbCr) color.YCbCr {
	ten := func(v uint8) uint8 { return (v + 5) / 10 * 10 }
	return color.YCbCr{Y: ten(c.Y), Cb: ten(c.Cb), Cr: ten(c.Cr)}
}
