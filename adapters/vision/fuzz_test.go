package vision_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/domain"
)

// FuzzReply wants an analysis within its bounds, or none, of whatever is replied.
func FuzzReply(f *testing.F) {
	f.Add(200, []byte(`{"responses":[`+kitchen+`]}`))
	f.Add(200, []byte(`{"responses":[{"error":{"code":3}}]}`))
	f.Add(400, []byte(`{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}`))
	f.Add(200, []byte(`{"responses":[{"labelAnnotations":[{"score":1e309}]}]}`))
	f.Fuzz(func(t *testing.T, status int, reply []byte) {
		a, err := vision.New(vision.Config{Key: key, Backoff: time.Nanosecond, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewReader(reply))}, nil
		})}, memory.NewClock(noon))
		require.NoError(t, err)
		got, err := a.Analyze(t.Context(), photo)
		if err != nil {
			assert.True(t, domain.IsKind(err, domain.KindUnavailable), "%v", err)
		}
		if !got.Done {
			assert.Zero(t, got)
		}
		assert.LessOrEqual(t, len(got.Labels), 20)
		for _, label := range got.Labels {
			assert.NotEmpty(t, label.Name)
			assert.True(t, label.Score >= 0 && label.Score <= 1)
		}
		assert.LessOrEqual(t, utf8.RuneCountInString(got.Text), 2000)
		assert.True(t, utf8.ValidString(got.Text))
		assert.NotContains(t, got.Text, "\x00")
	})
}
