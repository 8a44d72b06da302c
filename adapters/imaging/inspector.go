package imaging

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/gen2brain/heic"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// TimeLimit is how long one decode may take before the file is TOO_SLOW. A HEIC at its pixel
// limit takes 2 to 3 seconds of one core, so only a busy machine gets close to it.
const TimeLimit = 30 * time.Second

var errTooSlow = errors.New("imaging: time limit passed")

var _ ports.PhotoInspector = (*Inspector)(nil)

// Inspector inspects photo files. It runs at most GOMAXPROCS decodes at once, at most one
// of them large; further ones wait. It is safe for concurrent use.
type Inspector struct {
	limit  time.Duration
	decode decoder
	slots  chan struct{}
	large  chan struct{}

	files   sync.Pool // of *bytes.Buffer
	benches sync.Pool // of *workbench
}

// decoder decodes a file into the picture. If it does not return an error soon after ctx has
// ended, it is abandoned.
type decoder func(ctx context.Context, format domain.ImageFormat, data []byte, into *picture) error

// workbench is the memory of one inspection. It is reused.
type workbench struct {
	picture     picture
	derivatives derivatives
}

// New returns an Inspector with the limits of the domain and TimeLimit.
func New() *Inspector {
	return &Inspector{
		limit:  TimeLimit,
		decode: decode,
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		large:  make(chan struct{}, 1),
	}
}

// Inspect implements ports.PhotoInspector. If there is a fault, the facts have what was found
// before it: format, size, checksum, claimed dimensions, EXIF. A file over MaxPhotoBytes is not
// read to its end, so it has no checksum. The time limit begins when decoding starts.
func (i *Inspector) Inspect(ctx context.Context, r io.Reader) (ports.PhotoInspection, error) {
	file := borrow[bytes.Buffer](&i.files)
	file.Reset()
	if _, err := file.ReadFrom(io.LimitReader(guarded{ctx, r}, domain.MaxPhotoBytes+1)); err != nil {
		i.files.Put(file)
		return ports.PhotoInspection{}, fmt.Errorf("read photo: %w", err)
	}
	data := file.Bytes()
	facts := survey(data)
	if facts.Fault != domain.NoFault {
		i.files.Put(file)
		return ports.PhotoInspection{Facts: facts}, nil
	}
	footprint := footprint(facts.Format, image.Pt(facts.Width, facts.Height), data)
	giveBack, err := i.acquire(ctx, footprint)
	if err != nil {
		i.files.Put(file)
		return ports.PhotoInspection{}, fmt.Errorf("wait for a decoder: %w", err)
	}
	release := func() { // not earlier, because the decoder reads the file until it ends
		i.files.Put(file)
		giveBack()
	}
	if footprint > tidyFootprint {
		runtime.GC()
	}
	if facts.Format == domain.FormatHEIC {
		heic.Init() // compiles the decoder, once, outside of the file's time limit
	}
	return i.watch(ctx, facts, release, func(ctx context.Context) (ports.PhotoInspection, error) {
		return i.examine(ctx, facts, data)
	})
}

// survey returns the facts that can be found without decoding pixels.
func survey(data []byte) domain.ImageFacts {
	facts := domain.ImageFacts{Format: sniff(data), Bytes: int64(len(data))}
	if len(data) > domain.MaxPhotoBytes {
		facts.Fault = domain.FaultTooManyBytes
		return facts
	}
	sum := sha256.Sum256(data)
	facts.SHA256 = hex.EncodeToString(sum[:])
	if facts.Format == domain.FormatUnknown {
		facts.Fault = domain.FaultNotAnImage
		return facts
	}
	facts.EXIF = readEXIF(facts.Format, data)
	facts.C2PA = hasC2PA(facts.Format, data)
	size, err := claimed(facts.Format, data)
	if err != nil {
		facts.Fault = domain.FaultBroken
		return facts
	}
	facts.Fault = judgeSize(facts.Format, size)
	facts.Width, facts.Height = uprightSize(facts, size)
	if facts.Fault == domain.NoFault && facts.Format == domain.FormatJPEG && shapeOf(data).excessive() {
		facts.Fault = domain.FaultTooSlow
	}
	return facts
}

// uprightSize returns width and height after turning the picture upright.
func uprightSize(facts domain.ImageFacts, size image.Point) (w, h int) {
	if swapsSides(turnNeeded(facts)) {
		return size.Y, size.X
	}
	return size.X, size.Y
}

