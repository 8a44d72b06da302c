package portstest

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/bits"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// captured is the time in the EXIF of the fixtures.
var captured = time.Date(2026, 11, 23, 10, 15, 42, 0, domain.IST)

func measuredDefects(t *testing.T, inspector ports.PhotoInspector) {
	facts := func(o photofixture.Options) domain.ImageFacts {
		return inspect(t, inspector, photofixture.House(4, o)).Facts
	}
	soft := facts(photofixture.Options{Soft: true})
	assert.Less(t, soft.Sharpness, photocheck.SharpnessFlagBelow)
	assert.Greater(t, soft.Sharpness, photocheck.SharpnessFailBelow)
	hard := facts(photofixture.Options{Blur: photofixture.HardBlur})
	assert.Less(t, hard.Sharpness, photocheck.SharpnessFailBelow)

	for _, luma := range []float64{20, 120, 235} {
		assert.InDelta(t, luma, facts(photofixture.Options{Luma: luma}).Brightness, 4)
	}
	for _, glare := range []float64{0.3, 0.75, 1} {
		assert.InDelta(t, glare, facts(photofixture.Options{Glare: glare, Luma: 110}).Glare, 0.03)
	}
}

// steadySharpness checks one scene as taken by cameras of several resolutions, because a
// photo must not pass or fail by its number of pixels.
func steadySharpness(t *testing.T, inspector ports.PhotoInspector) {
	scene := photofixture.Picture(5, photofixture.Options{Width: 1800, Height: 1350})
	first := inspect(t, inspector, encoded(t, scene, 95)).Facts
	for _, factor := range []int{2, 3} {
		facts := inspect(t, inspector, encoded(t, coarser(scene, factor), 95)).Facts
		assert.InEpsilon(t, first.Sharpness, facts.Sharpness, 0.2, "width %d", 1800/factor)
		assert.InDelta(t, first.Brightness, facts.Brightness, 2, "width %d", 1800/factor)
	}
}

// coarser returns the scene as taken by a sensor whose pixels are larger by the factor. Each
// averages the light on its area.
func coarser(scene *image.RGBA, factor int) image.Image {
	size := scene.Rect.Size().Div(factor)
	out := image.NewRGBA(image.Rectangle{Max: size})
	for i := range out.Pix {
		x, y := i/4%size.X*factor, i/4/size.X*factor
		sum := 0
		for dy := range factor {
			for dx := range factor {
				sum += int(scene.Pix[scene.PixOffset(x+dx, y+dy)+i%4])
			}
		}
		out.Pix[i] = uint8(sum / (factor * factor))
	}
	return out
}

// resized returns the picture scaled to the width.
func resized(picture image.Image, width int) image.Image {
	size := picture.Bounds().Size()
	out := image.NewRGBA(image.Rect(0, 0, width, size.Y*width/size.X))
	draw.CatmullRom.Scale(out, out.Rect, picture, picture.Bounds(), draw.Src, nil)
	return out
}

func encoded(t *testing.T, picture image.Image, quality int) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, jpeg.Encode(&buf, picture, &jpeg.Options{Quality: quality}))
	return buf.Bytes()
}

func steadyHash(t *testing.T, inspector ports.PhotoInspector) {
	for seed := range int64(3) {
		picture := photofixture.Picture(seed, photofixture.Options{Width: 320, Height: 240})
		original := inspect(t, inspector, encoded(t, picture, 95)).Facts.PerceptualHash
		for name, file := range map[string][]byte{
			"recompressed": encoded(t, picture, 30),
			"shrunk":       encoded(t, resized(picture, 270), 80),
			"blurred":      photofixture.House(seed, photofixture.Options{Width: 320, Height: 240, Blur: 2}),
			"lightened":    photofixture.House(seed, photofixture.Options{Width: 320, Height: 240, Luma: 160}),
		} {
			hash := inspect(t, inspector, file).Facts.PerceptualHash
			assert.LessOrEqual(t, bits.OnesCount64(original^hash), sameWithin, "seed %d %s", seed, name)
		}
	}
}

