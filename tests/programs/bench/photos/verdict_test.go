package photos_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/app/journey"
	propflow "github.com/propflow/propflow/sdk/go"
)

const (
	verdictOwners = 4
	verdictPhotos = 60 // at each pace; at most 30 to a property
)

// BenchmarkVerdict uploads photos of 12 megapixels at a steady pace and measures from the
// answer to completePhoto until the owner's live event of the verdict: API and worker in one
// process, on real PostgreSQL, Redis and S3. Aims: a p95 under 2 s, at 2 photos a second in
// pure Go and at 5 with libjpeg-turbo. Paces that the machine cannot sustain show it.
func BenchmarkVerdict(b *testing.B) {
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Minute)
	defer cancel()
	stage := newStage(ctx, b)
	for _, pace := range []int{2, 5} {
		b.Run(fmt.Sprintf("%d photos a second", pace), func(b *testing.B) {
			for b.Loop() {
				owners := stage.owners(ctx, b)
				before := load(b)
				all := uploadAt(ctx, b, owners, pace)
				p50, p95 := percentile(all, 50), percentile(all, 95)
				b.Logf("%s: %d photos at %d a second: p50 %.0f ms, p95 %.0f ms, slowest %.0f ms; load %s before, %s after",
					imaging.JPEGCodec, len(all), pace, p50, p95, percentile(all, 100), before, load(b))
				b.ReportMetric(p50, "ms-p50")
				b.ReportMetric(p95, "ms-p95")
			}
		})
	}
}

// uploader is an owner with a draft and the photo that they upload over and over, each time
// with other bytes behind its end.
type uploader struct {
	*journey.Owner
	property string
	photo    []byte
}

// uploadAt uploads verdictPhotos photos, one each 1/pace s whatever became of the earlier
// ones, and returns how long each waited for its event, in ms.
func uploadAt(ctx context.Context, b *testing.B, owners []uploader, pace int) (waits []float64) {
	b.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(pace))
	defer tick.Stop()
	for i := range verdictPhotos {
		<-tick.C
		group.Go(func() {
			waited, err := owners[i%len(owners)].await(ctx, i)
			if assert.NoError(b, err) {
				mu.Lock()
				waits = append(waits, float64(waited.Microseconds())/1000)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	require.Len(b, waits, verdictPhotos)
	return waits
}

// await uploads one photo and returns how long after its completion the event came.
func (u uploader) await(ctx context.Context, i int) (time.Duration, error) {
	photo := journey.Photo{Name: fmt.Sprint(i), Data: fmt.Appendf(bytes.Clone(u.photo), "%08d", i), Type: propflow.PhotoTypeFRONT}
	at := journey.DefaultProperty().Location
	here := propflow.Point{Lat: at.Lat, Lng: at.Lng}
	done, err := u.Upload(ctx, u.property, photo, here, "")
	if err != nil {
		return 0, err
	}
	completed := time.Now()
	_, err = u.Events.Await(ctx, func(e propflow.Event) bool {
		return e.Name == "photo.inspected" && e.PhotoID != nil && *e.PhotoID == done.ID
	})
	return time.Since(completed), err
}
