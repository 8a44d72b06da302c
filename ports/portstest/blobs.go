package portstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// BlobHarness is an empty object store whose links work over HTTP.
type BlobHarness struct {
	Blobs ports.Blobs
	// Advance makes links older by d: at once with a fake clock, otherwise by waiting.
	Advance func(d time.Duration)
	// KeepVersions makes the store keep versions from now on, if Blobs is a ports.BlobVersions, and
	// reports whether it does. It may be nil.
	KeepVersions func() bool
}

// Blobs checks a ports.Blobs.
func Blobs(t *testing.T, open func(t *testing.T) BlobHarness) {
	for name, check := range map[string]func(t *testing.T, s *bucket){
		"keeps objects":                      keepsObjects,
		"holds copies":                       copiesObjects,
		"says what is missing":               reportsMissingBlob,
		"deletes by prefix":                  deletesByPrefix,
		"purges by prefix":                   purgesByPrefix,
		"lists in order, page by page":       listsObjects,
		"creates where the key is free":      createsOnce,
		"takes an announced upload":          takesUpload,
		"takes an upload once":               takesUploadOnce,
		"takes one of racing uploads":        takesOneOfRacingUploads,
		"refuses what was not announced":     refusesUnannounced,
		"refuses a tampered upload link":     refusesTamperedUpload,
		"refuses a forged announcement":      refusesForgedAnnouncement,
		"refuses an expired upload link":     refusesExpiredUpload,
		"serves a signed download":           servesDownload,
		"refuses a tampered download link":   refusesTamperedDownload,
		"refuses an expired download link":   refusesExpiredDownload,
		"a download link is no upload link":  downloadLinkIsNoUpload,
		"an upload link is no download link": uploadLinkIsNoDownload,
		"objects are private without a link": objectsArePrivate,
		"ends with its context":              blobsEndWithContext,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, &bucket{BlobHarness: open(t), t: t, file: []byte(strings.Repeat("\xff\xd8 a photo ₹ ", 1000))})
		})
	}
}

const (
	blobKey = "properties/p 1/photos/ä+b/original"
	linkTTL = time.Second // harnesses may have to wait for it
)

type bucket struct {
	BlobHarness
	t    *testing.T
	file []byte
}

func announce(file []byte) domain.Announcement {
	sum := sha256.Sum256(file)
	return domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), ContentType: domain.ContentJPEG}
}

func (s *bucket) put(key string, data []byte) {
	s.t.Helper()
	require.NoError(s.t, s.Blobs.Put(s.t.Context(), key, domain.ContentJPEG, data))
}

// hasContent asserts that the object of the key has the content, or does not exist if want
// is nil.
func (s *bucket) hasContent(key string, want []byte) {
	s.t.Helper()
	size, sizeErr := s.Blobs.Size(s.t.Context(), key)
	reader, err := s.Blobs.Open(s.t.Context(), key)
	if want == nil {
		isError(s.t, sizeErr, domain.KindNotFound, "blob_not_found")
		isError(s.t, err, domain.KindNotFound, "blob_not_found")
		return
	}
	require.NoError(s.t, err)
	defer func() { assert.NoError(s.t, reader.Close()) }()
	got, err := io.ReadAll(reader)
	require.NoError(s.t, err)
	require.NoError(s.t, sizeErr)
	require.Equal(s.t, int64(len(want)), size)
	require.True(s.t, bytes.Equal(want, got), "the bytes of %s", key)
}

func (s *bucket) presign(ttl time.Duration) ports.Upload {
	s.t.Helper()
	upload, err := s.Blobs.PresignPut(s.t.Context(), blobKey, announce(s.file), ttl)
	require.NoError(s.t, err)
	return upload
}

// hungUp replaces the status of a store that refuses an upload without reading it and closes
// the connection, because then the client may not receive the answer.
const hungUp = 499

// send makes a request and returns the status and the body of the answer.
func (s *bucket) send(method, link string, headers map[string]string, body io.Reader) (int, []byte) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, link, body)
	require.NoError(s.t, err)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if body != nil && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)) {
		return hungUp, nil
	}
	require.NoError(s.t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, answer
}

