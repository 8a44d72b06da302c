package ports

import (
	"context"
	"io"

	"github.com/propflow/propflow/domain"
)

// PhotoInspector measures a photo file and makes its derivatives in one decode. Because the
// file may be hostile, implementations bound bytes, pixels, time and memory.
type PhotoInspector interface {
	// Inspect reads the file from r. If the file itself is faulty, that is a Fault in the
	// facts and not an error, and the derivatives are empty. Errors returned: those of r and
	// of ctx.
	Inspect(ctx context.Context, r io.Reader) (PhotoInspection, error)
}

// PhotoInspection is the result of an inspection.
type PhotoInspection struct {
	Facts domain.ImageFacts
	// Thumb and Display are upright JPEGs without metadata, of at most 320 and 1600 pixels
	// on the longer side.
	Thumb, Display []byte
}

// ImageAnalyzer recognises what a photo shows.
type ImageAnalyzer interface {
	// Analyze is called with the display derivative only, never with the original. It returns
	// an analysis with Done false if no service is configured. Errors returned:
	// KindUnavailable, and those of ctx.
	Analyze(ctx context.Context, jpeg []byte) (domain.ImageAnalysis, error)
}