// turnNeeded returns the EXIF orientation that decoded pixels still have. That is 1 for a HEIC,
// because decoding it applies the container's turn (irot, imir), which EXIF only repeats.
func turnNeeded(facts domain.ImageFacts) int {
	if facts.Format == domain.FormatHEIC {
		return 1
	}
	return facts.EXIF.Orientation
}

// acquire waits for a slot for a decode that takes this many bytes, and returns a function that
// gives the slot back. Its error is that of ctx.
func (i *Inspector) acquire(ctx context.Context, bytes int) (release func(), err error) {
	if bytes <= largeFootprint {
		if err := take(ctx, i.slots); err != nil {
			return nil, err
		}
		return func() { <-i.slots }, nil
	}
	// Wait for the single large slot first, so that large files never delay small ones.
	if err := take(ctx, i.large); err != nil {
		return nil, err
	}
	if err := take(ctx, i.slots); err != nil {
		<-i.large
		return nil, err
	}
	return func() { <-i.slots; <-i.large }, nil
}

func take(ctx context.Context, slots chan<- struct{}) error {
	select {
	case slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// watch runs work under the time limit. Decoders stop at their next read once it passes. The
// HEIC decoder cannot be stopped, so it runs on and keeps its slot until it ends, which bounds
// how many can do so at once.
func (i *Inspector) watch(
	ctx context.Context, facts domain.ImageFacts, release func(),
	work func(context.Context) (ports.PhotoInspection, error),
) (ports.PhotoInspection, error) {
	limited, cancel := context.WithTimeoutCause(ctx, i.limit, errTooSlow)
	defer cancel()
	type outcome struct {
		found ports.PhotoInspection
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() { done <- out }()
		defer release()
		defer recoverAs(&out.err) // a panic here would end the whole process
		out.found, out.err = work(limited)
	}()
	var out outcome
	select {
	case out = <-done:
	case <-limited.Done():
		out.err = limited.Err()
	}
	switch {
	case out.err == nil:
		return out.found, nil
	case errors.Is(context.Cause(limited), errTooSlow):
		facts.Fault = domain.FaultTooSlow
		return ports.PhotoInspection{Facts: facts}, nil
	default:
		return ports.PhotoInspection{}, fmt.Errorf("inspect photo: %w", out.err)
	}
}

// examine decodes the file and measures it. It returns an error if ctx has ended or a derivative
// cannot be encoded.
func (i *Inspector) examine(ctx context.Context, facts domain.ImageFacts, data []byte) (ports.PhotoInspection, error) {
	bench := borrow[workbench](&i.benches)
	picture := &bench.picture
	err := i.decode(ctx, facts.Format, data, picture)
	if ctx.Err() != nil {
		return ports.PhotoInspection{}, ctx.Err()
	}
	if err != nil {
		facts.Fault = domain.FaultBroken
		if errors.Is(err, errTooSlow) {
			facts.Fault = domain.FaultTooSlow
		}
		return ports.PhotoInspection{Facts: facts}, nil
	}
	facts.Width, facts.Height = uprightSize(facts, picture.size)
	if facts.Fault = judgeSize(facts.Format, picture.size); facts.Fault != domain.NoFault {
		return ports.PhotoInspection{Facts: facts}, nil
	}
	turn := turnNeeded(facts)
	measure(&facts, picture, turn)

	found := ports.PhotoInspection{Facts: facts}
	found.Thumb, found.Display, err = bench.derivatives.of(&picture.display, turn)
	// Not on the returns above, because a decoder may still use the memory then.
	i.benches.Put(bench)
	return found, err
}

// measure fills in the facts that are measured on the reduced picture; turn is the EXIF
// orientation that its pixels still have.
func measure(facts *domain.ImageFacts, picture *picture, turn int) {
	luma := &picture.luma
	facts.Sharpness = sharpness(luma) * aperture(picture.size, luma.Rect.Size())
	facts.Brightness, facts.Glare = exposure(luma)
	facts.Moire = picture.grid.moire()
	upright := uprightGray(luma, turn)
	facts.Hashes = perceptualHashes(upright)
	facts.PerceptualHash = facts.Hashes[0]
	facts.Fingerprint = fingerprint(upright)
}

// borrow takes a T from the pool, or makes one.
func borrow[T any](pool *sync.Pool) *T {
	if t, ok := pool.Get().(*T); ok {
		return t
	}
	return new(T)
}