func (s *bucket) upload(u ports.Upload, body []byte) int {
	s.t.Helper()
	status, _ := s.send(u.Method, u.URL, u.Headers, bytes.NewReader(body))
	return status
}

// refused asserts that an upload is refused and leaves nothing behind.
func (s *bucket) refused(what string, status int) {
	s.t.Helper()
	assert.GreaterOrEqual(s.t, status, 400, what)
	assert.Less(s.t, status, 500, what)
	s.hasContent(blobKey, nil)
}

func keepsObjects(_ *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	s.put("empty", []byte{})
	s.hasContent(blobKey, s.file)
	s.hasContent("empty", []byte{})
	s.put(blobKey, []byte("replaced"))
	s.hasContent(blobKey, []byte("replaced"))
}

func copiesObjects(_ *testing.T, s *bucket) {
	mine := bytes.Clone(s.file)
	s.put(blobKey, mine)
	clear(mine)
	s.hasContent(blobKey, s.file)
}

func reportsMissingBlob(_ *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	s.hasContent("properties/p 1/photos/ä+b", nil)
	s.hasContent(blobKey+"x", nil)
}

func deletesByPrefix(t *testing.T, s *bucket) { removesByPrefix(t, s, s.Blobs.DeletePrefix) }

func purgesByPrefix(t *testing.T, s *bucket) { removesByPrefix(t, s, s.Blobs.Purge) }

func removesByPrefix(t *testing.T, s *bucket, remove func(ctx context.Context, prefix string) error) {
	for _, key := range []string{"a/1/original", "a/1/320.jpg", "a/10/original", "b/1/original"} {
		s.put(key, s.file)
	}
	for range 2 { // the second time there is nothing to delete
		require.NoError(t, remove(t.Context(), "a/1/"))
	}
	s.hasContent("a/1/original", nil)
	s.hasContent("a/1/320.jpg", nil)
	s.hasContent("a/10/original", s.file)
	s.hasContent("b/1/original", s.file)
}

func takesUpload(t *testing.T, s *bucket) {
	upload := s.presign(time.Hour)
	require.False(t, upload.ExpiresAt.IsZero())
	s.hasContent(blobKey, nil)
	status := s.upload(upload, s.file)
	require.Less(t, status, 300)
	s.hasContent(blobKey, s.file)
}

// takesUploadOnce repeats an upload, as a client does whose answer was lost.
func takesUploadOnce(t *testing.T, s *bucket) {
	upload := s.presign(time.Hour)
	require.Equal(t, "*", upload.Headers["If-None-Match"])
	require.Less(t, s.upload(upload, s.file), 300)
	for range 3 {
		require.Equal(t, http.StatusPreconditionFailed, s.upload(upload, s.file))
	}
	require.Equal(t, http.StatusPreconditionFailed, s.upload(s.presign(time.Hour), s.file), "another link to the same key")
	s.hasContent(blobKey, s.file)

	require.NoError(t, s.Blobs.DeletePrefix(t.Context(), blobKey))
	delete(upload.Headers, "If-None-Match")
	s.refused("without the condition", s.upload(upload, s.file))
}

// racing is how many uploads there are at a time.
const racing = 100

func takesOneOfRacingUploads(t *testing.T, s *bucket) {
	versions, _ := s.Blobs.(ports.BlobVersions)
	if s.KeepVersions == nil || !s.KeepVersions() {
		versions = nil
	}
	upload := s.presign(time.Hour)
	statuses := make(chan int, racing)
	start := make(chan struct{})
	for range racing {
		go func() {
			<-start
			status, _ := s.send(upload.Method, upload.URL, upload.Headers, bytes.NewReader(s.file))
			statuses <- status
		}()
	}
	close(start)
	counts := make(map[int]int)
	for range racing {
		counts[<-statuses]++
	}
	t.Logf("%d uploads by one link at once, by status: %v", racing, counts)
	require.Equal(t, 1, counts[http.StatusOK], "%v", counts)
	require.Equal(t, racing-1, counts[http.StatusPreconditionFailed]+counts[http.StatusConflict]+counts[hungUp], "%v", counts)
	s.hasContent(blobKey, s.file)
	if versions != nil {
		kept, err := versions.Versions(t.Context(), blobKey)
		require.NoError(t, err)
		require.Len(t, kept, 1, "versions")
	}
}
