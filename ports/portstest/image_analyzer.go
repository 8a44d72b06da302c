package portstest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/ports"
)

// ImageAnalyzer checks a ports.ImageAnalyzer.
func ImageAnalyzer(t *testing.T, open func(t *testing.T) ports.ImageAnalyzer) {
	t.Run("says what it sees", func(t *testing.T) {
		t.Parallel()
		analyzer, photo := open(t), somePhoto(t)
		for range 2 {
			got, err := analyzer.Analyze(t.Context(), photo)
			require.NoError(t, err)
			if !got.Done {
				require.Zero(t, tidy(got), "what was not analysed says nothing")
			}
			for i, label := range got.Labels {
				assert.NotEmpty(t, label.Name)
				assert.GreaterOrEqual(t, label.Score, 0.0)
				assert.LessOrEqual(t, label.Score, 1.0)
				assert.True(t, i == 0 || label.Score <= got.Labels[i-1].Score, "best first")
			}
		}
	})
	t.Run("ends with its context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := open(t).Analyze(ctx, somePhoto(t))
		require.Error(t, err)
	})
}

func somePhoto(t *testing.T) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range picture.Pix {
		picture.SetGray(i%64, i/64, color.Gray{Y: uint8(i * 7)})
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, nil))
	return file.Bytes()
}
