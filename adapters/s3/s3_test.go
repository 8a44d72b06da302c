package s3_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/domain"
)

const key = "properties/1/photos/2/original"

func announce(file []byte) domain.Announcement {
	sum := sha256.Sum256(file)
	return domain.Announcement{SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(file)), ContentType: domain.ContentJPEG}
}

func TestUploadLinkSignsTheFile(t *testing.T) {
	t.Parallel()
	blobs := open(t, s3.Options{Bucket: "photos", Region: "ap-south-1", AccessKey: "key", SecretKey: "secret"})
	begun := time.Now()
	upload, err := blobs.PresignPut(t.Context(), key, announce([]byte("photo")), 90*time.Second)
	require.NoError(t, err)
	require.False(t, upload.ExpiresAt.Before(begun.Truncate(time.Second).Add(90*time.Second)))
	require.False(t, upload.ExpiresAt.After(time.Now().Add(90*time.Second)), "no later than the link")
	link, err := url.Parse(upload.URL)
	require.NoError(t, err)
	require.Equal(t, "photos.s3.ap-south-1.amazonaws.com", link.Host)
	require.Equal(t, "content-length;content-type;host;if-none-match;x-amz-checksum-sha256", link.Query().Get("X-Amz-SignedHeaders"))
	require.Equal(t, "90", link.Query().Get("X-Amz-Expires"))
	sum := sha256.Sum256([]byte("photo"))
	require.Equal(t, map[string]string{
		"Content-Type": domain.ContentJPEG, "X-Amz-Checksum-Sha256": base64.StdEncoding.EncodeToString(sum[:]),
		"If-None-Match": "*",
	}, upload.Headers)

	for _, file := range []domain.Announcement{{SHA256: "zz", Bytes: 1, ContentType: domain.ContentJPEG}, {}} {
		_, err = blobs.PresignPut(t.Context(), key, file, time.Minute)
		require.Equal(t, domain.KindInvalid, domain.KindOf(err))
	}
}

func TestLinksNameTheServerAsClientsSeeIt(t *testing.T) {
	t.Parallel()
	blobs := open(t, s3.Options{
		Bucket: "photos", Region: "us-east-1", AccessKey: "key", SecretKey: "secret", PathStyle: true,
		Endpoint: "http://minio:9000", LinkEndpoint: "https://files.example.org",
	})
	link, err := blobs.PresignGet(t.Context(), key, time.Minute)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(link, "https://files.example.org/photos/"+key+"?"), link)
}

func TestDeletesMoreThanAPage(t *testing.T) {
	t.Parallel()
	blobs := open(t, options(t))
	const objects, writers = 1005, 8 // a page is a thousand
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for n := w; n < objects; n += writers {
				assert.NoError(t, blobs.Put(t.Context(), fmt.Sprintf("many/%04d", n), domain.ContentJPEG, []byte("x")))
			}
		})
	}
	writing.Wait()
	require.NoError(t, blobs.Put(t.Context(), "many!", domain.ContentJPEG, []byte("stays")))
	require.NoError(t, blobs.DeletePrefix(t.Context(), "many/"))
	for _, n := range []int{0, 999, 1000, objects - 1} {
		_, err := blobs.Size(t.Context(), fmt.Sprintf("many/%04d", n))
		require.Equal(t, "blob_not_found", domain.CodeOf(err))
	}
	_, err := blobs.Size(t.Context(), "many!")
	require.NoError(t, err)
	require.Equal(t, "empty_prefix", domain.CodeOf(blobs.DeletePrefix(t.Context(), "")))
}

func TestEnsureBucket(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Bucket += "-new"
	blobs := open(t, o)
	require.Equal(t, domain.KindUnavailable, domain.KindOf(blobs.Ping(t.Context())), "there is no bucket yet")
	for range 2 {
		require.NoError(t, blobs.EnsureBucket(t.Context(), []string{"https://app.example.org"}))
	}
	require.NoError(t, blobs.EnsureBucket(t.Context(), nil))
	require.NoError(t, blobs.Ping(t.Context()))

	upload, err := blobs.PresignPut(t.Context(), key, announce([]byte("photo")), time.Minute)
	require.NoError(t, err)
	preflight := func(origin string) string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, upload.URL, http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Origin", origin)
		request.Header.Set("Access-Control-Request-Method", http.MethodPut)
		request.Header.Set("Access-Control-Request-Headers", "content-type,x-amz-checksum-sha256")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.Header.Get("Access-Control-Allow-Origin")
	}
	require.Equal(t, "https://app.example.org", preflight("https://app.example.org"))
	require.Empty(t, preflight("https://evil.example.org"))
}

// answering is a store that gives every request the same answer.
func answering(t *testing.T, status int, body string) (blobs *s3.Blobs, requests func() []string) {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var text bytes.Buffer
		_, _ = text.ReadFrom(r.Body)
		seen = append(seen, r.Method+" "+r.URL.RequestURI()+" "+text.String())
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return open(t, s3.Options{
			Endpoint: server.URL, PathStyle: true, Bucket: "photos", Region: "ap-south-1", AccessKey: "key", SecretKey: "secret",
		}), func() []string {
			mu.Lock()
			defer mu.Unlock()
			return seen
		}
}

func fault(code string) string { return "<Error><Code>" + code + "</Code><Message>m</Message></Error>" }

func TestAnswersBecomeKinds(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]struct {
		status int
		kind   domain.Kind
	}{
		"NoSuchKey":       {404, domain.KindNotFound},
		"NoSuchBucket":    {404, domain.KindInternal},
		"AccessDenied":    {403, domain.KindInternal},
		"SlowDown":        {503, domain.KindUnavailable},
		"InternalError":   {500, domain.KindUnavailable},
		"TooManyRequests": {429, domain.KindUnavailable},
	} {
		blobs, _ := answering(t, want.status, fault(code))
		_, err := blobs.Open(t.Context(), key)
		require.Equal(t, want.kind, domain.KindOf(err), "%s: %v", code, err)
	}
}

func TestDeletionsThatTheStoreRefuses(t *testing.T) {
	t.Parallel()
	blobs, _ := answering(t, 200, `<ListBucketResult><Contents><Key>a/1</Key></Contents></ListBucketResult>`)
	require.NoError(t, blobs.DeletePrefix(t.Context(), "a/"), "the answer names no error")
	blobs, _ = answering(t, 200, `<Any><Contents><Key>a/1</Key></Contents><Error><Key>a/1</Key><Code>InternalError</Code></Error></Any>`)
	err := blobs.DeletePrefix(t.Context(), "a/")
	require.Equal(t, domain.KindUnavailable, domain.KindOf(err))
	require.ErrorContains(t, err, "a/1: InternalError")
}

func TestBucketsOfOtherServers(t *testing.T) {
	t.Parallel()
	blobs, requests := answering(t, 501, fault("NotImplemented"))
	require.Error(t, blobs.EnsureBucket(t.Context(), []string{"https://app.example.org"}), "a bucket is needed")
	require.Contains(t, requests()[0], "<LocationConstraint>ap-south-1</LocationConstraint>")
	blobs, requests = answering(t, 409, fault("BucketAlreadyExists"))
	require.ErrorContains(t, blobs.EnsureBucket(t.Context(), nil), "BucketAlreadyExists", "it is somebody else's")
	require.Len(t, requests(), 1)
}