func distinctHashes(t *testing.T, inspector ports.PhotoInspector) {
	var hashes []uint64
	for seed := range int64(20) {
		facts := inspect(t, inspector, photofixture.House(seed, photofixture.Options{Width: 240, Height: 200})).Facts
		for other, hash := range hashes {
			assert.Greater(t, bits.OnesCount64(facts.PerceptualHash^hash), sameWithin, "seeds %d and %d", seed, other)
		}
		hashes = append(hashes, facts.PerceptualHash)
	}
}

func exifOfEveryFormat(t *testing.T, inspector ports.PhotoInspector) {
	exif := photofixture.Phone(captured, 28.613939, 77.209023)
	exif.Software = "Camera 7.1"
	for format, fixture := range photoFormats {
		for _, exif.BigEndian = range []bool{false, true} {
			file := photofixture.House(6, photofixture.Options{Width: 320, Height: 240, Format: fixture, EXIF: exif, Orientation: 1})
			got := inspect(t, inspector, file).Facts.EXIF
			require.NotNil(t, got.TakenAt, format)
			require.NotNil(t, got.Location, format)
			assert.True(t, captured.Equal(*got.TakenAt), format)
			assert.True(t, got.Zoned, format)
			assert.Less(t, got.Location.DistanceKM(domain.Point{Lat: 28.613939, Lng: 77.209023}), 0.001, format)
			assert.Equal(t, 1, got.Orientation, format)
			assert.Equal(t, []string{exif.Make, exif.Model, exif.Software}, []string{got.Make, got.Model, got.Software}, format)
			assert.True(t, got.HasCamera(), format)
		}
	}
}

func exifTimes(t *testing.T, inspector ports.PhotoInspector) {
	utc := captured.UTC()
	wall := time.Date(2026, 11, 23, 10, 15, 42, 0, time.UTC) // the time of day in India, as if it were UTC
	for name, c := range map[string]struct {
		exif  photofixture.EXIF
		want  time.Time
		zoned bool
	}{
		"with its zone":         {photofixture.EXIF{TakenAt: captured, Zoned: true}, utc, true},
		"west of Greenwich":     {photofixture.EXIF{TakenAt: captured.In(time.FixedZone("", -9*3600-1800)), Zoned: true}, utc, true},
		"without zone, as IST":  {photofixture.EXIF{TakenAt: wall}, utc, false},
		"by the satellites":     {photofixture.EXIF{FixAt: utc}, utc, true},
		"satellites over local": {photofixture.EXIF{TakenAt: wall.Add(time.Hour), FixAt: utc}, utc, true},
		"own zone over them":    {photofixture.EXIF{TakenAt: captured, Zoned: true, FixAt: utc.Add(-time.Hour)}, utc, true},
		"midnight is no fix":    {photofixture.EXIF{TakenAt: wall, FixAt: utc.Truncate(24 * time.Hour)}, utc, false},
	} {
		got := exifOf(t, inspector, c.exif)
		require.NotNil(t, got.TakenAt, name)
		assert.True(t, c.want.Equal(*got.TakenAt), "%s: want %v, got %v", name, c.want, got.TakenAt)
		assert.Equal(t, c.zoned, got.Zoned, name)
	}
	none := exifOf(t, inspector, photofixture.EXIF{Make: "Fixture"})
	assert.Nil(t, none.TakenAt)
	assert.False(t, none.Zoned)
	zero := exifOf(t, inspector, photofixture.EXIF{RawTakenAt: "0000:00:00 00:00:00"})
	assert.Nil(t, zero.TakenAt)
}

func exifPlaces(t *testing.T, inspector ports.PhotoInspector) {
	for _, want := range []domain.Point{{Lat: 19.076, Lng: 72.8777}, {Lat: -33.8688, Lng: 151.2093}, {Lat: 40.7128, Lng: -74.006}, {Lat: -22.9, Lng: -43.2}} {
		got := exifOf(t, inspector, photofixture.EXIF{Position: &photofixture.Position{Lat: want.Lat, Lng: want.Lng}})
		require.NotNil(t, got.Location)
		assert.Less(t, got.Location.DistanceKM(want), 0.001)
	}
	for _, nowhere := range []photofixture.Position{{}, {Lat: 91, Lng: 10}, {Lat: 10, Lng: 181}} {
		assert.Nil(t, exifOf(t, inspector, photofixture.EXIF{Position: &nowhere}).Location)
	}
	assert.Nil(t, exifOf(t, inspector, photofixture.EXIF{Make: "Fixture"}).Location)
}

