package portstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"math/bits"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// sameWithin is the maximum number of the 64 bits in which the perceptual hashes of one
// picture may differ after it was re-encoded, resized or turned (docs/domain.md, "Photo
// checks").
const sameWithin = 10

// PhotoInspector checks a ports.PhotoInspector.
func PhotoInspector(t *testing.T, open func(t *testing.T) ports.PhotoInspector) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, ports.PhotoInspector){
		"good photos of every format":            goodPhotos,
		"derivatives are bounded and bare":       boundedDerivatives,
		"pictures are turned upright":            turnedUpright,
		"blur, darkness and glare are measured":  measuredDefects,
		"sharpness ignores the resolution":       steadySharpness,
		"one picture keeps its hash":             steadyHash,
		"different pictures have another":        distinctHashes,
		"one picture keeps its signature":        samePictures,
		"screens show their grid":                screensShowTheirGrid,
		"large screens show it too":              largeScreensShowTheirGrid,
		"content credentials are noticed":        contentCredentials,
		"XMP says what EXIF does not":            xmpSupplements,
		"odd XMP spoils nothing":                 xmpOddities,
		"EXIF is read from every format":         exifOfEveryFormat,
		"EXIF times know their zones":            exifTimes,
		"EXIF places are signed":                 exifPlaces,
		"broken EXIF spoils nothing":             brokenEXIF,
		"what is no photo is a fault":            faults,
		"truncated files are broken":             truncatedFiles,
		"a file without end is not read to it":   endlessFile,
		"a failing reader is an error":           failingReader,
		"an ended context is an error":           endedContext,
		"many at once find what one finds alone": manyAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// inspect inspects a file and asserts that there is no error.
func inspect(t *testing.T, inspector ports.PhotoInspector, file []byte) ports.PhotoInspection {
	t.Helper()
	found, err := inspector.Inspect(t.Context(), bytes.NewReader(file))
	require.NoError(t, err)
	return found
}

var photoFormats = map[domain.ImageFormat]photofixture.Format{
	domain.FormatJPEG: photofixture.JPEG,
	domain.FormatPNG:  photofixture.PNG,
	domain.FormatWebP: photofixture.WebP,
	domain.FormatHEIC: photofixture.HEIC,
}

func goodPhotos(t *testing.T, inspector ports.PhotoInspector) {
	for format, fixture := range photoFormats {
		file := photofixture.House(1, photofixture.Options{Format: fixture, Width: 640, Height: 480})
		facts := inspect(t, inspector, file).Facts
		sum := sha256.Sum256(file)

		assert.Equal(t, domain.NoFault, facts.Fault, format)
		assert.Equal(t, format, facts.Format)
		assert.Equal(t, int64(len(file)), facts.Bytes, format)
		assert.Equal(t, hex.EncodeToString(sum[:]), facts.SHA256, format)
		assert.Equal(t, []int{640, 480}, []int{facts.Width, facts.Height}, format)
		assert.Greater(t, facts.Sharpness, photocheck.SharpnessFlagBelow, format)
		assert.InDelta(t, (photocheck.BrightnessMin+photocheck.BrightnessMax)/2, facts.Brightness, 60, format)
		assert.Less(t, facts.Glare, photocheck.GlareMax/2, format)
		assert.Equal(t, domain.EXIF{}, facts.EXIF, format)
	}
}

func boundedDerivatives(t *testing.T, inspector ports.PhotoInspector) {
	exif := photofixture.Phone(captured, 28.6139, 77.209)
	for _, c := range []struct{ width, height, thumbW, thumbH, displayW, displayH int }{
		{300, 240, 300, 240, 300, 240},
		{640, 480, 320, 240, 640, 480},
		{1680, 840, 320, 160, 1600, 800},
		{210, 1680, 40, 320, 200, 1600},
	} {
		found := inspect(t, inspector, photofixture.House(2, photofixture.Options{Width: c.width, Height: c.height, EXIF: exif}))
		assert.Equal(t, image.Pt(c.thumbW, c.thumbH), jpegSize(t, found.Thumb))
		assert.Equal(t, image.Pt(c.displayW, c.displayH), jpegSize(t, found.Display))
		for _, derivative := range [][]byte{found.Thumb, found.Display} {
			assert.NotContains(t, string(derivative), "Exif")
			assert.NotContains(t, string(derivative), exif.Model)
		}
	}
}

// jpegSize returns the size of a JPEG and asserts that it decodes completely.
func jpegSize(t *testing.T, file []byte) image.Point {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	return img.Bounds().Size()
}

func turnedUpright(t *testing.T, inspector ports.PhotoInspector) {
	options := photofixture.Options{Width: 360, Height: 240}
	upright := inspect(t, inspector, photofixture.House(3, options))
	for orientation := 1; orientation <= 8; orientation++ {
		options.Orientation = orientation
		assertUpright(t, orientation, upright, inspect(t, inspector, photofixture.House(3, options)))
	}
	options.Format = photofixture.HEIC
	for _, orientation := range []int{1, 3, 6, 8} {
		options.Orientation = orientation
		assertUpright(t, orientation, upright, inspect(t, inspector, photofixture.House(3, options)))
	}
}

func assertUpright(t *testing.T, orientation int, upright, found ports.PhotoInspection) {
	t.Helper()
	facts := found.Facts
	assert.Equal(t, orientation, facts.EXIF.Orientation)
	assert.Equal(t, []int{360, 240}, []int{facts.Width, facts.Height}, "orientation %d", orientation)
	assert.LessOrEqual(t, bits.OnesCount64(upright.Facts.PerceptualHash^facts.PerceptualHash), 2, "orientation %d", orientation)
	assert.Less(t, difference(t, upright.Thumb, found.Thumb), 10.0, "thumb, orientation %d", orientation)
	assert.Less(t, difference(t, upright.Display, found.Display), 10.0, "display, orientation %d", orientation)
}

// difference returns the mean absolute difference of luma, 0 to 255, of two JPEGs of one size.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	first, err := jpeg.Decode(bytes.NewReader(a))
	require.NoError(t, err)
	second, err := jpeg.Decode(bytes.NewReader(b))
	require.NoError(t, err)
	require.Equal(t, first.Bounds(), second.Bounds())
	one, ok := first.(*image.YCbCr)
	require.True(t, ok)
	two, ok := second.(*image.YCbCr)
	require.True(t, ok)
	require.Len(t, two.Y, len(one.Y))
	sum := 0
	for i := range one.Y {
		sum += max(int(one.Y[i])-int(two.Y[i]), int(two.Y[i])-int(one.Y[i]))
	}
	return float64(sum) / float64(len(one.Y))
}

func failingReader(t *testing.T, inspector ports.PhotoInspector) {
	broken := errors.New("the store went away")
	file := photofixture.House(1, photofixture.Options{Width: 320, Height: 240})
	_, err := inspector.Inspect(t.Context(), io.MultiReader(bytes.NewReader(file[:1000]), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
}

func endedContext(t *testing.T, inspector ports.PhotoInspector) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := inspector.Inspect(ctx, bytes.NewReader(photofixture.House(1, photofixture.Options{Width: 320, Height: 240})))
	require.ErrorIs(t, err, context.Canceled)
}

func manyAtOnce(t *testing.T, inspector ports.PhotoInspector) {
	var group sync.WaitGroup
	for seed := range int64(3) {
		options := photofixture.Options{Width: 320, Height: 240, Format: photofixture.Format(seed)}
		file := photofixture.House(seed, options)
		alone := inspect(t, inspector, file)
		for range 3 {
			group.Go(func() {
				found, err := inspector.Inspect(t.Context(), bytes.NewReader(file))
				assert.NoError(t, err)
				assert.Equal(t, alone, found)
			})
		}
	}
	group.Wait()
}
