//go:build turbo && cgo

package turbo_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging/turbo"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

var limits = turbo.Limits{Bytes: 1 << 20, Scans: 20, Time: time.Minute}

// decoded decodes a file into whole planes.
func decoded(file []byte, limits turbo.Limits) (*image.YCbCr, error) {
	d, err := turbo.Open(file)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if err = d.Start(limits); err != nil {
		return nil, err
	}
	out := &image.YCbCr{
		YStride: d.Luma.Stride, CStride: d.Chroma.Stride,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rectangle{Max: d.Size},
	}
	strip := func(p turbo.Plane) []byte { return make([]byte, p.Stride*p.Rows) }
	for top := 0; top < d.Size.Y; top += d.Luma.Rows {
		y, cb, cr := strip(d.Luma), strip(d.Chroma), strip(d.Chroma)
		if err = d.Strip(y, cb, cr); err != nil {
			return nil, err
		}
		out.Y, out.Cb, out.Cr = append(out.Y, y...), append(out.Cb, cb...), append(out.Cr, cr...)
	}
	return out, nil
}

// mostApart is how far the samples of two pictures of one size lie apart at the most.
func mostApart(t *testing.T, a, b *image.YCbCr) (most int) {
	t.Helper()
	require.Equal(t, a.Rect, b.Rect)
	apart := func(x, y uint8) { most = max(most, int(x)-int(y), int(y)-int(x)) }
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			apart(a.Y[a.YOffset(x, y)], b.Y[b.YOffset(x, y)])
			apart(a.Cb[a.COffset(x, y)], b.Cb[b.COffset(x, y)])
			apart(a.Cr[a.COffset(x, y)], b.Cr[b.COffset(x, y)])
		}
	}
	return most
}

func planes(t *testing.T, file []byte) *image.YCbCr {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	got, ok := img.(*image.YCbCr)
	require.True(t, ok)
	return got
}

// Sizes that end within a block and within a unit of 16.
var sizes = []image.Point{{X: 320, Y: 240}, {X: 321, Y: 241}, {X: 328, Y: 248}, {X: 1, Y: 1}, {X: 17, Y: 200}}

func TestDecodesAsTheStandardLibraryDoes(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		file := photofixture.House(1, photofixture.Options{Width: size.X, Height: size.Y})
		got, err := decoded(file, limits)
		require.NoError(t, err, size)
		assert.LessOrEqual(t, mostApart(t, planes(t, file), got), 2, size)
	}
}

func TestEncodesWhatTheStandardLibraryReads(t *testing.T) {
	t.Parallel()
	for _, size := range sizes {
		picture := planes(t, photofixture.House(2, photofixture.Options{Width: size.X, Height: size.Y}))
		file, err := turbo.Encode(picture, 100)
		require.NoError(t, err)
		assert.LessOrEqual(t, mostApart(t, picture, planes(t, file)), 6, size)
		worse, err := turbo.Encode(picture, 30)
		require.NoError(t, err)
		assert.LessOrEqual(t, len(worse), len(file), size)
	}
	_, err := turbo.Encode(&image.YCbCr{}, 90)
	assert.Error(t, err, "no pixels")
}

// Blocks reach over the edge of a picture; what lies there must not shine through.
func TestEdgesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	flat := image.NewYCbCr(image.Rect(0, 0, 19, 21), image.YCbCrSubsampleRatio420)
	for _, plane := range [][]uint8{flat.Y, flat.Cb, flat.Cr} {
		for i := range plane {
			plane[i] = 200
		}
	}
	file, err := turbo.Encode(flat, 50)
	require.NoError(t, err)
	assert.LessOrEqual(t, mostApart(t, flat, planes(t, file)), 2)
}

func TestGrayHasNoChroma(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	gray := image.NewGray(image.Rect(0, 0, 100, 50))
	require.NoError(t, jpeg.Encode(&file, gray, nil))
	d, err := turbo.Open(file.Bytes())
	require.NoError(t, err)
	defer d.Close()
	require.NoError(t, d.Start(limits))
	assert.False(t, d.Colour)
	assert.Zero(t, d.Chroma)
	luma := make([]byte, d.Luma.Stride*d.Luma.Rows)
	require.NoError(t, d.Strip(luma, nil, nil))
	assert.Zero(t, luma[0])
}

func TestBrokenFilesAreErrors(t *testing.T) {
	t.Parallel()
	file := photofixture.House(3, photofixture.Options{Width: 200, Height: 200})
	for name, broken := range map[string][]byte{
		"nothing": nil, "a marker": file[:2], "a header": file[:200], "half": file[:len(file)/2], "text": []byte("text, not a photo"),
	} {
		_, err := decoded(broken, limits)
		assert.ErrorIs(t, err, turbo.ErrBroken, name)
	}
	arithmetic := bytes.Replace(file, []byte("\xff\xc0\x00\x11"), []byte("\xff\xc9\x00\x11"), 1)
	_, err := decoded(arithmetic, limits)
	assert.ErrorIs(t, err, turbo.ErrUnsupported)
}

// Random damage must end in a picture or an error, never in a crash.
func TestDamageIsSurvived(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	original := photofixture.House(3, photofixture.Options{Width: 200, Height: 200})
	broken := 0
	for range 2000 {
		file := bytes.Clone(original)
		for range 1 + random.IntN(20) {
			file[random.IntN(len(file))] = byte(random.Uint32())
		}
		if d, err := turbo.Open(file); err == nil {
			small := d.Size.X*d.Size.Y < 1_000_000
			d.Close()
			if !small {
				continue
			}
		}
		if _, err := decoded(file, limits); err != nil {
			broken++
		}
	}
	assert.Greater(t, broken, 100)
}

func TestLimitsHold(t *testing.T) {
	t.Parallel()
	file := progressive(t)
	_, err := decoded(file, turbo.Limits{Bytes: 1 << 20, Scans: 2, Time: time.Minute})
	require.NoError(t, err)
	for name, l := range map[string]turbo.Limits{
		"scans":  {Bytes: 1 << 20, Scans: 1, Time: time.Minute},
		"time":   {Bytes: 1 << 20, Scans: 2},
		"memory": {Bytes: 1000, Scans: 2, Time: time.Minute},
	} {
		_, err := decoded(file, l)
		assert.ErrorIs(t, err, turbo.ErrLimit, name)
	}
}

// progressive is a gray progressive JPEG of 256×256 pixels in two scans, of which the codes
// say only that every coefficient of the whole picture is zero.
func progressive(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	segment := func(marker byte, body ...byte) {
		file.Write([]byte{0xff, marker, byte((len(body) + 2) >> 8), byte(len(body) + 2)})
		file.Write(body)
	}
	file.WriteString("\xff\xd8")
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	segment(0xc2, 8, 1, 0, 1, 0, 1, 1, 0x11, 0)
	table := func(class byte, symbol byte) { // one symbol, of the code 0
		segment(0xc4, append([]byte{class, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, symbol)...)
	}
	table(0x00, 0)    // DC: no difference
	table(0x10, 0xa0) // AC: an end of band that runs on for 1024 blocks or more
	segment(0xda, 1, 1, 0x00, 0, 0, 0)
	file.Write(bytes.Repeat([]byte{0}, 32*32/8))
	segment(0xda, 1, 1, 0x00, 1, 63, 0)
	file.Write([]byte{0, 0x1f})
	file.WriteString("\xff\xd9")
	return file.Bytes()
}
