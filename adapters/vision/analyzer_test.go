package vision_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/adapters/vision"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
	"github.com/propflow/propflow/tests/kit/vendors"
)

var photo = []byte("\xff\xd8\xff a photo")

func TestContract(t *testing.T) {
	t.Parallel()
	t.Run("on", func(t *testing.T) {
		t.Parallel()
		portstest.ImageAnalyzer(t, func(t *testing.T) ports.ImageAnalyzer { return serve(t, sees(kitchen)) })
	})
	t.Run("off", func(t *testing.T) {
		t.Parallel()
		portstest.ImageAnalyzer(t, func(*testing.T) ports.ImageAnalyzer { return vision.Off{} })
	})
}

func TestRequest(t *testing.T) {
	t.Parallel()
	v := sees(kitchen)
	_, err := serve(t, v).Analyze(t.Context(), photo)
	require.NoError(t, err)
	require.Len(t, v.All(), 1)
	asked := v.All()[0]
	assert.Equal(t, key, asked.Header.Get("X-Goog-Api-Key"))
	assert.NotContains(t, asked.URL.String(), key)
	assert.Contains(t, asked.URL.String(), "fields=responses%28error%28code%29")
	assert.JSONEq(t, `{"requests":[{"image":{"content":"/9j/IGEgcGhvdG8="},"features":[
		{"type":"LABEL_DETECTION","maxResults":20},{"type":"SAFE_SEARCH_DETECTION"},{"type":"TEXT_DETECTION"}]}]}`, asked.Body)
}

func TestWhatGoogleSees(t *testing.T) {
	t.Parallel()
	got, err := serve(t, sees(kitchen)).Analyze(t.Context(), photo)
	require.NoError(t, err)
	assert.Equal(t, domain.ImageAnalysis{
		Done: true, Labels: []domain.Label{{Name: "Kitchen", Score: 0.9723}, {Name: "Countertop", Score: 0.91}}, Text: "PRESTIGE\nGas",
	}, got)
}

func TestNothingSeen(t *testing.T) {
	t.Parallel()
	got, err := serve(t, sees(`{}`)).Analyze(t.Context(), photo)
	require.NoError(t, err)
	assert.Equal(t, domain.ImageAnalysis{Done: true}, got)
}

func TestUnsafe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field string
		from  int // the least index of likelihoods that is unsafe
	}{{"adult", 4}, {"violence", 4}, {"racy", 5}, {"spoof", 6}, {"medical", 6}} {
		for i, likelihood := range []string{"UNKNOWN", "VERY_UNLIKELY", "UNLIKELY", "POSSIBLE", "LIKELY", "VERY_LIKELY"} {
			v := sees(fmt.Sprintf(`{"safeSearchAnnotation":{%q:%q}}`, c.field, likelihood))
			got, err := serve(t, v).Analyze(t.Context(), photo)
			require.NoError(t, err)
			assert.Equal(t, i >= c.from, got.Unsafe, "%s %s", c.field, likelihood)
		}
	}
}

func TestWhatIsSeenIsBounded(t *testing.T) {
	t.Parallel()
	label := `{"description":"a","score":1.5},{"description":" ","score":0.9},{"description":"b\u0000","score":-1},`
	for text, want := range map[string]string{
		strings.Repeat("श", 1999):              strings.Repeat("श", 1999),
		strings.Repeat("श", 2000):              strings.Repeat("श", 2000),
		strings.Repeat("श", 2001):              strings.Repeat("श", 2000),
		strings.Repeat("x", 1999) + " y":       strings.Repeat("x", 1999),
		`a\u0000b\u0007c\n\td\u007f`:           "abc\n\td",
		`\ud800` + strings.Repeat("x", 10):     "\ufffd" + strings.Repeat("x", 10),
		`  ` + strings.Repeat("x", 2000) + ` `: strings.Repeat("x", 2000),
	} {
		v := sees(`{"labelAnnotations":[` + strings.TrimSuffix(strings.Repeat(label, 15), ",") + `],"fullTextAnnotation":{"text":"` + text + `"}}`)
		got, err := serve(t, v).Analyze(t.Context(), photo)
		require.NoError(t, err)
		assert.Equal(t, want, got.Text)
		assert.True(t, utf8.ValidString(got.Text))
		require.Len(t, got.Labels, 20)
		assert.Equal(t, domain.Label{Name: "a", Score: 1}, got.Labels[14])
		assert.Equal(t, domain.Label{Name: "b", Score: 0}, got.Labels[15])
	}
}

