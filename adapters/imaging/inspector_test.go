package imaging_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// photo is a small good photo.
func photo() []byte {
	return photofixture.House(1, photofixture.Options{Width: 320, Height: 240})
}

// stuck is a decoder that ends only once released, as the HEIC decoder may.
type stuck struct{ released chan struct{} }

func newStuck() stuck { return stuck{make(chan struct{})} }

func (s stuck) decode(domain.ImageFormat, io.Reader) (image.Image, error) {
	<-s.released
	return image.NewGray(image.Rect(0, 0, 320, 240)), nil
}

func TestSlowFileIsAFaultAndKeepsItsSlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		decoder := newStuck()
		inspector := imaging.NewWith(10*time.Second, 1, decoder.decode)
		start := time.Now()

		found, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
		require.NoError(t, err)
		assert.Equal(t, domain.FaultTooSlow, found.Facts.Fault)
		assert.Equal(t, 10*time.Second, time.Since(start))
		assert.Len(t, found.Facts.SHA256, 64, "what was learnt before stays")
		assert.False(t, inspector.Idle(), "the abandoned decode keeps its slot")

		// Whoever comes next waits for the slot, by its own context.
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err = inspector.Inspect(ctx, bytes.NewReader(photo()))
		require.ErrorIs(t, err, context.DeadlineExceeded)

		close(decoder.released)
		synctest.Wait()
		assert.True(t, inspector.Idle())
		found, err = inspector.Inspect(t.Context(), bytes.NewReader(photo()))
		require.NoError(t, err)
		assert.Equal(t, domain.NoFault, found.Facts.Fault)
	})
}

func TestTimeLimitStopsADecoderAtItsNextRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		crawl := func(_ domain.ImageFormat, r io.Reader) (image.Image, error) {
			for {
				<-time.After(time.Second) // of the bubble, not of the wall
				if _, err := r.Read(make([]byte, 1)); err != nil {
					return nil, err
				}
			}
		}
		inspector := imaging.NewWith(10500*time.Millisecond, 1, crawl)
		found, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
		require.NoError(t, err)
		assert.Equal(t, domain.FaultTooSlow, found.Facts.Fault)
		<-time.After(time.Second)
		synctest.Wait()
		assert.True(t, inspector.Idle())
	})
}

func TestCallerMayGiveUpWhileDecoding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		decoder := newStuck()
		inspector := imaging.NewWith(time.Hour, 1, decoder.decode)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := inspector.Inspect(ctx, bytes.NewReader(photo()))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(decoder.released)
	})
}

func TestOnlySoManyDecodesRunAtOnce(t *testing.T) {
	t.Parallel()
	const slots, callers = 3, 12
	var mu sync.Mutex
	running, most := 0, 0
	full := make(chan struct{})
	inspector := imaging.NewWith(time.Minute, slots, func(domain.ImageFormat, io.Reader) (image.Image, error) {
		mu.Lock()
		running++
		most = max(most, running)
		if running == slots {
			select {
			case <-full:
			default:
				close(full)
			}
		}
		mu.Unlock()
		<-full
		mu.Lock()
		running--
		mu.Unlock()
		return image.NewGray(image.Rect(0, 0, 320, 240)), nil
	})
	var group sync.WaitGroup
	for range callers {
		group.Go(func() {
			_, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
			assert.NoError(t, err)
		})
	}
	group.Wait()
	assert.Equal(t, slots, most)
	assert.True(t, inspector.Idle())
}

func TestLargeFilesRunOneAtATimeAndLeaveRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		decoder := newStuck()
		inspector := imaging.NewWith(time.Hour, 2, decoder.decode)
		large := photofixture.PNGClaiming(7000, 7000)
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				_, err := inspector.Inspect(ctx, bytes.NewReader(large))
				assert.True(t, err == nil || errors.Is(err, context.Canceled))
			})
		}
		synctest.Wait() // one large file is being decoded, two wait
		group.Go(func() {
			found, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
			assert.NoError(t, err)
			assert.Equal(t, domain.NoFault, found.Facts.Fault)
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(decoder.released)
		group.Wait()
		assert.True(t, inspector.Idle())
	})
}

func TestLargeFileGivesTheLargeSlotBackWhenItsCallerGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		decoder := newStuck()
		inspector := imaging.NewWith(time.Hour, 1, decoder.decode)
		go func() { _, _ = inspector.Inspect(t.Context(), bytes.NewReader(photo())) }()
		synctest.Wait() // the only slot is taken
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := inspector.Inspect(ctx, bytes.NewReader(photofixture.PNGClaiming(7000, 7000)))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(decoder.released)
		synctest.Wait()
		assert.True(t, inspector.Idle())
	})
}

func TestPanicsBecomeErrors(t *testing.T) {
	t.Parallel()
	inspector := imaging.NewWith(time.Minute, 1, func(domain.ImageFormat, io.Reader) (image.Image, error) {
		return panicking{}, nil
	})
	_, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
	require.ErrorContains(t, err, "no pixels")
	assert.True(t, inspector.Idle())
}

// panicking is a picture that cannot be read.
type panicking struct{ image.Image }

func (panicking) Bounds() image.Rectangle { panic("no pixels") }

func TestDecodedSizeIsCheckedAgain(t *testing.T) {
	t.Parallel()
	inspector := imaging.NewWith(time.Minute, 1, func(domain.ImageFormat, io.Reader) (image.Image, error) {
		return image.NewGray(image.Rect(0, 0, 320, 100)), nil
	})
	found, err := inspector.Inspect(t.Context(), bytes.NewReader(photo()))
	require.NoError(t, err)
	assert.Equal(t, domain.FaultTooSmall, found.Facts.Fault)
	assert.Equal(t, 100, found.Facts.Height)
	assert.Empty(t, found.Display)
}
