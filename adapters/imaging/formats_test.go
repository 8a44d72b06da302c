package imaging_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, png.Encode(&buf, img))
	return buf.Bytes()
}

// Every pixel layout that the decoders give must measure the same.
func TestPixelLayoutsMeasureAlike(t *testing.T) {
	t.Parallel()
	picture := photofixture.Picture(3, photofixture.Options{Width: 320, Height: 240})
	gray := image.NewGray(picture.Rect)
	draw.Draw(gray, gray.Rect, picture, image.Point{}, draw.Src)
	wide := image.NewNRGBA64(picture.Rect)
	draw.Draw(wide, wide.Rect, picture, image.Point{}, draw.Src)
	grayWide := image.NewGray16(picture.Rect)
	draw.Draw(grayWide, grayWide.Rect, gray, image.Point{}, draw.Src)
	paletted := image.NewPaletted(picture.Rect, grays())
	draw.Draw(paletted, paletted.Rect, gray, image.Point{}, draw.Src)

	whole, err := imaging.Facts(asPNG(t, picture))
	require.NoError(t, err)
	for name, img := range map[string]image.Image{"gray": gray, "16 bit": wide, "16 bit gray": grayWide, "palette": paletted} {
		facts, err := imaging.Facts(asPNG(t, img))
		require.NoError(t, err, name)
		assert.InEpsilon(t, whole.Sharpness, facts.Sharpness, 0.02, name)
		assert.InDelta(t, whole.Brightness, facts.Brightness, 0.6, name)
		assert.InDelta(t, whole.Glare, facts.Glare, 0.01, name)
	}
}

func grays() color.Palette {
	var p color.Palette
	for v := range 256 {
		p = append(p, color.Gray{Y: uint8(v)})
	}
	return p
}

func TestTransparencyIsLaidOverWhite(t *testing.T) {
	t.Parallel()
	glass := image.NewNRGBA(image.Rect(0, 0, 400, 300))
	for i := range glass.Pix {
		if i%4 == 0 {
			glass.Pix[i] = 200 // red, wholly transparent
		}
	}
	found, err := imaging.New().Inspect(t.Context(), bytes.NewReader(asPNG(t, glass)))
	require.NoError(t, err)
	assert.InDelta(t, 255, found.Facts.Brightness, 0.01)
	assert.InDelta(t, 1, found.Facts.Glare, 0.001)
	display, err := jpeg.Decode(bytes.NewReader(found.Display))
	require.NoError(t, err)
	r, g, b, _ := display.At(10, 10).RGBA()
	assert.Greater(t, min(r, g, b), uint32(0xfd00))
}

func TestFlatPicturesHashAlike(t *testing.T) {
	t.Parallel()
	for _, luma := range []uint8{0, 90, 255} {
		flat := image.NewGray(image.Rect(0, 0, 300, 200))
		for i := range flat.Pix {
			flat.Pix[i] = luma
		}
		found, err := imaging.New().Inspect(t.Context(), bytes.NewReader(asPNG(t, flat)))
		require.NoError(t, err)
		assert.Zero(t, found.Facts.Sharpness)
		assert.InDelta(t, float64(luma), found.Facts.Brightness, 0.01)
		assert.Zero(t, found.Facts.PerceptualHash&^1, "no structure beyond the mean")
	}
}

func TestGlareBeginsAbove240(t *testing.T) {
	t.Parallel()
	for luma, want := range map[uint8]float64{240: 0, 241: 1} {
		flat := image.NewGray(image.Rect(0, 0, 300, 200))
		for i := range flat.Pix {
			flat.Pix[i] = luma
		}
		facts, err := imaging.Facts(asPNG(t, flat))
		require.NoError(t, err)
		assert.InDelta(t, want, facts.Glare, 1e-9, "luma %d", luma)
	}
}

func TestNarrowPicturesAreMeasured(t *testing.T) {
	t.Parallel()
	found, err := imaging.New().Inspect(t.Context(), bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 200, 3500)))))
	require.NoError(t, err)
	assert.Equal(t, domain.NoFault, found.Facts.Fault)
}

func TestSniffing(t *testing.T) {
	t.Parallel()
	var animation bytes.Buffer
	require.NoError(t, gif.Encode(&animation, image.NewPaletted(image.Rect(0, 0, 2, 2), grays()), nil))
	ftyp := func(brands string) []byte {
		return append(binary.BigEndian.AppendUint32(nil, uint32(8+len(brands))), "ftyp"+brands...)
	}
	for name, c := range map[string]struct {
		file []byte
		want domain.ImageFormat
	}{
		"GIF":                    {animation.Bytes(), domain.FormatUnknown},
		"short RIFF":             {[]byte("RIFF\x00\x00\x00\x00WEB"), domain.FormatUnknown},
		"RIFF sound":             {[]byte("RIFF\x00\x00\x00\x00WAVE"), domain.FormatUnknown},
		"HEIC":                   {ftyp("heic\x00\x00\x00\x00mif1"), domain.FormatHEIC},
		"structural, then HEIC":  {ftyp("mif1\x00\x00\x00\x00mif1heic"), domain.FormatHEIC},
		"structural, then AVIF":  {ftyp("mif1\x00\x00\x00\x00mif1avif"), domain.FormatUnknown},
		"HEIC after the brands":  {append(ftyp("mif1\x00\x00\x00\x00mif1"), "heic"...), domain.FormatUnknown},
		"film":                   {ftyp("isom\x00\x00\x00\x00heic"), domain.FormatUnknown},
		"brand box past the end": {[]byte("\xff\xff\xff\xffftypmif1\x00\x00\x00\x00heic"), domain.FormatHEIC},
	} {
		assert.Equal(t, c.want, imaging.Survey(c.file).Format, name)
	}
}

