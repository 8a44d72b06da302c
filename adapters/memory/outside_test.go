package memory_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports"
)

func request(t *testing.T, method, link string, headers map[string]string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	require.NoError(t, err)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, response.Body.Close()) })
	return response
}

func TestBlobsServeBrowsers(t *testing.T) {
	t.Parallel()
	blobs, _ := serveBlobs(t)
	require.NoError(t, blobs.Put(t.Context(), "b", "text/html", []byte("<script>alert(1)</script>")))
	require.NoError(t, blobs.Put(t.Context(), "a", "image/jpeg", []byte("0123456789")))
	require.Equal(t, []string{"a", "b"}, blobs.Keys())

	link, err := blobs.PresignGet(t.Context(), "b", time.Hour)
	require.NoError(t, err)
	preflight := request(t, http.MethodOptions, link, map[string]string{"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"})
	require.Equal(t, http.StatusNoContent, preflight.StatusCode)
	require.Equal(t, "*", preflight.Header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, preflight.Header.Get("Access-Control-Allow-Methods"), "PUT")
	require.Equal(t, "Content-Type, If-None-Match", preflight.Header.Get("Access-Control-Allow-Headers"))

	page := request(t, http.MethodGet, link, nil)
	require.Equal(t, "*", page.Header.Get("Access-Control-Allow-Origin"))
	require.Equal(t, "nosniff", page.Header.Get("X-Content-Type-Options"))
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "sandbox", "an uploaded page runs nothing")
	require.Equal(t, "private, no-store", page.Header.Get("Cache-Control"))

	head := request(t, http.MethodHead, link, nil)
	require.Equal(t, http.StatusOK, head.StatusCode)
	require.Equal(t, int64(25), head.ContentLength)

	link, err = blobs.PresignGet(t.Context(), "a", time.Hour)
	require.NoError(t, err)
	part := request(t, http.MethodGet, link, map[string]string{"Range": "bytes=2-4"})
	require.Equal(t, http.StatusPartialContent, part.StatusCode)
	body, err := io.ReadAll(part.Body)
	require.NoError(t, err)
	require.Equal(t, "234", string(body))
	require.Equal(t, http.StatusMethodNotAllowed, request(t, http.MethodDelete, link, nil).StatusCode)
}

func TestInboxKeepsTheNewest(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	const sent = 1005
	for i := range sent {
		m.Clock.Advance(time.Second)
		_, err := m.Inbox.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Key: fmt.Sprint(i), Params: []string{"x"}})
		require.NoError(t, err)
	}
	messages := m.Inbox.Messages()
	require.Len(t, messages, 1000)
	require.Equal(t, "1004", messages[0].Message.Key)
	require.Equal(t, m.Clock.Now(), messages[0].At)
	require.Equal(t, "5", messages[999].Message.Key)
	messages[0].Message.Params[0] = "changed"
	require.Equal(t, "x", m.Inbox.Messages()[0].Message.Params[0])

	repeat, err := m.Inbox.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: "+919812345678"}, Channel: domain.ChannelSMS, Key: "1004"})
	require.NoError(t, err)
	require.Equal(t, messages[0].ID, repeat)
	require.Equal(t, "1004", m.Inbox.Messages()[0].Message.Key)

	_, err = m.Inbox.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: "+919812345679"}, Channel: domain.ChannelSMS})
	require.NoError(t, err)
	require.Len(t, m.Inbox.To("+919812345679"), 1)
	require.Len(t, m.Inbox.To("+919812345678"), 999)
}

func TestAnalyzerAndInspectorSayWhatTheyAreTold(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	m.ImageAnalyzer.AnswerWith(func(jpeg []byte) (domain.ImageAnalysis, error) {
		return domain.ImageAnalysis{Done: true, Text: string(jpeg)}, nil
	})
	analysis, err := m.ImageAnalyzer.Analyze(t.Context(), []byte("seen"))
	require.NoError(t, err)
	require.Equal(t, domain.ImageAnalysis{Done: true, Text: "seen"}, analysis)

	good, err := m.PhotoInspector.Inspect(t.Context(), strings.NewReader("photo"))
	require.NoError(t, err)
	require.Equal(t, memory.GoodPhoto([]byte("photo")), good)
	require.Equal(t, int64(5), good.Facts.Bytes)
	place := domain.Point{Lat: 12.97, Lng: 77.59}
	facts := good.Facts
	facts.EXIF = domain.EXIF{Location: &place, Model: "Pixel"}
	require.Empty(t, photocheck.Evidence{
		Photo: domain.Photo{Announced: domain.Announcement{SHA256: facts.SHA256, Bytes: facts.Bytes, ContentType: domain.ContentJPEG}},
		Facts: facts, Property: &place,
	}.Inspect(), "a good photo passes")

	m.PhotoInspector.AnswerWith(func([]byte) ports.PhotoInspection {
		return ports.PhotoInspection{Facts: domain.ImageFacts{Fault: domain.FaultBroken}}
	})
	broken, err := m.PhotoInspector.Inspect(t.Context(), strings.NewReader("photo"))
	require.NoError(t, err)
	require.Equal(t, domain.FaultBroken, broken.Facts.Fault)
	failure := errors.New("failure")
	_, err = m.PhotoInspector.Inspect(t.Context(), iotest.ErrReader(failure))
	require.ErrorIs(t, err, failure)
}

func TestReportSaysWhatWasSigned(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	file, err := m.ReportRenderer.Render(t.Context(), domain.ReportDocument{
		Property: domain.Property{Reference: "PF-20261123-ABC123"}, Valuation: domain.Valuation{Amount: 12_345_678}, OwnerName: "(आशा)",
	})
	require.NoError(t, err)
	require.True(t, bytes.Contains(file, []byte("PF-20261123-ABC123")))
	require.True(t, bytes.Contains(file, []byte("INR 12345678")))
	require.False(t, bytes.Contains(file, []byte("(आशा)")), "what would break the page is left out")
}
