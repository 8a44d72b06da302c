package portstest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strings"
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
	// Advance lets d pass for links: at once on a fake clock, else by waiting.
	Advance func(d time.Duration)
}

// Blobs checks a ports.Blobs.
func Blobs(t *testing.T, open func(t *testing.T) BlobHarness) {
	for name, check := range map[string]func(t *testing.T, s *bucket){
		"keeps objects":                      keepsObjects,
		"holds copies":                       holdsCopiesOfObjects,
		"says what is missing":               saysWhichBlobIsMissing,
		"deletes by prefix":                  deletesByPrefix,
		"takes an announced upload":          takesUpload,
		"refuses what was not announced":     refusesUnannounced,
		"refuses a tampered upload link":     refusesTamperedUpload,
		"refuses an expired upload link":     refusesExpiredUpload,
		"serves a signed download":           servesDownload,
		"refuses a tampered download link":   refusesTamperedDownload,
		"refuses an expired download link":   refusesExpiredDownload,
		"a download link is no upload link":  downloadLinkIsNoUpload,
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

// holds asserts what lies under the key; nil for nothing.
func (s *bucket) holds(key string, want []byte) {
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

// send makes a request and returns the status and the body of the answer.
func (s *bucket) send(method, link string, headers map[string]string, body io.Reader) (int, []byte) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, link, body)
	require.NoError(s.t, err)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
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
	s.holds(blobKey, nil)
}

func keepsObjects(_ *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	s.put("empty", []byte{})
	s.holds(blobKey, s.file)
	s.holds("empty", []byte{})
	s.put(blobKey, []byte("replaced"))
	s.holds(blobKey, []byte("replaced"))
}

func holdsCopiesOfObjects(_ *testing.T, s *bucket) {
	mine := bytes.Clone(s.file)
	s.put(blobKey, mine)
	clear(mine)
	s.holds(blobKey, s.file)
}

func saysWhichBlobIsMissing(_ *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	s.holds("properties/p 1/photos/ä+b", nil)
	s.holds(blobKey+"x", nil)
}

func deletesByPrefix(t *testing.T, s *bucket) {
	for _, key := range []string{"a/1/original", "a/1/320.jpg", "a/10/original", "b/1/original"} {
		s.put(key, s.file)
	}
	for range 2 { // nothing is left the second time
		require.NoError(t, s.Blobs.DeletePrefix(t.Context(), "a/1/"))
	}
	s.holds("a/1/original", nil)
	s.holds("a/1/320.jpg", nil)
	s.holds("a/10/original", s.file)
	s.holds("b/1/original", s.file)
}

func takesUpload(t *testing.T, s *bucket) {
	upload := s.presign(time.Hour)
	require.False(t, upload.ExpiresAt.IsZero())
	s.holds(blobKey, nil)
	status := s.upload(upload, s.file)
	require.Less(t, status, 300)
	s.holds(blobKey, s.file)
}

func refusesUnannounced(_ *testing.T, s *bucket) {
	upload := s.presign(time.Hour)
	other := bytes.Clone(s.file)
	other[len(other)/2] ^= 1
	for what, body := range map[string][]byte{
		"other bytes of the same size": other,
		"a shorter file":               s.file[:len(s.file)-1],
		"a longer file":                append(bytes.Clone(s.file), 'x'),
		"an empty file":                {},
		"a much longer file":           bytes.Repeat(s.file, 50),
	} {
		s.refused(what, s.upload(upload, body))
	}
	status, _ := s.send(upload.Method, upload.URL, upload.Headers, io.MultiReader(bytes.NewReader(s.file)))
	s.refused("a file of unknown size", status)
	for name := range upload.Headers {
		changed := make(map[string]string)
		for other, value := range upload.Headers {
			changed[other] = value
		}
		changed[name] = "text/html"
		status, _ := s.send(upload.Method, upload.URL, changed, bytes.NewReader(s.file))
		s.refused("another "+name, status)
		delete(changed, name)
		status, _ = s.send(upload.Method, upload.URL, changed, bytes.NewReader(s.file))
		s.refused("no "+name, status)
	}
}

// tampered changes each part of a link in turn.
func tampered(t *testing.T, link string) map[string]string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	links := make(map[string]string)
	for name := range u.Query() {
		query := u.Query()
		value := []byte(query.Get(name))
		if len(value) == 0 {
			continue
		}
		digit := len(value) / 2
		value[digit] = '0' + (value[digit]-'0'+1)%10
		query.Set(name, string(value))
		changed := *u
		changed.RawQuery = query.Encode()
		links["another "+name] = changed.String()
		query.Del(name)
		changed.RawQuery = query.Encode()
		links["no "+name] = changed.String()
	}
	changed := *u
	changed.RawPath, changed.Path = "", u.Path+"x"
	links["another key"] = changed.String()
	return links
}

