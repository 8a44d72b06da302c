package vision_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/vision"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "the-api-key"

var noon = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)

// kitchen is an answer in the form that Google documents.
const kitchen = `{"responses":[{
	"labelAnnotations":[
		{"mid":"/m/01k6s3","description":"Countertop","score":0.91,"topicality":0.91},
		{"mid":"/m/0d4v4","description":"Kitchen","score":0.9723,"topicality":0.9723}],
	"textAnnotations":[{"locale":"en","description":"PRESTIGE\nGas"},{"description":"PRESTIGE"},{"description":"Gas"}],
	"safeSearchAnnotation":{"adult":"VERY_UNLIKELY","spoof":"VERY_LIKELY","medical":"LIKELY","violence":"POSSIBLE","racy":"LIKELY"},
	"fullTextAnnotation":{"pages":[],"text":"PRESTIGE\nGas\n"}}]}`

// vendor plays Google's documented answers, and the failures that are queued for it.
type vendor struct {
	mu     sync.Mutex
	asked  []asked
	queue  []http.HandlerFunc // of the next requests
	answer string
}

type asked struct {
	url    string
	header http.Header
	body   string
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	v.mu.Lock()
	v.asked = append(v.asked, asked{r.URL.String(), r.Header, string(body)})
	var next http.HandlerFunc
	if len(v.queue) > 0 {
		next, v.queue = v.queue[0], v.queue[1:]
	}
	v.mu.Unlock()
	switch {
	case next != nil:
		next(w, r)
	case r.Method != http.MethodPost || r.URL.Path != "/v1/images:annotate":
		http.NotFound(w, r)
	case r.Header.Get("X-Goog-Api-Key") != key:
		say(http.StatusBadRequest, wrongKey)(w, r)
	default:
		say(http.StatusOK, v.answer)(w, r)
	}
}

const wrongKey = `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",
	"details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}`

func (v *vendor) tries() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.asked)
}

// serve returns an analyzer on a server of the vendor's.
func serve(t *testing.T, v *vendor, change ...func(*vision.Config)) *vision.Analyzer {
	t.Helper()
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)
	config := vision.Config{BaseURL: server.URL, Key: key, Backoff: time.Millisecond}
	for _, f := range change {
		f(&config)
	}
	a, err := vision.New(config, memory.NewClock(noon))
	require.NoError(t, err)
	t.Cleanup(a.Close)
	return a
}

// say answers with a status and a body.
func say(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may have had enough
	}
}

// reset breaks the connection without a reply.
func reset(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	_ = connection.(*net.TCPConn).SetLinger(0) // so that closing resets
	_ = connection.Close()
}

// hang replies nothing until the client gives up.
func hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
