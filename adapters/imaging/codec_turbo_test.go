//go:build turbo && cgo

package imaging

import (
	"bytes"
	"errors"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
	"github.com/propflow/propflow/tests/kit/outside"
)

// both reduces a JPEG by libjpeg-turbo and by the standard library.
func both(t *testing.T, file []byte) (turbo, pure picture) {
	t.Helper()
	require.NoError(t, decodeJPEG(t.Context(), file, &turbo))
	img, err := decodeWhole(domain.FormatJPEG, bytes.NewReader(file))
	require.NoError(t, err)
	require.NoError(t, pure.read(img))
	return turbo, pure
}

// assertAlike checks that both say the same of a photo.
func assertAlike(t *testing.T, name string, file []byte) {
	t.Helper()
	turbo, pure := both(t, file)
	assert.Equal(t, pure.size, turbo.size, name)
	assert.LessOrEqual(t, apart(turbo.luma.Pix, pure.luma.Pix), 2, name)
	assert.LessOrEqual(t, apart(turbo.display.Y, pure.display.Y), 3, name)
	assert.LessOrEqual(t, apart(turbo.display.Cb, pure.display.Cb), 3, name)
	assert.LessOrEqual(t, apart(turbo.display.Cr, pure.display.Cr), 3, name)
	var a, b domain.ImageFacts
	measure(&a, &turbo, 6)
	measure(&b, &pure, 6)
	assert.InEpsilon(t, b.Sharpness, a.Sharpness, 0.02, name)
	assert.InDelta(t, b.Brightness, a.Brightness, 0.5, name)
	assert.InDelta(t, b.Glare, a.Glare, 0.005, name)
	assert.InDelta(t, b.Moire, a.Moire, 0.1, name)
}

func apart(a, b []uint8) (most int) {
	for i := range a {
		most = max(most, int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return most
}

func TestBothCodecsSayTheSame(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{X: 200, Y: 200}, {X: 641, Y: 479}, {X: 1700, Y: 900}} {
		assertAlike(t, size.String(), photofixture.House(1, photofixture.Options{Width: size.X, Height: size.Y}))
	}
}

func TestBothCodecsSayTheSameOfRealPhotos(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(outside.Path(t, "images", "houses"), "1*.jpg"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		assertAlike(t, filepath.Base(path), data)
	}
}

// Of damaged files, one may refuse what the other reads, but seldom: markers in odd places
// are taken in different ways.
func TestBothCodecsRefuseTheSameFiles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	original := photofixture.House(3, photofixture.Options{Width: 240, Height: 200, Quality: 50})
	const n = 1500
	broken, disagree := 0, 0
	for range n {
		file := bytes.Clone(original)
		if random.IntN(4) == 0 {
			file = file[:random.IntN(len(file))]
		}
		for range random.IntN(4) {
			file[random.IntN(len(file))] = byte(random.Uint32())
		}
		if survey(file).Fault != domain.NoFault {
			continue
		}
		var p picture
		turbo := decodeJPEG(t.Context(), file, &p)
		if errors.Is(turbo, errors.ErrUnsupported) {
			continue
		}
		_, pure := decodeWhole(domain.FormatJPEG, bytes.NewReader(file))
		if pure != nil {
			broken++
		}
		if (turbo != nil) != (pure != nil) {
			disagree++
		}
	}
	t.Logf("of %d damaged files, %d are broken to Go; libjpeg-turbo disagrees on %d", n, broken, disagree)
	assert.Greater(t, broken, n/10)
	assert.Less(t, disagree, n/20)
}
