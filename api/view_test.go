package api

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counted counts how often it is encoded.
type counted struct{ times int }

func (c *counted) MarshalJSON() ([]byte, error) {
	c.times++
	return json.Marshal(map[string]int{"times": c.times})
}

func TestAViewIsEncodedOnce(t *testing.T) {
	t.Parallel()
	body, w := &counted{}, httptest.NewRecorder()
	require.NoError(t, view{body, `"3"`}.VisitGetPropertyResponse(w))
	assert.JSONEq(t, `{"times":1}`, w.Body.String())
	assert.Equal(t, 1, body.times)
	assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
	assert.Equal(t, `"3"`, w.Header().Get("ETag"))
}

func TestAViewWithoutVersionHasNoETag(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	require.NoError(t, view{body: 1}.VisitGetPhotoResponse(w))
	assert.NotContains(t, w.Header(), "Etag")
}

// unencodable cannot be encoded.
type unencodable struct{}

var errBroken = errors.New("not encodable")

func (unencodable) MarshalJSON() ([]byte, error) { return nil, errBroken }

func TestAViewThatCannotBeEncodedLeavesTheAnswerToTheProblem(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	require.ErrorIs(t, view{unencodable{}, `"3"`}.VisitGetPropertyResponse(w), errBroken)
	assert.Empty(t, w.Header(), "those of the problem")
	assert.Empty(t, w.Body.String())
}
