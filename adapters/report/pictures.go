package report

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"runtime"
	"sync"

	"golang.org/x/image/draw"

	"github.com/propflow/propflow/domain"
)

// Limits that keep a report of 30 photos under about 2 MB.
const (
	pictureBytes  = 150 << 10       // at most, of one photo
	picturesBytes = 1600 << 10      // at most, of all photos together
	sourcePixels  = 2 * 1600 * 1600 // no display derivative is larger
)

// sizes are the ways to encode a picture, the best first: 800 pixels are 240 per inch at the
// size printed. Share is the approximate number of bytes, relative to the first.
var sizes = []struct {
	side, quality int
	share         float64
}{{800, 80, 1}, {800, 62, 0.68}, {640, 62, 0.44}, {480, 60, 0.25}, {320, 60, 0.11}, {200, 50, 0.04}}

// picture is a photo made small. Its jpeg is nil if the photo cannot be shown. Width and height
// are the photo's own, in pixels.
type picture struct {
	jpeg          []byte
	width, height int
}

// shrink re-encodes the photos, at most four at a time. It returns ctx's error.
func shrink(ctx context.Context, photos []domain.ReportPhoto) ([]picture, error) {
	pictures := make([]picture, len(photos))
	limit := min(pictureBytes, picturesBytes/max(1, len(photos)))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(len(photos), runtime.GOMAXPROCS(0), 4) {
		workers.Go(func() {
			for i := range next {
				pictures[i] = shrunk(photos[i].JPEG, limit, i, len(photos))
			}
		})
	}
	for i := range photos {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	return pictures, ctx.Err()
}

// shrunk returns the photo as a JPEG of at most limit bytes, or in the smallest of the sizes if
// none has so few. See scaled for index and number.
func shrunk(file []byte, limit, index, number int) picture {
	config, err := jpeg.DecodeConfig(bytes.NewReader(file))
	if err != nil || config.Width < 1 || config.Height < 1 || config.Width*config.Height > sourcePixels {
		return picture{}
	}
	source, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		return picture{}
	}
	var out bytes.Buffer
	full := 0.0 // estimated bytes of the first size, once one was tried
	for i, size := range sizes {
		if full*size.share > float64(limit) && i < len(sizes)-1 {
			continue
		}
		out.Reset()
		if err := jpeg.Encode(&out, scaled(source, size.side, index, number), &jpeg.Options{Quality: size.quality}); err != nil {
			return picture{}
		}
		if out.Len() <= limit {
			break
		}
		full = float64(out.Len()) / size.share
	}
	return picture{jpeg: out.Bytes(), width: config.Width, height: config.Height}
}

// scaled returns the index-th of number images, with its longer side at most about side pixels.
// Its width is congruent to index modulo number, so that no two pictures of a report are equally
// wide, because the PDF library orders pictures by their width, and those of one width at random.
func scaled(source image.Image, side, index, number int) *image.RGBA {
	w, h := source.Bounds().Dx(), source.Bounds().Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	narrow := w - ((w-index)%number+number)%number
	if narrow < 1 {
		narrow += number
	}
	small := image.NewRGBA(image.Rect(0, 0, narrow, max(1, h*min(narrow, w)/w)))
	draw.ApproxBiLinear.Scale(small, small.Rect, source, source.Bounds(), draw.Src, nil)
	return small
}
