package ports

import (
	"context"
	"io"

	"github.com/propflow/propflow/domain"
)

// PhotoInspector measures a photo file and makes its derivatives in one decode. The file is
// hostile until shown otherwise: implementations bound bytes, pixels, time and memory.
type PhotoInspector interface {
	// Inspect reads the file from r. What is wrong with the file is a Fault in the facts,
	// not an error; the derivatives are then empty. Errors returned: those of r and of ctx.
	Inspect(ctx context.Context, r io.Reader) (PhotoInspection, error)
}

// PhotoInspection is what an inspection found and made.
type PhotoInspection struct {
	Facts domain.ImageFacts
	// Thumb and Display are upright JPEGs without metadata, of at most 320 and 1600 pixels
	// on the longer side.
	Thumb, Display []byte
}

// ImageAnalyzer recognises what a photo shows. It is given the display derivative only.
type ImageAnalyzer interface {
	// Analyze returns an analysis with Done false where no service is configured. Errors
	// returned: KindUnavailable, and those of ctx.
	Analyze(ctx context.Context, jpeg []byte) (domain.ImageAnalysis, error)
}
