package memory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"sync"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

// PhotoInspector is a ports.PhotoInspector for tests of use cases. It decodes nothing: until
// AnswerWith is called, it returns GoodPhoto for every file. The real one is in
// adapters/imaging.
type PhotoInspector struct {
	faults *Faults
	mu     sync.Mutex
	answer func(data []byte) ports.PhotoInspection
}

// NewPhotoInspector returns a PhotoInspector. faults may be nil.
func NewPhotoInspector(faults *Faults) *PhotoInspector {
	return &PhotoInspector{faults: faults, answer: GoodPhoto}
}

// GoodPhoto returns the inspection of a JPEG that passes every check except those of place
// and device, because it contains neither.
func GoodPhoto(data []byte) ports.PhotoInspection {
	sum := sha256.Sum256(data)
	return ports.PhotoInspection{
		Facts: domain.ImageFacts{
			Format: domain.FormatJPEG, Bytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]),
			Width: 4000, Height: 3000, Sharpness: 4 * photocheck.SharpnessFlagBelow, Brightness: 128, Glare: 0.01,
		},
		Thumb: []byte("thumb of " + hex.EncodeToString(sum[:4])), Display: []byte("display of " + hex.EncodeToString(sum[:4])),
	}
}

// AnswerWith sets the function that answers Inspect.
func (p *PhotoInspector) AnswerWith(answer func(data []byte) ports.PhotoInspection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// Inspect implements ports.PhotoInspector.
func (p *PhotoInspector) Inspect(ctx context.Context, r io.Reader) (ports.PhotoInspection, error) {
	if err := p.faults.outside(ctx, "PhotoInspector.Inspect"); err != nil {
		return ports.PhotoInspection{}, err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return ports.PhotoInspection{}, err
	}
	p.mu.Lock()
	answer := p.answer
	p.mu.Unlock()
	return answer(data), nil
}
