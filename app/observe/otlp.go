package observe

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// OTLP sends spans to a collector as OTLP over HTTP in JSON (opentelemetry.io, OTLP
// Specification 1.9, "JSON Protobuf Encoding"). The SDK's own exporter is not used because it
// depends on gRPC, which is larger than the rest of this package and its SDKs.
type OTLP struct {
	url    string
	client *http.Client
	header http.Header
}

var _ sdk.SpanExporter = OTLP{}

// otlpPatience bounds one delivery.
const otlpPatience = 10 * time.Second

// NewOTLP returns an exporter to the collector at the base URL endpoint.
func NewOTLP(endpoint string) OTLP {
	return OTLP{strings.TrimSuffix(endpoint, "/") + "/v1/traces", &http.Client{Timeout: otlpPatience}, http.Header{}}
}

// sentryOTLP returns an exporter that sends sentryShare of all traces to the project of the DSN
// (docs.sentry.io, "OTLP"). Error: the DSN names no project.
func sentryOTLP(to string) (sdk.SpanExporter, error) {
	d, err := parseDSN(to)
	if err != nil {
		return nil, err
	}
	o := NewOTLP(d.at("integration/otlp"))
	o.header.Set("X-Sentry-Auth", d.auth())
	return share{o, sdk.TraceIDRatioBased(sentryShare)}, nil
}

// logged logs failed exports to our log instead of the SDK's.
type logged struct {
	sdk.SpanExporter
	log *slog.Logger
}

// ExportSpans implements sdk.SpanExporter.
func (l logged) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if err := l.SpanExporter.ExportSpans(ctx, spans); err != nil {
		l.log.WarnContext(ctx, "spans are lost", "spans", len(spans), "error", err)
	}
	return nil
}

// share exports a share of the traces, each with all its spans.
type share struct {
	sdk.SpanExporter
	of sdk.Sampler
}

// ExportSpans implements sdk.SpanExporter.
func (s share) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	var chosen []sdk.ReadOnlySpan
	for _, span := range spans {
		if s.of.ShouldSample(sdk.SamplingParameters{TraceID: span.SpanContext().TraceID()}).Decision == sdk.RecordAndSample {
			chosen = append(chosen, span)
		}
	}
	return s.SpanExporter.ExportSpans(ctx, chosen)
}

// Shutdown implements sdk.SpanExporter.
func (o OTLP) Shutdown(context.Context) error {
	o.client.CloseIdleConnections()
	return nil
}

// ExportSpans implements sdk.SpanExporter. Spans that the collector refuses are lost.
func (o OTLP) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(traceData(spans))
	if err != nil {
		return fmt.Errorf("encode spans: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = o.header.Clone()
	request.Header.Set("Content-Type", "application/json")
	answer, err := o.client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<16)) // allows the connection to be reused
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answered %s", answer.Status)
	}
	return nil
}

// The JSON of OTLP. Integers of 64 bits are strings.
type (
	otlpTraces struct {
		ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
	}
	otlpResourceSpans struct {
		Resource   otlpResource     `json:"resource"`
		ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
	}
	otlpResource struct {
		Attributes []otlpAttribute `json:"attributes"`
	}
	otlpScopeSpans struct {
		Scope struct {
			Name string `json:"name"`
		} `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		ParentID   string          `json:"parentSpanId,omitempty"`
		Name       string          `json:"name"`
		Kind       int             `json:"kind"`
		Start      string          `json:"startTimeUnixNano"`
		End        string          `json:"endTimeUnixNano"`
		Attributes []otlpAttribute `json:"attributes,omitempty"`
		Status     struct {
			Code int `json:"code,omitempty"`
		} `json:"status"`
	}
	otlpAttribute struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	}
)

// traceData converts the spans of one process, which share their resource and their scope.
func traceData(spans []sdk.ReadOnlySpan) otlpTraces {
	scope := otlpScopeSpans{}
	scope.Scope.Name = spans[0].InstrumentationScope().Name
	for _, s := range spans {
		scope.Spans = append(scope.Spans, spanData(s))
	}
	return otlpTraces{[]otlpResourceSpans{{
		Resource: otlpResource{attributes(spans[0].Resource().Attributes())}, ScopeSpans: []otlpScopeSpans{scope},
	}}}
}

func spanData(s sdk.ReadOnlySpan) otlpSpan {
	span := otlpSpan{
		TraceID: s.SpanContext().TraceID().String(), SpanID: s.SpanContext().SpanID().String(),
		Name: s.Name(), Kind: int(s.SpanKind()), // numbered as in OTLP
		Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()), Attributes: attributes(s.Attributes()),
	}
	if s.Parent().SpanID().IsValid() {
		span.ParentID = s.Parent().SpanID().String()
	}
	if s.Status().Code == codes.Error {
		span.Status.Code = 2 // STATUS_CODE_ERROR
	}
	return span
}

func nanoseconds(at time.Time) string { return strconv.FormatInt(at.UnixNano(), 10) }

func attributes(given []attribute.KeyValue) []otlpAttribute {
	all := make([]otlpAttribute, 0, len(given))
	for _, a := range given {
		value := map[string]any{"stringValue": a.Value.String()}
		if a.Value.Type() == attribute.INT64 {
			value = map[string]any{"intValue": strconv.FormatInt(a.Value.AsInt64(), 10)}
		}
		all = append(all, otlpAttribute{string(a.Key), value})
	}
	return all
}
