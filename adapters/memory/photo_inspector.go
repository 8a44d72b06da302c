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

// PhotoInspector is a ports.PhotoInspector for tests of use cases: it decodes nothing and
// finds every file a good JPEG, until it is told otherwise. adapters/imaging looks.
type PhotoInspector struct {
	faults *Faults
	mu     sync.Mutex
	answer func(data []byte) ports.PhotoInspection
}

// NewPhotoInspector returns a PhotoInspector. faults may be nil.
func NewPhotoInspector(faults *Faults) *PhotoInspector {
	return &PhotoInspector{faults: faults, answer: GoodPhoto}
}

// GoodPhoto is the inspection of a file that passes every check but those of place and
// device, of which it says nothing.
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

// AnswerWith sets what is found of a file.
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
