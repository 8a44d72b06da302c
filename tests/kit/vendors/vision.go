package vendors

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
)

// VisionKey is the API key that Vision accepts.
const VisionKey = "key-of-the-played-project"

// maxImages is the maximum size of a request in bytes. Google's limit is 10 MB of JSON.
const maxImages = 10 << 20

// Vision is a fake of images:annotate
// (https://cloud.google.com/vision/docs/reference/rest/v1/images/annotate). It may be used
// concurrently.
type Vision struct {
	trouble

	mu     sync.Mutex
	answer string
	images int
}

// Harmless is the answer unless Answer sets another one: a picture that shows nothing suspicious.
const Harmless = `{"labelAnnotations":[{"mid":"/m/01c8br","description":"Street","score":0.71,"topicality":0.71}],` +
	`"safeSearchAnnotation":{"adult":"VERY_UNLIKELY","spoof":"UNLIKELY","medical":"VERY_UNLIKELY","violence":"VERY_UNLIKELY","racy":"UNLIKELY"}}`

const wrongKey = `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",` +
	`"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}`

const badRequest = `{"error":{"code":400,"message":"The request cannot be read.","status":"INVALID_ARGUMENT"}}`

// Answer sets the answer for every image from now on: an AnnotateImageResponse in JSON.
func (v *Vision) Answer(annotation string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = annotation
}

// Images returns how many images were annotated.
func (v *Vision) Images() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.images
}

// ServeHTTP answers POST /v1/images:annotate.
func (v *Vision) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// Read before any fault, because the server only notices that a client is gone after it has
	// read the whole body.
	body, unreadable := io.ReadAll(http.MaxBytesReader(w, r.Body, maxImages))
	if fault := v.due(r.Method); fault != nil {
		fault(w, r, func() {})
		return
	}
	w.Header().Set("Content-Type", "application/json")
	var batch struct {
		Requests []struct {
			Image struct {
				Content []byte `json:"content"`
			} `json:"image"`
		} `json:"requests"`
	}
	if unreadable == nil {
		unreadable = json.Unmarshal(body, &batch)
	}
	switch {
	case r.Method != http.MethodPost:
		w.WriteHeader(http.StatusMethodNotAllowed)
	case r.Header.Get("X-Goog-Api-Key") != VisionKey && r.URL.Query().Get("key") != VisionKey:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(wrongKey))
	case unreadable != nil || len(batch.Requests) == 0:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(badRequest))
	default:
		replies := make([]json.RawMessage, len(batch.Requests))
		for i, asked := range batch.Requests {
			replies[i] = v.annotate(asked.Image.Content)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"responses": replies})
	}
}

// annotate returns the answer for one image.
func (v *Vision) annotate(image []byte) json.RawMessage {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case len(image) == 0:
		return json.RawMessage(`{"error":{"code":3,"message":"Bad image data."}}`)
	case v.answer == "":
		v.answer = Harmless
	}
	v.images++
	return json.RawMessage(v.answer)
}
