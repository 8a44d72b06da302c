package vision_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/tests/kit/vendors"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = vendors.VisionKey

var noon = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)

// kitchen is an annotation in the form that Google documents.
const kitchen = `{
	"labelAnnotations":[
		{"mid":"/m/01k6s3","description":"Countertop","score":0.91,"topicality":0.91},
		{"mid":"/m/0d4v4","description":"Kitchen","score":0.9723,"topicality":0.9723}],
	"textAnnotations":[{"locale":"en","description":"PRESTIGE\nGas"},{"description":"PRESTIGE"},{"description":"Gas"}],
	"safeSearchAnnotation":{"adult":"VERY_UNLIKELY","spoof":"VERY_LIKELY","medical":"LIKELY","violence":"POSSIBLE","racy":"LIKELY"},
	"fullTextAnnotation":{"pages":[],"text":"PRESTIGE\nGas\n"}}`

// vendor is a fake of Google, and the requests it received.
type vendor struct {
	*vendors.Vision
	*vendors.Requests
	handler http.Handler
}

// sees returns a vendor that gives every image one annotation, once it has met its faults.
func sees(annotation string, faults ...vendors.Fault) *vendor {
	fakes, requests := vendors.New(), new(vendors.Requests)
	fakes.Vision.Answer(annotation)
	v := &vendor{fakes.Vision, requests, requests.Of(fakes.Handler())}
	v.meet(faults...)
	return v
}

// meet orders faults for the next requests.
func (v *vendor) meet(faults ...vendors.Fault) { v.Next(http.MethodPost, faults...) }

// ServeHTTP answers the paths that Google has and no others.
func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) { v.handler.ServeHTTP(w, r) }

func (v *vendor) tries() int { return len(v.All()) }

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
