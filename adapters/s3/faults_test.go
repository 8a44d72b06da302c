package s3_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/s3"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/servers"
)

const (
	timeout = 3 * time.Second
	// standstill is how long a busy machine may hold up what has ended.
	standstill = 10 * time.Second
)

// throughProxy returns a bucket, the way that its calls take, and the same bucket without it
// and with all the time that a busy machine may need.
func throughProxy(t *testing.T) (blobs *s3.Blobs, proxy *servers.Proxy, straight *s3.Blobs) {
	t.Helper()
	o := options(t)
	o.Timeout = time.Minute
	straight = open(t, o)
	proxy = servers.NewProxy(t, strings.TrimPrefix(o.Endpoint, "http://"))
	o.Endpoint, o.Timeout = "http://"+proxy.Addr(), timeout
	return open(t, o), proxy, straight
}

func read(ctx context.Context, blobs *s3.Blobs, key string) ([]byte, error) {
	object, err := blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer object.Close()
	return io.ReadAll(object)
}

func calls(blobs *s3.Blobs) map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"Ping":         blobs.Ping,
		"Put":          func(ctx context.Context) error { return blobs.Put(ctx, key, domain.ContentJPEG, []byte("photo")) },
		"Purge":        func(ctx context.Context) error { return blobs.Purge(ctx, "nothing/") },
		"DeletePrefix": func(ctx context.Context) error { return blobs.DeletePrefix(ctx, "nothing/") },
		"EnsureBucket": func(ctx context.Context) error { return blobs.EnsureBucket(ctx, nil) },
		"Create": func(ctx context.Context) error {
			err := blobs.Create(ctx, key, domain.ContentJPEG, []byte("photo"))
			if domain.IsKind(err, domain.KindConflict) { // an earlier call came through
				return nil
			}
			return err
		},
		"List": func(ctx context.Context) error {
			_, err := blobs.List(ctx, "", "", 10)
			return err
		},
		"Open": func(ctx context.Context) error {
			_, err := read(ctx, blobs, key)
			return err
		},
		"Size": func(ctx context.Context) error {
			_, err := blobs.Size(ctx, key)
			return err
		},
	}
}

func TestWithoutStore(t *testing.T) {
	t.Parallel()
	for manner, breakWay := range map[string]func(*servers.Proxy){"cut": (*servers.Proxy).Cut, "stalled": (*servers.Proxy).Stall} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			blobs, proxy, straight := throughProxy(t)
			require.NoError(t, straight.Put(t.Context(), key, domain.ContentJPEG, []byte("photo")))
			breakWay(proxy)
			allFail(t, blobs)
			_, err := blobs.PresignGet(t.Context(), key, time.Minute)
			require.NoError(t, err, "signing needs no store")
			proxy.Heal()
			begun := time.Now()
			for name, call := range calls(blobs) {
				require.Eventually(t, func() bool { return call(t.Context()) == nil }, 3*standstill, 10*time.Millisecond, name)
			}
			t.Logf("every call works again %v after", time.Since(begun).Round(time.Millisecond))
		})
	}
}

func allFail(t *testing.T, blobs *s3.Blobs) {
	t.Helper()
	type result struct {
		name string
		err  error
		took time.Duration
	}
	results := make(chan result)
	n := 0
	for name, call := range calls(blobs) {
		for range 3 {
			n++
			go func() {
				begun := time.Now()
				err := call(t.Context())
				results <- result{name, err, time.Since(begun)}
			}()
		}
	}
	var slowest time.Duration
	for range n {
		r := <-results
		slowest = max(slowest, r.took)
		assert.Equal(t, domain.KindUnavailable, domain.KindOf(r.err), "%s: %v", r.name, r.err)
		assert.Less(t, r.took, timeout+standstill, r.name)
	}
	t.Logf("%d calls failed, the slowest after %v", n, slowest.Round(time.Millisecond))
}

// TestReadingBreaksOff breaks the way in the middle of an object.
func TestReadingBreaksOff(t *testing.T) {
	t.Parallel()
	large := bytes.Repeat([]byte("0123456789abcdef"), 3<<19) // more than the ways between can hold
	for manner, breakWay := range map[string]func(*servers.Proxy){"cut": (*servers.Proxy).Cut, "stalled": (*servers.Proxy).Stall} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			blobs, proxy, straight := throughProxy(t)
			require.NoError(t, straight.Put(t.Context(), key, domain.ContentJPEG, large))
			object, err := blobs.Open(t.Context(), key)
			require.NoError(t, err)
			defer object.Close()
			_, err = io.ReadFull(object, make([]byte, 1000))
			require.NoError(t, err)
			<-time.After(timeout + timeout/2) // a reader may take its time
			_, err = io.CopyN(io.Discard, object, 8<<20)
			require.NoError(t, err)
			breakWay(proxy)
			begun := time.Now()
			_, err = io.Copy(io.Discard, object)
			require.Equal(t, domain.KindUnavailable, domain.KindOf(err), "%v", err)
			require.Less(t, time.Since(begun), 2*timeout+standstill)
			proxy.Heal()
			whole, err := read(t.Context(), straight, key)
			require.NoError(t, err)
			require.True(t, bytes.Equal(large, whole))
		})
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	blobs, proxy, straight := throughProxy(t)
	require.NoError(t, straight.Put(t.Context(), key, domain.ContentJPEG, make([]byte, 16<<20)))
	ctx, cancel := context.WithCancel(t.Context())
	object, err := blobs.Open(ctx, key)
	require.NoError(t, err)
	defer object.Close()
	proxy.Stall()
	cancel()
	_, err = io.Copy(io.Discard, object)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, blobs.Ping(ctx), context.Canceled)
}