// passing are failures that another try may not meet.
var passing = map[string]vendors.Fault{
	"reset":             vendors.Break,
	"no reply":          vendors.Stall,
	"429":               vendors.Reply(429, `{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}`),
	"500":               vendors.Reply(500, `{"error":{"code":500,"status":"INTERNAL"}}`),
	"502":               vendors.Reply(502, `<html>`),
	"503":               vendors.Reply(503, `{"error":{"code":503,"status":"UNAVAILABLE"}}`),
	"malformed JSON":    vendors.Reply(200, `{"responses":[{`),
	"another JSON":      vendors.Reply(200, `[]`),
	"no answer":         vendors.Reply(200, `{"responses":[]}`),
	"two answers":       vendors.Reply(200, `{"responses":[{},{}]}`),
	"a huge body":       vendors.Reply(200, `{"responses":[{"fullTextAnnotation":{"text":"`+strings.Repeat("x", 2<<20)+`"}}]}`),
	"cut short":         vendors.Reply(200, `{"responses"`, "Content-Length", "1000"),
	"image: internal":   vendors.Reply(200, `{"responses":[{"error":{"code":13,"message":"Internal"},"labelAnnotations":[{"description":"x","score":1}]}]}`),
	"image: deadline":   vendors.Reply(200, `{"responses":[{"error":{"code":4}}]}`),
	"image: exhausted":  vendors.Reply(200, `{"responses":[{"error":{"code":8}}]}`),
	"image: overloaded": vendors.Reply(200, `{"responses":[{"error":{"code":14}}]}`),
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range passing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := sees(kitchen, slices.Repeat([]vendors.Fault{fault}, 2)...)
			test := func(t *testing.T, a *vision.Analyzer) {
				got, err := a.Analyze(t.Context(), photo)
				require.NoError(t, err)
				assert.Len(t, got.Labels, 2)
				assert.Equal(t, 3, v.tries())

				v.meet(slices.Repeat([]vendors.Fault{fault}, 3)...)
				_, err = a.Analyze(t.Context(), photo)
				assertUnavailable(t, err, 5*time.Second)
				assert.Equal(t, 6, v.tries())
			}
			if name == "no reply" { // ends by a time limit alone: in virtual time
				synctest.Test(t, func(t *testing.T) { test(t, virtual(t, v)) })
				return
			}
			test(t, serve(t, v))
		})
	}
}

func assertUnavailable(t *testing.T, err error, after time.Duration) {
	t.Helper()
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, domain.KindUnavailable, e.Kind)
	assert.Equal(t, "image_analysis_unavailable", e.Code)
	assert.Equal(t, after, e.RetryAfter)
	assert.NotContains(t, err.Error(), key)
	assert.NotContains(t, err.Error(), "http://")
}

func TestWhatOnlyAnOperatorMendsIsUnavailable(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]vendors.Fault{
		"billing":             vendors.Reply(403, `{"error":{"code":403,"status":"PERMISSION_DENIED"}}`),
		"no key":              vendors.Reply(401, `{"error":{"code":401,"status":"UNAUTHENTICATED"}}`),
		"precondition":        vendors.Reply(400, `{"error":{"code":400,"status":"FAILED_PRECONDITION"}}`),
		"a proxy":             vendors.Reply(400, `<html>`),
		"another endpoint":    vendors.Reply(404, ``),
		"moved":               vendors.Reply(307, ``, "Location", "/elsewhere"),
		"image: not found":    vendors.Reply(200, `{"responses":[{"error":{"code":5}}]}`),
		"image: permission":   vendors.Reply(200, `{"responses":[{"error":{"code":7}}]}`),
		"image: precondition": vendors.Reply(200, `{"responses":[{"error":{"code":9}}]}`),
		"image: never made":   vendors.Reply(200, `{"responses":[{"error":{"code":12}}]}`),
		"image: nobody":       vendors.Reply(200, `{"responses":[{"error":{"code":16}}]}`),
	} {
		v := sees(kitchen, fault)
		_, err := serve(t, v).Analyze(t.Context(), photo)
		assertUnavailable(t, err, 0)
		assert.Equal(t, 1, v.tries(), name)
	}
	v := sees(kitchen)
	_, err := serve(t, v, func(c *vision.Config) { c.Key = "another" }).Analyze(t.Context(), photo)
	assertUnavailable(t, err, 0)
	assert.Equal(t, 1, v.tries(), "wrong key")
}

func TestAnUnreadableImageIsNotAnalysed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]vendors.Fault{
		"bad image data":   vendors.Reply(200, `{"responses":[{"error":{"code":3,"message":"Bad image data."}}]}`),
		"out of range":     vendors.Reply(200, `{"responses":[{"error":{"code":11}}]}`),
		"invalid argument": vendors.Reply(400, `{"error":{"code":400,"status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest"}]}}`),
		"too large":        vendors.Reply(413, `<html>`),
	} {
		v := sees(kitchen, fault)
		got, err := serve(t, v).Analyze(t.Context(), photo)
		require.NoError(t, err, name)
		assert.Zero(t, got, name)
		assert.Equal(t, 1, v.tries(), name)
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	_, err := serve(t, sees(kitchen), func(c *vision.Config) { c.BaseURL = "http://127.0.0.1:1" }).Analyze(t.Context(), photo)
	assertUnavailable(t, err, 5*time.Second)
}

func TestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	v := sees(kitchen, func(w http.ResponseWriter, r *http.Request, take func()) {
		cancel()
		vendors.Stall(w, r, take)
	})
	_, err := serve(t, v).Analyze(ctx, photo)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, domain.IsKind(err, domain.KindUnavailable), "it is the caller's error")
	assert.Equal(t, 1, v.tries())
}

func TestABrokenWayIsNamedWithoutItsURL(t *testing.T) {
	t.Parallel()
	a, err := vision.New(vision.Config{Key: key, Backoff: time.Millisecond, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("broken pipe")
	})}, memory.NewClock(noon))
	require.NoError(t, err)
	_, err = a.Analyze(t.Context(), photo)
	assertUnavailable(t, err, 5*time.Second)
	require.ErrorContains(t, err, "broken pipe")
	assert.NotContains(t, err.Error(), "googleapis")
}

func TestNew(t *testing.T) {
	t.Parallel()
	a, err := vision.New(vision.Config{Key: key}, memory.NewClock(noon))
	require.NoError(t, err)
	a.Close()
	_, err = vision.New(vision.Config{BaseURL: "vision.googleapis.com"}, memory.NewClock(noon))
	require.ErrorContains(t, err, "Key")
	require.ErrorContains(t, err, "BaseURL")
}