func refusesTamperedUpload(_ *testing.T, s *bucket) {
	upload := s.presign(time.Hour)
	for what, link := range tampered(s.t, upload.URL) {
		upload.URL = link
		s.refused(what, s.upload(upload, s.file))
	}
	s.holds(blobKey+"x", nil)
}

func refusesExpiredUpload(_ *testing.T, s *bucket) {
	upload := s.presign(linkTTL)
	s.Advance(linkTTL + time.Second)
	s.refused("expired", s.upload(upload, s.file))
}

func (s *bucket) link(key string, ttl time.Duration) string {
	s.t.Helper()
	link, err := s.Blobs.PresignGet(s.t.Context(), key, ttl)
	require.NoError(s.t, err)
	return link
}

func servesDownload(t *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	link := s.link(blobKey, time.Hour)
	for range 2 {
		response, err := http.Get(link) //nolint:gosec // the store's own link
		require.NoError(t, err)
		got, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Equal(t, domain.ContentJPEG, response.Header.Get("Content-Type"))
		require.True(t, bytes.Equal(s.file, got))
	}
	status, _ := s.send(http.MethodGet, s.link("missing", time.Hour), nil, nil)
	require.Equal(t, http.StatusNotFound, status)
}

func refusesTamperedDownload(t *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	s.put(blobKey+"x", s.file)
	for what, link := range tampered(t, s.link(blobKey, time.Hour)) {
		status, body := s.send(http.MethodGet, link, nil, nil)
		assert.GreaterOrEqual(t, status, 400, what)
		assert.NotContains(t, string(body), "a photo", what)
	}
}

func refusesExpiredDownload(t *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	link := s.link(blobKey, linkTTL)
	s.Advance(linkTTL + time.Second)
	status, body := s.send(http.MethodGet, link, nil, nil)
	require.GreaterOrEqual(t, status, 400)
	require.NotContains(t, string(body), "a photo")
}

func downloadLinkIsNoUpload(_ *testing.T, s *bucket) {
	link := s.link(blobKey, time.Hour)
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodDelete} {
		status, _ := s.send(method, link, map[string]string{"Content-Type": domain.ContentJPEG}, bytes.NewReader(s.file))
		s.refused(method, status)
	}
}

func objectsArePrivate(t *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	u, err := url.Parse(s.link(blobKey, time.Hour))
	require.NoError(t, err)
	u.RawQuery = ""
	for range 6 { // the object, and every folder above it
		status, body := s.send(http.MethodGet, u.String(), nil, nil)
		assert.GreaterOrEqual(t, status, 400, u.Path)
		assert.NotContains(t, string(body), "original", "nothing is listed")
		u = u.JoinPath("..")
	}
}

func blobsEndWithContext(t *testing.T, s *bucket) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Error(t, s.Blobs.Put(ctx, blobKey, domain.ContentJPEG, s.file))
	_, err := s.Blobs.Open(ctx, blobKey)
	require.Error(t, err)
	s.holds(blobKey, nil)
}
