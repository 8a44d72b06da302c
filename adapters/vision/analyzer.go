package vision

import (
	"context"
	"encoding/json"

	"github.com/propflow/propflow/adapters/internal/httpcall"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var (
	_ ports.ImageAnalyzer = (*Analyzer)(nil)
	_ ports.ImageAnalyzer = Off{}
)

// Off is the analyzer of a deployment without a key.
type Off struct{}

// Analyze returns an analysis that is not done. Errors: those of ctx.
func (Off) Analyze(ctx context.Context, _ []byte) (domain.ImageAnalysis, error) {
	return domain.ImageAnalysis{}, ctx.Err()
}

// Analyzer asks Google Cloud Vision. It may be used concurrently.
type Analyzer struct {
	target string
	client *httpcall.Client
}

const (
	maxLabels = 20
	maxRunes  = 2000 // of text
)

// Analyze sends the display derivative of a photo and returns at most 20 labels and 2,000
// runes of text. Done is false for a picture that Google cannot read or finds too large.
// Errors: those of ctx, and KindUnavailable "image_analysis_unavailable". It has a RetryAfter
// if Google names one, the circuit is open or another try may succeed.
func (a *Analyzer) Analyze(ctx context.Context, jpeg []byte) (domain.ImageAnalysis, error) {
	body, err := json.Marshal(newRequest(jpeg))
	if err != nil {
		return domain.ImageAnalysis{}, err
	}
	var analysis domain.ImageAnalysis
	err = a.client.Retry(ctx, func() (err error) {
		analysis, err = a.call(ctx, body)
		return err
	})
	f := httpcall.FailureOf(err)
	switch {
	case err == nil:
		return analysis, nil
	case ctx.Err() != nil:
		return domain.ImageAnalysis{}, ctx.Err()
	case badImage(f):
		return domain.ImageAnalysis{}, nil
	}
	return domain.ImageAnalysis{}, domain.Unavailable("image_analysis", f.Pause(), err)
}

// The request, as
// https://cloud.google.com/vision/docs/reference/rest/v1/images/annotate documents it.
type request struct {
	Requests []imageRequest `json:"requests"`
}

type imageRequest struct {
	Image    image     `json:"image"`
	Features []feature `json:"features"`
}

type image struct {
	Content []byte `json:"content"` // base64 in JSON
}

type feature struct {
	Type       string `json:"type"`
	MaxResults int    `json:"maxResults,omitempty"`
}

func newRequest(jpeg []byte) request {
	return request{Requests: []imageRequest{{
		Image: image{Content: jpeg},
		Features: []feature{
			{Type: "LABEL_DETECTION", MaxResults: maxLabels}, {Type: "SAFE_SEARCH_DETECTION"}, {Type: "TEXT_DETECTION"},
		},
	}}}
}
