package imaging_test

import (
	"bytes"
	"image/jpeg"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

// BenchmarkInspect12MP inspects a photo of 12 megapixels and prints how much longer that
// takes than decoding the same file alone does, in the same run.
func BenchmarkInspect12MP(b *testing.B) {
	file := photofixture.House(1, photofixture.Options{Width: 4032, Height: 3024, Quality: 85})
	inspector := imaging.New()
	var decoding, inspecting time.Duration
	for b.Loop() {
		start := time.Now()
		_, err := jpeg.Decode(bytes.NewReader(file))
		require.NoError(b, err)
		decoding += time.Since(start)

		start = time.Now()
		_, err = inspector.Inspect(b.Context(), bytes.NewReader(file))
		require.NoError(b, err)
		inspecting += time.Since(start)
	}
	n := float64(b.N)
	b.ReportMetric(float64(decoding.Milliseconds())/n, "ms/decode")
	b.ReportMetric(float64(inspecting.Milliseconds())/n, "ms/inspect")
	b.ReportMetric(float64(inspecting)/float64(decoding), "inspect/decode")
}
