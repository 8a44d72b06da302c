package imaging_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
)

// Copies of real photos must be found, however they were turned, recompressed or shrunk.
func TestDuplicatesOfRealPhotosAreFound(t *testing.T) {
	t.Parallel()
	const houses = 50
	tried, found := map[string]int{}, map[string]int{}
	farthest, least := 0, 1.0
	taken := 0
	for _, p := range unlike(housePhotos(t)) {
		if taken == houses || !strings.Contains(filepath.Base(p.path), "frontal") {
			continue
		}
		taken++
		img := decodeFile(t, p.path)
		for kind, copied := range copiesOf(t, img) {
			facts, err := imaging.Facts(copied)
			require.NoError(t, err)
			tried[kind]++
			if domain.SamePicture(facts, p.facts) && domain.SamePicture(p.facts, facts) {
				found[kind]++
			}
			if kind != crop2 && kind != crop5 {
				farthest = max(farthest, facts.HashDistance(p.facts.PerceptualHash))
				least = min(least, facts.Fingerprint.Similarity(p.facts.Fingerprint))
			}
		}
	}
	t.Logf("cropped at every edge by 2 %%: %d, by 5 %%: %d of %d found (not asked for)", found[crop2], found[crop5], tried[crop2])
	for _, kind := range []string{crop2, crop5} {
		delete(tried, kind)
		delete(found, kind)
	}
	t.Logf("found %v of %v; the farthest hash lies %d bits away, the least similarity is %.3f", found, tried, farthest, least)
	assert.Equal(t, houses, taken)
	assert.Len(t, tried, 8+2)
	assert.Equal(t, tried, found)
}

// crop2 and crop5 are copies that lost an edge, which nothing promises to find.
const crop2, crop5 = "cropped by 2 %", "cropped by 5 %"

// copiesOf returns the files of the eight orientations, a recompression, half the size and
// two crops.
func copiesOf(t *testing.T, img image.Image) map[string][]byte {
	t.Helper()
	copies := map[string][]byte{"recompressed": encode(t, img, 60), "half": encode(t, scaled(img, 0.5), 85)}
	size := img.Bounds().Size()
	whole := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(whole, whole.Rect, img, img.Bounds().Min, draw.Src)
	copies[crop2] = encode(t, whole.SubImage(whole.Rect.Inset(size.X/50)), 90)
	copies[crop5] = encode(t, whole.SubImage(whole.Rect.Inset(size.X/20)), 90)
	for i := range 8 {
		w, h := size.X, size.Y
		if i >= 4 {
			w, h = h, w
		}
		out := image.NewRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				u, v := x, y
				if i >= 4 {
					u, v = y, x
				}
				if i&1 != 0 {
					u = size.X - 1 - u
				}
				if i&2 != 0 {
					v = size.Y - 1 - v
				}
				out.SetRGBA(x, y, whole.RGBAAt(u, v))
			}
		}
		copies["turned "+string(rune('1'+i))] = encode(t, out, 90)
	}
	return copies
}

// Photos of different houses must not be taken for each other.
func TestDuplicatesAreNotSeenWhereThereAreNone(t *testing.T) {
	t.Parallel()
	photos := housePhotos(t)
	var pairs, candidates, confirmed, copies int
	nearest, most := 64, -1.0
	for i, a := range photos {
		for _, b := range photos[:i] {
			if a.house == b.house {
				continue
			}
			if houseCopies[a.house] == b.house || houseCopies[b.house] == a.house {
				copies += count(domain.SamePicture(a.facts, b.facts))
				continue
			}
			pairs++
			distance := a.facts.HashDistance(b.facts.PerceptualHash)
			similarity := a.facts.Fingerprint.Similarity(b.facts.Fingerprint)
			candidates += count(distance <= domain.PictureHashDistance)
			confirmed += count(domain.SamePicture(a.facts, b.facts))
			nearest, most = min(nearest, distance), max(most, similarity)
		}
	}
	t.Logf("%d confirmed of %d pairs of photos of different houses; %d with near hashes; the nearest hashes differ in %d bits, "+
		"the greatest similarity is %.3f; houses 199 and 214: %d pairs", confirmed, pairs, candidates, nearest, most, copies)
	assert.Greater(t, pairs, 29_000)
	assert.LessOrEqual(t, float64(confirmed)/float64(pairs), 0.00001)
	assert.Less(t, most, domain.FingerprintMatch, "the fingerprint alone tells them apart, too")
	assert.Equal(t, 4, copies, "the byte-identical photos of houses 199 and 214")
}

// Every hash must be the upright one of the picture turned, whichever photo it is.
func TestDuplicatesHashesAgreeOnRealPhotos(t *testing.T) {
	t.Parallel()
	for _, p := range housePhotos(t) {
		assert.Equal(t, p.facts.Hashes[0], p.facts.PerceptualHash)
		for i, hash := range p.facts.Hashes {
			half := bits.OnesCount64(hash)
			assert.InDelta(t, 31.5, half, 1, "%s, orientation %d: the median splits the terms", p.path, i+1)
		}
	}
}

func decodeFile(t *testing.T, path string) image.Image {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	img, _, err := image.Decode(file)
	require.NoError(t, err, path)
	return img
}

func encode(t *testing.T, img image.Image, quality int) []byte {
	t.Helper()
	var buf bytes.Buffer
	require.NoError(t, jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality}))
	return buf.Bytes()
}

// scaled returns the picture at a share of its size.
func scaled(img image.Image, share float64) image.Image {
	size := img.Bounds().Size()
	out := image.NewRGBA(image.Rect(0, 0, int(float64(size.X)*share), int(float64(size.Y)*share)))
	draw.CatmullRom.Scale(out, out.Rect, img, img.Bounds(), draw.Src, nil)
	return out
}

// Photos of one house are different pictures, but for one house of the collection.
func TestPhotosOfOneHouseAreNoRepetitions(t *testing.T) {
	t.Parallel()
	pairs := 0
	var repeated []string
	photos := housePhotos(t)
	for i, p := range photos {
		for _, other := range photos[:i] {
			name, beside := filepath.Base(p.path), filepath.Base(other.path)
			if house, _, _ := strings.Cut(name, "_"); !strings.HasPrefix(beside, house+"_") {
				continue
			}
			pairs++
			if domain.SamePicture(p.facts, other.facts) {
				repeated = append(repeated, name+" "+beside)
			}
		}
	}
	t.Logf("%d of %d pairs of photos of one house show the same picture: %v", len(repeated), pairs, repeated)
	assert.Len(t, repeated, 1)
}
