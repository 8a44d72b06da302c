package domain_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// TestStoredKeys keeps the keys as they are, because objects have had them since the first
// release, and jobs that wait in the queue name the folders.
func TestStoredKeys(t *testing.T) {
	t.Parallel()
	p := domain.Photo{ID: "p1", PropertyID: "property"}
	v := domain.Valuation{ID: "v1", PropertyID: "property"}
	for want, got := range map[string]string{
		"properties/property/photos/p1/original": p.OriginalKey(),
		"properties/property/photos/p1/320.jpg":  p.ThumbKey(),
		"properties/property/photos/p1/1600.jpg": p.DisplayKey(),
		"properties/property/photos/p1/":         p.Folder().String(),
		"properties/property/reports/v1.pdf":     v.ReportKey(),
		"properties/property/":                   domain.PropertyFolder("property").String(),
		"properties/":                            domain.BlobRoot,
	} {
		assert.Equal(t, want, got)
	}
}

func TestDeletionsOfFolders(t *testing.T) {
	t.Parallel()
	later := t0.Add(16 * domain.UploadTTL / 15)
	assert.Equal(t, domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "properties/1/", Key: "1", RunAt: later},
		domain.DeleteFiles(domain.PropertyFolder("1"), t0))
	assert.Equal(t, domain.Job{Kind: domain.JobDeletePhotoFiles, Subject: "properties/1/photos/2/", Key: "2", RunAt: later},
		domain.DeleteFiles(domain.PhotoFolder("1", "2"), t0))
}

func TestOnlyWholeFoldersAreDeleted(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{
		"", "/", "properties", "properties/", "properties//", "properties/p", "properties//photos/1/", "properties/p/photos/",
		"properties/p/photos//", "properties/p/photos/1", "properties/p/reports/", "properties/p/reports/r/", "properties/p/photos/1/original",
		"properties/p/photos/1/x/", "p/", "audit/anchors/", "audit/1/", "/properties/p/", " properties/p/", "properties/p/ ",
		domain.PropertyFolder("").String(), domain.BlobFolder{}.String(), domain.PhotoFolder("", "1").String(),
	} {
		_, err := domain.ParseBlobFolder(prefix)
		assert.Equal(t, domain.KindInvalid, domain.KindOf(err), prefix)
	}
}

// TestNoFolderHasTwoProperties draws prefixes from the pieces of keys: one that is accepted
// covers nothing of another property, nor of another photo if it is a photo's.
func TestNoFolderHasTwoProperties(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"properties", "photos", "reports", "/", "a", "ab", "b", "original"})
	id := rapid.SampledFrom([]string{"a", "ab", "b", "photos", "properties"})
	rapid.Check(t, func(t *rapid.T) {
		prefix := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		if rapid.Bool().Draw(t, "known") {
			prefix = domain.PhotoFolder(domain.PropertyID(id.Draw(t, "of")), domain.PhotoID(id.Draw(t, "photo"))).String()
		}
		folder, err := domain.ParseBlobFolder(prefix)
		if err != nil {
			return
		}
		require.Equal(t, prefix, folder.String())
		property := domain.PropertyOfBlob(prefix)
		for _, other := range []domain.PropertyID{"a", "ab", "b", "photos", "properties"} {
			key := domain.Photo{PropertyID: other, ID: "a"}.OriginalKey()
			require.False(t, strings.HasPrefix(key, prefix) && other != property, "%s covers %s", prefix, key)
		}
	})
}

func TestWhoseBlobsTheyAre(t *testing.T) {
	t.Parallel()
	mine := domain.PropertyFolder("p")
	for key, want := range map[string]domain.BlobFolder{
		"properties/p/photos/1/original": domain.PhotoFolder("p", "1"),
		"properties/p/photos/1/a/b":      domain.PhotoFolder("p", "1"),
		"properties/p/photos/1/":         domain.PhotoFolder("p", "1"),
	} {
		photo, ok := mine.PhotoOf(key)
		assert.True(t, ok, key)
		assert.Equal(t, want, photo, key)
		again, ok := photo.PhotoOf(key)
		assert.True(t, ok, key)
		assert.Equal(t, want, again, key)
	}
	for _, key := range []string{"properties/p/photos/1", "properties/p/photos//x", "properties/p/reports/1/x", "properties/q/photos/1/original", "", "p"} {
		_, ok := mine.PhotoOf(key)
		assert.False(t, ok, key)
	}
	for key, want := range map[string]domain.PropertyID{"properties/p/photos/1/original": "p", "properties/p/": "p", "properties/p": "p", "properties//x": ""} {
		assert.Equal(t, want, domain.PropertyOfBlob(key), key)
	}
}
