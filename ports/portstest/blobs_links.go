package portstest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

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
		changed := maps.Clone(upload.Headers)
		changed[name] = "text/html"
		status, _ := s.send(upload.Method, upload.URL, changed, bytes.NewReader(s.file))
		s.refused("another "+name, status)
		delete(changed, name)
		status, _ = s.send(upload.Method, upload.URL, changed, bytes.NewReader(s.file))
		s.refused("no "+name, status)
	}
}

// tampered returns copies of a link, each with one part changed or removed, by description.
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
	s.hasContent(blobKey+"x", nil)
}

// refusesForgedAnnouncement changes the link and the headers so that they announce the file
// that is then sent. Only the signature can detect that.
func refusesForgedAnnouncement(t *testing.T, s *bucket) {
	signed := announce(s.file)
	otherFile := bytes.Clone(s.file)
	otherFile[0] ^= 1
	page := signed
	page.ContentType = "text/html"
	for what, forgery := range map[string]struct {
		file domain.Announcement
		body []byte
	}{
		"other bytes":    {announce(otherFile), otherFile},
		"a shorter file": {announce(s.file[1:]), s.file[1:]},
		"another type":   {page, s.file},
	} {
		upload := s.presign(time.Hour)
		forge := strings.NewReplacer(
			signed.SHA256, forgery.file.SHA256,
			base64Of(t, signed.SHA256), base64Of(t, forgery.file.SHA256),
			url.QueryEscape(base64Of(t, signed.SHA256)), url.QueryEscape(base64Of(t, forgery.file.SHA256)),
			signed.ContentType, forgery.file.ContentType,
			url.QueryEscape(signed.ContentType), url.QueryEscape(forgery.file.ContentType),
			"="+strconv.FormatInt(signed.Bytes, 10), "="+strconv.FormatInt(forgery.file.Bytes, 10),
		)
		upload.URL = forge.Replace(upload.URL)
		for name, value := range upload.Headers {
			upload.Headers[name] = forge.Replace(value)
			if value == strconv.FormatInt(signed.Bytes, 10) {
				upload.Headers[name] = strconv.FormatInt(forgery.file.Bytes, 10)
			}
		}
		s.refused(what, s.upload(upload, forgery.body))
	}
}

// base64Of converts a hexadecimal digest to base64, which the headers of some stores use.
func base64Of(t *testing.T, digest string) string {
	t.Helper()
	raw, err := hex.DecodeString(digest)
	require.NoError(t, err)
	return base64.StdEncoding.EncodeToString(raw)
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
		response, err := http.Get(link)
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

func uploadLinkIsNoDownload(t *testing.T, s *bucket) {
	s.put(blobKey, s.file)
	status, body := s.send(http.MethodGet, s.presign(time.Hour).URL, nil, nil)
	require.GreaterOrEqual(t, status, 400)
	require.NotContains(t, string(body), "a photo")
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
	s.hasContent(blobKey, nil)
}
