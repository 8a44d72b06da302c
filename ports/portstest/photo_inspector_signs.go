package portstest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// samePictures checks that copies of a photo are recognised, however it was turned, mirrored,
// recompressed or resized, and that no other photo is.
func samePictures(t *testing.T, inspector ports.PhotoInspector) {
	options := photofixture.Options{Width: 540, Height: 420}
	var originals []domain.ImageFacts
	for seed := range int64(2) {
		original := inspect(t, inspector, photofixture.House(seed, options)).Facts
		assert.Equal(t, original.PerceptualHash, original.Hashes[0])
		picture := photofixture.Picture(seed, options)
		copies := map[string][]byte{"recompressed": encoded(t, picture, 60), "half its size": encoded(t, resized(picture, 270), 85)}
		turned := options
		for turned.Orientation = 2; turned.Orientation <= 8; turned.Orientation++ {
			// Stored as a camera would, but without the EXIF that has the orientation.
			copies["turned by "+string(rune('0'+turned.Orientation))] = photofixture.WithoutEXIF(photofixture.House(seed, turned))
		}
		for name, file := range copies {
			assert.True(t, domain.SamePicture(inspect(t, inspector, file).Facts, original), "seed %d %s", seed, name)
		}
		for _, other := range originals {
			assert.False(t, domain.SamePicture(original, other), "seed %d and an earlier one", seed)
			assert.Less(t, original.Fingerprint.Similarity(other.Fingerprint), domain.FingerprintMatch-0.2)
		}
		originals = append(originals, original)
	}
}

func screensShowTheirGrid(t *testing.T, inspector ports.PhotoInspector) {
	for pitch, penTile := range map[float64]bool{2.4: true, 3.3: false, 4.5: false} {
		shot := photofixture.Recapture{Width: 480, Height: 360, Pitch: pitch, PenTile: penTile, Tilt: 4, Focus: 0.5, Noise: 2, Quality: 90}
		shown := photofixture.Picture(9, photofixture.Options{Width: 300, Height: 225})
		facts := inspect(t, inspector, shot.JPEG(shown, 1)).Facts
		assert.Greater(t, facts.Moire, photocheck.MoireFlagAbove, "pitch %v", pitch)
	}
	for seed := range int64(3) {
		facts := inspect(t, inspector, photofixture.House(seed, photofixture.Options{Width: 600, Height: 450})).Facts
		assert.Less(t, facts.Moire, photocheck.MoireFlagAbove, "seed %d", seed)
	}
}

// largeScreensShowTheirGrid checks that decoding a large photo at a reduced size does not
// lose the grid of the screen.
func largeScreensShowTheirGrid(t *testing.T, inspector ports.PhotoInspector) {
	shot := photofixture.Recapture{Width: 3300, Height: 210, Pitch: 2.7, Tilt: 4, Focus: 0.5, Noise: 2, Quality: 90}
	shown := photofixture.Picture(9, photofixture.Options{Width: 1200, Height: 80})
	facts := inspect(t, inspector, shot.JPEG(shown, 1)).Facts
	assert.Equal(t, 3300, facts.Width)
	assert.Greater(t, facts.Moire, photocheck.MoireFlagAbove)
}

func contentCredentials(t *testing.T, inspector ports.PhotoInspector) {
	for format, fixture := range photoFormats {
		plain := photofixture.House(6, photofixture.Options{Width: 320, Height: 240, Format: fixture, Orientation: 1})
		facts := inspect(t, inspector, plain).Facts
		assert.False(t, facts.C2PA, format)
		facts = inspect(t, inspector, photofixture.WithC2PA(plain)).Facts
		assert.True(t, facts.C2PA, format)
		assert.Equal(t, domain.NoFault, facts.Fault, format)
	}
}