func exifOf(t *testing.T, inspector ports.PhotoInspector, exif photofixture.EXIF) domain.EXIF {
	t.Helper()
	file := photofixture.House(6, photofixture.Options{Width: 200, Height: 200, EXIF: &exif})
	found := inspect(t, inspector, file)
	assert.Equal(t, domain.NoFault, found.Facts.Fault)
	return found.Facts.EXIF
}

func brokenEXIF(t *testing.T, inspector ports.PhotoInspector) {
	plain := photofixture.House(6, photofixture.Options{Width: 200, Height: 200})
	tiff := photofixture.Phone(captured, 28.6, 77.2).TIFF(6)
	for end := range tiff {
		if end%11 != 0 {
			continue
		}
		found := inspect(t, inspector, photofixture.WithJPEGMetadata(plain, tiff[:end]))
		assert.Equal(t, domain.NoFault, found.Facts.Fault, "cut at %d", end)
		assert.NotEmpty(t, found.Display, "cut at %d", end)
	}
	for _, orientation := range []int{9, 255, 65535} {
		found := inspect(t, inspector, photofixture.House(6, photofixture.Options{Width: 300, Height: 240, Orientation: orientation}))
		assert.Zero(t, found.Facts.EXIF.Orientation)
		assert.Equal(t, 300, found.Facts.Width)
	}
}

func faults(t *testing.T, inspector ports.PhotoInspector) {
	small := photofixture.House(7, photofixture.Options{Width: 160, Height: 120})
	huge := make([]byte, domain.MaxPhotoBytes+1)
	copy(huge, small)
	for name, c := range map[string]struct {
		file []byte
		want domain.ImageFault
	}{
		"nothing":            {nil, domain.FaultNotAnImage},
		"text":               {[]byte("<script>alert(1)</script>, not a photo"), domain.FaultNotAnImage},
		"GIF":                {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), domain.FaultNotAnImage},
		"AVIF":               {[]byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"), domain.FaultNotAnImage},
		"PDF":                {[]byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), domain.FaultNotAnImage},
		"only a JPEG marker": {[]byte("\xff\xd8\xff\xe0"), domain.FaultBroken},
		"only a PNG header":  {photofixture.PNGClaiming(640, 480), domain.FaultBroken},
		"pixel bomb":         {photofixture.PNGClaiming(60_000, 60_000), domain.FaultTooBig},
		"just too big":       {photofixture.PNGClaiming(domain.MaxPhotoPixels/5000+1, 5000), domain.FaultTooBig},
		"too small":          {small, domain.FaultTooSmall},
		"too many bytes":     {huge, domain.FaultTooManyBytes},
	} {
		found := inspect(t, inspector, c.file)
		assert.Equal(t, c.want, found.Facts.Fault, name)
		assert.Empty(t, found.Thumb, name)
		assert.Empty(t, found.Display, name)
	}
}

// endlessFile checks that an endless file is read only up to one byte over MaxPhotoBytes.
func endlessFile(t *testing.T, inspector ports.PhotoInspector) {
	endless := &endlessReader{}
	found, err := inspector.Inspect(t.Context(), endless)
	require.NoError(t, err)
	assert.Equal(t, domain.FaultTooManyBytes, found.Facts.Fault)
	assert.Greater(t, found.Facts.Bytes, int64(domain.MaxPhotoBytes))
	assert.LessOrEqual(t, endless.read, domain.MaxPhotoBytes+1, "bytes read")
}

// endlessReader returns zeros without end and counts them.
type endlessReader struct{ read int }

func (r *endlessReader) Read(p []byte) (int, error) {
	clear(p)
	r.read += len(p)
	return len(p), nil
}

func truncatedFiles(t *testing.T, inspector ports.PhotoInspector) {
	for format, fixture := range photoFormats {
		file := photofixture.House(8, photofixture.Options{Width: 320, Height: 240, Format: fixture})
		for _, part := range []int{2, 3, 10} {
			facts := inspect(t, inspector, file[:len(file)-len(file)/part]).Facts
			assert.Equal(t, domain.FaultBroken, facts.Fault, "%s without its last 1/%d", format, part)
			assert.Equal(t, format, facts.Format)
			assert.NotEmpty(t, facts.SHA256, format)
		}
	}
}
