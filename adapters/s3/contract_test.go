package s3_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/servers"
)

// options reach a new, empty bucket.
func options(t *testing.T) s3.Options {
	t.Helper()
	return reach(servers.S3(t))
}

func reach(e servers.S3Endpoint) s3.Options {
	return s3.Options{
		Endpoint: e.Endpoint, Region: e.Region, AccessKey: e.AccessKey, SecretKey: e.SecretKey,
		Bucket: e.Bucket, PathStyle: true,
	}
}

func open(t *testing.T, o s3.Options) *s3.Blobs {
	t.Helper()
	blobs, err := s3.Open(o)
	require.NoError(t, err)
	return blobs
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	portstest.Blobs(t, func(t *testing.T) portstest.BlobHarness {
		e := servers.S3(t)
		return portstest.BlobHarness{
			Blobs:        open(t, reach(e)),
			Advance:      func(d time.Duration) { <-time.After(d) },
			KeepVersions: func() bool { return e.Versions(t) },
		}
	})
}

func TestBlobVersions(t *testing.T) {
	t.Parallel()
	portstest.BlobVersions(t, func(t *testing.T) (portstest.VersionedBlobs, func(time.Duration)) {
		e := servers.S3(t)
		if !e.Versions(t) {
			t.Skip("skipped: this server keeps no versions")
		}
		return open(t, reach(e)), func(d time.Duration) { <-time.After(d) }
	})
}

var _ ports.Blobs = (*s3.Blobs)(nil)
