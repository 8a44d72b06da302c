package portstest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

func listsObjects(t *testing.T, s *bucket) {
	keys := []string{"a/1", "b", "properties/1/original", "properties/1/reports/2.pdf", "properties/12/original", "properties/ä+b c", "z"}
	list := func(prefix, after string, limit int) []string {
		t.Helper()
		blobs, err := s.Blobs.List(t.Context(), prefix, after, limit)
		require.NoError(t, err)
		var found []string
		for _, b := range blobs {
			found = append(found, b.Key)
			assert.EqualValues(t, len(b.Key), b.Bytes, b.Key)
			assert.False(t, b.ModifiedAt.IsZero(), b.Key)
			assert.Equal(t, time.UTC, b.ModifiedAt.Location())
		}
		return found
	}
	require.Empty(t, list("", "", 10))
	for _, key := range shuffled(keys) {
		s.put(key, []byte(key))
	}
	require.Equal(t, keys, list("", "", 1000))
	require.Equal(t, keys[2:6], list("properties/", "", 1000))
	require.Equal(t, keys[2:4], list("properties/1/", "", 1000))
	require.Equal(t, keys[3:5], list("properties/", keys[2], 2), "behind a key")
	require.Equal(t, keys[4:6], list("properties/", "properties/1/reports0", 1000), "behind a key that there is not")
	require.Empty(t, list("properties/", "properties0", 1000))
	require.Empty(t, list("q", "", 1000))
	var walked []string
	for after := ""; ; after = walked[len(walked)-1] {
		page := list("", after, 2)
		if walked = append(walked, page...); len(page) == 0 {
			break
		}
	}
	require.Equal(t, keys, walked)
}

func createsOnce(t *testing.T, s *bucket) {
	require.NoError(t, s.Blobs.Create(t.Context(), blobKey, "application/json", []byte("first")))
	isError(t, s.Blobs.Create(t.Context(), blobKey, "application/json", []byte("second")), domain.KindConflict, "blob_exists")
	s.hasContent(blobKey, []byte("first"))
	var mu sync.Mutex
	var won []int
	errs := race(racers, func(i int) error {
		err := s.Blobs.Create(t.Context(), "raced", "application/json", fmt.Appendf(nil, "%d", i))
		if err == nil {
			mu.Lock()
			defer mu.Unlock()
			won = append(won, i)
		}
		return err
	})
	require.Len(t, won, 1)
	s.hasContent("raced", fmt.Appendf(nil, "%d", won[0]))
	for _, err := range slices.DeleteFunc(errs, func(err error) bool { return err == nil }) {
		isError(t, err, domain.KindConflict, "blob_exists")
	}
}