func xmpSupplements(t *testing.T, inspector ports.PhotoInspector) {
	properties := map[string]string{
		"xmp:CreatorTool": "Screen Capture 3", "xmp:CreateDate": "2026-11-23T10:15:42+05:30",
		"exif:GPSLatitude": "28,36.836N", "exif:GPSLongitude": "77,12,32.5E",
	}
	for _, fixture := range []photofixture.Format{photofixture.JPEG, photofixture.PNG, photofixture.WebP} {
		for _, elements := range []bool{false, true} {
			bare := photofixture.House(6, photofixture.Options{Width: 320, Height: 240, Format: fixture, Orientation: 1})
			exif := inspect(t, inspector, photofixture.WithXMP(bare, photofixture.XMP(properties, elements))).Facts.EXIF
			require.NotNil(t, exif.TakenAt, fixture)
			require.NotNil(t, exif.Location, fixture)
			assert.Equal(t, "Screen Capture 3", exif.CreatorTool)
			assert.True(t, captured.Equal(*exif.TakenAt), "%v", exif.TakenAt)
			assert.True(t, exif.Zoned)
			assert.InDelta(t, 28+36.836/60, exif.Location.Lat, 1e-9)
			assert.InDelta(t, 77+12/60.0+32.5/3600, exif.Location.Lng, 1e-9)
		}
	}
	// EXIF takes precedence over XMP.
	own := photofixture.House(6, photofixture.Options{Width: 320, Height: 240, EXIF: photofixture.Phone(captured.Add(-time.Hour), 19.076, 72.8777)})
	exif := inspect(t, inspector, photofixture.WithXMP(own, photofixture.XMP(properties, false))).Facts.EXIF
	assert.True(t, captured.Add(-time.Hour).Equal(*exif.TakenAt))
	assert.InDelta(t, 19.076, exif.Location.Lat, 1e-6)
	assert.Equal(t, "Screen Capture 3", exif.CreatorTool)
}

// xmpOddities checks dates and places in every form, and invalid packets.
func xmpOddities(t *testing.T, inspector ports.PhotoInspector) {
	bare := photofixture.House(6, photofixture.Options{Width: 200, Height: 200})
	read := func(packet []byte) domain.EXIF {
		facts := inspect(t, inspector, photofixture.WithXMP(bare, packet)).Facts
		assert.Equal(t, domain.NoFault, facts.Fault)
		return facts.EXIF
	}
	of := func(name, value string) domain.EXIF {
		return read(photofixture.XMP(map[string]string{name: value}, true))
	}

	local := of("xmp:CreateDate", "2026-11-23T10:15:42.75")
	require.NotNil(t, local.TakenAt)
	assert.Equal(t, captured.Add(750*time.Millisecond).UTC(), *local.TakenAt)
	assert.False(t, local.Zoned)
	assert.Equal(t, captured.Truncate(time.Minute).UTC(), *of("exif:DateTimeOriginal", "2026-11-23T04:45Z").TakenAt)
	for _, nonsense := range []string{"2026-11-23", "2026", "yesterday", "0000-00-00T00:00:00"} {
		assert.Nil(t, of("xmp:CreateDate", nonsense).TakenAt, nonsense)
	}
	for _, place := range []map[string]string{
		{"exif:GPSLatitude": "28,36.8N"}, // no longitude
		{"exif:GPSLatitude": "28,36.8N", "exif:GPSLongitude": "77,12.5"},
		{"exif:GPSLatitude": "0,0N", "exif:GPSLongitude": "0,0E"},
		{"exif:GPSLatitude": "91,0N", "exif:GPSLongitude": "77,0E"},
		{"exif:GPSLatitude": "NaNN", "exif:GPSLongitude": "77,0E"},
		{"exif:GPSLatitude": "28,-3N", "exif:GPSLongitude": "1,2,3,4E"},
	} {
		assert.Nil(t, read(photofixture.XMP(place, false)).Location, place)
	}
	south := read(photofixture.XMP(map[string]string{"exif:GPSLatitude": "33,52.128S", "exif:GPSLongitude": "70,40W"}, false))
	require.NotNil(t, south.Location)
	assert.InDelta(t, -33.8688, south.Location.Lat, 1e-9)
	assert.InDelta(t, -70-40/60.0, south.Location.Lng, 1e-9)

	whole := photofixture.XMP(map[string]string{"xmp:CreatorTool": "Editor"}, false)
	for end := range whole {
		if end%40 == 0 {
			read(whole[:end])
		}
	}
	assert.Empty(t, read([]byte("<a><b>")).CreatorTool)
}