// A HEIC may name its container before its codec.
func TestStructuralBrandMayLead(t *testing.T) {
	t.Parallel()
	file := photofixture.House(2, photofixture.Options{Width: 320, Height: 240, Format: photofixture.HEIC})
	copy(file[8:12], "mif1")
	found, err := imaging.New().Inspect(t.Context(), bytes.NewReader(file))
	require.NoError(t, err)
	assert.Equal(t, domain.NoFault, found.Facts.Fault)
	assert.Equal(t, 320, found.Facts.Width)
}

func TestHEICClaimsAreChecked(t *testing.T) {
	t.Parallel()
	file := photofixture.House(2, photofixture.Options{Width: 320, Height: 240, Format: photofixture.HEIC})
	at := bytes.Index(file, []byte("ispe"))
	for name, c := range map[string]struct {
		width uint32
		want  domain.ImageFault
	}{
		"bomb":    {1 << 31, domain.FaultTooBig},
		"nothing": {0, domain.FaultBroken},
		"sliver":  {100, domain.FaultTooSmall},
	} {
		claim := bytes.Clone(file)
		binary.BigEndian.PutUint32(claim[at+8:], c.width)
		assert.Equal(t, c.want, imaging.Survey(claim).Fault, name)
	}
	for _, size := range []uint32{4, 1 << 30} { // of the box that holds all
		bent := bytes.Clone(file)
		binary.BigEndian.PutUint32(bent[bytes.Index(bent, []byte("meta"))-4:], size)
		assert.Equal(t, domain.FaultBroken, imaging.Survey(bent).Fault)
	}
}

func TestHEICBoxesMayBeLong(t *testing.T) {
	t.Parallel()
	ispe := []byte("\x00\x00\x00\x14ispe\x00\x00\x00\x00\x00\x00\x01\x40\x00\x00\x01\x00")
	wrap := func(name string, body []byte) []byte { // 64-bit size
		b := binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01"+name), uint64(16+len(body)))
		return append(b, body...)
	}
	meta := append([]byte{0, 0, 0, 0}, wrap("iprp", wrap("ipco", ispe))...)
	toTheEnd := append([]byte("\x00\x00\x00\x00meta"), meta...)
	file := append([]byte("\x00\x00\x00\x10ftypheic\x00\x00\x00\x00"), toTheEnd...)
	facts := imaging.Survey(file)
	assert.Equal(t, domain.NoFault, facts.Fault)
	assert.Equal(t, []int{320, 256}, []int{facts.Width, facts.Height})
}

// Encoders that copy a JPEG's EXIF segment into a WebP leave its prefix on.
func TestWebPMayPrefixItsEXIF(t *testing.T) {
	t.Parallel()
	exif := photofixture.EXIF{Model: "Phone 1"}
	file := photofixture.House(2, photofixture.Options{Width: 320, Height: 240, Format: photofixture.WebP, EXIF: &exif})
	at := bytes.LastIndex(file, []byte("EXIF"))
	tiff := exif.TIFF(6)
	prefixed := append(bytes.Clone(file[:at]), "EXIF"...)
	prefixed = binary.LittleEndian.AppendUint32(prefixed, uint32(6+len(tiff)))
	prefixed = append(append(prefixed, "Exif\x00\x00"...), tiff...)

	got := imaging.Survey(prefixed)
	assert.Equal(t, "Phone 1", got.EXIF.Model)
	assert.Equal(t, 6, got.EXIF.Orientation)
	assert.Equal(t, 240, got.Width)
	assert.Empty(t, imaging.Survey(prefixed[:len(prefixed)-8]).EXIF.Model, "cut short")
}

func TestEXIFTextIsBounded(t *testing.T) {
	t.Parallel()
	exif := photofixture.EXIF{Make: "  Acme  ", Model: string(bytes.Repeat([]byte("ग"), 300)), Software: "bad\xff\xfebytes"}
	facts := imaging.Survey(photofixture.House(2, photofixture.Options{Width: 320, Height: 240, EXIF: &exif}))
	assert.Equal(t, "Acme", facts.EXIF.Make)
	assert.Len(t, []rune(facts.EXIF.Model), 100)
	assert.NotContains(t, facts.EXIF.Software, "\xff")
}
