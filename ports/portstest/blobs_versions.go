package portstest

import (
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// VersionedBlobs is an empty object store that keeps versions.
type VersionedBlobs interface {
	ports.Blobs
	ports.BlobVersions
}

// BlobVersions checks a ports.BlobVersions. advance makes time pass: at once with a fake
// clock, otherwise by waiting.
func BlobVersions(t *testing.T, open func(t *testing.T) (s VersionedBlobs, advance func(time.Duration))) {
	t.Run("keeps what is overwritten or deleted", func(t *testing.T) {
		t.Parallel()
		s, _ := open(t)
		keepsVersions(t, s)
	})
	t.Run("revives a version", func(t *testing.T) {
		t.Parallel()
		s, _ := open(t)
		revivesVersions(t, s)
	})
	t.Run("purges all versions", func(t *testing.T) {
		t.Parallel()
		s, _ := open(t)
		purgesVersions(t, s)
	})
	t.Run("says when a version began", func(t *testing.T) {
		t.Parallel()
		s, advance := open(t)
		datesVersions(t, s, advance)
	})
}

func overwrite(t *testing.T, s VersionedBlobs, key string, contents ...string) {
	t.Helper()
	for _, content := range contents {
		require.NoError(t, s.Put(t.Context(), key, domain.ContentJPEG, []byte(content)))
	}
}

func contentOf(t *testing.T, s VersionedBlobs, key string) string {
	t.Helper()
	object, err := s.Open(t.Context(), key)
	require.NoError(t, err)
	defer object.Close()
	content, err := io.ReadAll(object)
	require.NoError(t, err)
	return string(content)
}

func versionsOf(t *testing.T, s VersionedBlobs, prefix string) []ports.BlobVersion {
	t.Helper()
	all, err := s.Versions(t.Context(), prefix)
	require.NoError(t, err)
	return all
}

func keepsVersions(t *testing.T, s VersionedBlobs) {
	require.Empty(t, versionsOf(t, s, ""))
	overwrite(t, s, "a/2", "one", "two")
	overwrite(t, s, "a/1", "other")
	overwrite(t, s, "b", "far")
	require.NoError(t, s.DeletePrefix(t.Context(), "a/2"))
	type line struct {
		key              string
		current, deleted bool
	}
	var found []line
	for _, v := range versionsOf(t, s, "a/") {
		found = append(found, line{v.Key, v.Current, v.Deleted})
		assert.NotEmpty(t, v.ID)
		assert.False(t, v.At.IsZero())
	}
	require.Equal(t, []line{{"a/1", true, false}, {"a/2", true, true}, {"a/2", false, false}, {"a/2", false, false}}, found)
	require.Len(t, versionsOf(t, s, ""), 5)
}

func purgesVersions(t *testing.T, s VersionedBlobs) {
	overwrite(t, s, "a/1", "one", "two")
	overwrite(t, s, "a/2", "gone")
	require.NoError(t, s.DeletePrefix(t.Context(), "a/2"))
	overwrite(t, s, "b", "far", "farther")
	require.NoError(t, s.Purge(t.Context(), "a/"))
	require.Empty(t, versionsOf(t, s, "a/"))
	isError(t, openError(t, s, "a/1"), domain.KindNotFound, "blob_not_found")
	require.Len(t, versionsOf(t, s, ""), 2)
	require.NoError(t, s.Purge(t.Context(), "a/"), "there is nothing left to purge")
}

func revivesVersions(t *testing.T, s VersionedBlobs) {
	for _, key := range []string{blobKey, "plain"} {
		overwrite(t, s, key, "good", "junk")
		require.NoError(t, s.DeletePrefix(t.Context(), key))
		isError(t, openError(t, s, key), domain.KindNotFound, "blob_not_found")
		all := versionsOf(t, s, key)
		require.Len(t, all, 3)
		isError(t, s.Revive(t.Context(), key, all[0].ID), domain.KindNotFound, "blob_not_found") // a deletion
		require.NoError(t, s.Revive(t.Context(), key, all[2].ID))
		require.Equal(t, "good", contentOf(t, s, key))
		now := versionsOf(t, s, key)
		require.Len(t, now, 4, "nothing is removed")
		require.True(t, now[0].Current && !now[0].Deleted)
		require.Equal(t, now[0].Tag, now[3].Tag, "the same content")
		require.NotEqual(t, now[0].Tag, now[2].Tag)
	}
	isError(t, s.Revive(t.Context(), "plain", "01ARZ3NDEKTSV4RRFFQ69G5FAV"), domain.KindNotFound, "blob_not_found")
}

func datesVersions(t *testing.T, s VersionedBlobs, advance func(time.Duration)) {
	overwrite(t, s, "a", "one")
	first := versionsOf(t, s, "a")[0]
	advance(2 * time.Second)
	overwrite(t, s, "a", "two")
	advance(2 * time.Second)
	require.NoError(t, s.DeletePrefix(t.Context(), "a"))
	all := versionsOf(t, s, "a")
	require.Len(t, all, 3)
	assert.Equal(t, first.ID, all[2].ID)
	assert.WithinDuration(t, first.At, all[2].At, time.Second, "not when it ended")
	for i := range 2 {
		assert.Greater(t, all[i].At.Sub(all[i+1].At), time.Second)
	}
}

func openError(t *testing.T, s VersionedBlobs, key string) error {
	t.Helper()
	object, err := s.Open(t.Context(), key)
	if err == nil {
		require.NoError(t, object.Close())
	}
	return err
}
