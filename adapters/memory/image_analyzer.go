package memory

import (
	"context"
	"sync"

	"github.com/propflow/propflow/domain"
)

// ImageAnalyzer is a ports.ImageAnalyzer whose answers tests set with AnswerWith. Until then
// every photo is "not analysed" (Done is false).
type ImageAnalyzer struct {
	faults *Faults
	mu     sync.Mutex
	answer func(jpeg []byte) (domain.ImageAnalysis, error)
}

// NewImageAnalyzer returns an ImageAnalyzer. faults may be nil.
func NewImageAnalyzer(faults *Faults) *ImageAnalyzer {
	return &ImageAnalyzer{faults: faults, answer: func([]byte) (domain.ImageAnalysis, error) {
		return domain.ImageAnalysis{}, nil
	}}
}

// AnswerWith sets the function that answers Analyze.
func (a *ImageAnalyzer) AnswerWith(answer func(jpeg []byte) (domain.ImageAnalysis, error)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer = answer
}

// Analyze implements ports.ImageAnalyzer.
func (a *ImageAnalyzer) Analyze(ctx context.Context, jpeg []byte) (domain.ImageAnalysis, error) {
	if err := a.faults.outside(ctx, "ImageAnalyzer.Analyze"); err != nil {
		return domain.ImageAnalysis{}, err
	}
	a.mu.Lock()
	answer := a.answer
	a.mu.Unlock()
	return answer(jpeg)
}
