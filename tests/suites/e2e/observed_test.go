package e2e_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app"
	"github.com/propflow/propflow/app/journey"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	propflow "github.com/propflow/propflow/sdk/go"
	"github.com/propflow/propflow/tests/kit/servers"
)

// observedPage shows what these tests saw, where PROPFLOW_UPDATE=1.
const observedPage = "../../../docs/ops/observability.md"

// observed writes text into the block of the page behind a mark.
func observed(t *testing.T, mark, text string) {
	t.Helper()
	if os.Getenv("PROPFLOW_UPDATE") != "1" {
		return
	}
	page, err := os.ReadFile(observedPage)
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)(<!-- " + mark + " -->\n```\n).*?```")
	page = block.ReplaceAllFunc(page, func(old []byte) []byte {
		return fmt.Appendf(nil, "<!-- %s -->\n```\n%s\n```", mark, strings.TrimSpace(text))
	})
	require.NoError(t, os.WriteFile(observedPage, page, 0o600))
}

// tracedSpan is one as a collector reads it.
type tracedSpan struct {
	TraceID, SpanID, ParentSpanID, Name string
	StartTimeUnixNano, EndTimeUnixNano  int64 `json:",string"`
}

// collector takes OTLP over HTTP.
type collector struct {
	mu    sync.Mutex
	raw   bytes.Buffer
	spans []tracedSpan
}

func (c *collector) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var data struct {
		ResourceSpans []struct {
			ScopeSpans []struct{ Spans []tracedSpan }
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(body)
	if json.Unmarshal(body, &data) == nil {
		c.spans = append(c.spans, data.ResourceSpans[0].ScopeSpans[0].Spans...)
	}
}

// tree draws the trace of the span of that name, and names what it holds.
func (c *collector) tree(name string) (text string, names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	root := c.spans[slices.IndexFunc(c.spans, func(s tracedSpan) bool { return s.Name == name })]
	slices.SortFunc(c.spans, func(a, b tracedSpan) int { return cmp.Compare(a.StartTimeUnixNano, b.StartTimeUnixNano) })
	var out strings.Builder
	var draw func(s tracedSpan, depth int)
	draw = func(s tracedSpan, depth int) {
		names = append(names, s.Name)
		ms := func(ns int64) float64 { return float64(ns) / 1e6 }
		fmt.Fprintf(&out, "%8.1f ms %8.1f ms  %s%s\n", ms(s.StartTimeUnixNano-root.StartTimeUnixNano), ms(s.EndTimeUnixNano-s.StartTimeUnixNano), strings.Repeat("  ", depth), s.Name)
		for _, child := range c.spans {
			if child.ParentSpanID == s.SpanID {
				draw(child, depth+1)
			}
		}
	}
	fmt.Fprintf(&out, "trace %s…\n   begins        took\n", root.TraceID[:8])
	draw(root, 0)
	return out.String(), names
}

func scrape(t *testing.T, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	var ours []string
	for line := range strings.Lines(string(page)) {
		if strings.HasPrefix(line, "propflow_") && !strings.Contains(line, "_bucket{") {
			ours = append(ours, line)
		}
	}
	return strings.Join(ours, "")
}

func TestAPhotoIsObservedFromItsRequestToItsVerdict(t *testing.T) {
	t.Parallel()
	ctx := within(t, 2*time.Minute)
	var spans collector
	server := httptest.NewServer(&spans)
	defer server.Close()
	g := newGround(ctx, t, func(vars map[string]string) { vars["OTEL_EXPORTER_OTLP_ENDPOINT"] = server.URL })
	atAPI, atWorker := servers.Address(t), servers.Address(t)
	g.vars["METRICS_ADDRESS"] = atAPI
	url, stopAPI := g.run(ctx, t, app.API)
	g.vars["METRICS_ADDRESS"] = atWorker
	_, stopWorker := g.run(ctx, t, app.Worker)

	const phone = "+919811100042"
	owner, err := journey.NewOwner(ctx, url, phone, g, nil)
	require.NoError(t, err)
	require.NoError(t, owner.Consent(ctx))
	property := journey.DefaultProperty()
	draft, err := owner.Draft(ctx, property)
	require.NoError(t, err)
	announced, err := owner.Upload(ctx, draft.ID, house(7)[0], propflow.Point{Lat: property.Location.Lat, Lng: property.Location.Lng}, "")
	require.NoError(t, err)
	photo, err := owner.Verdict(ctx, announced)
	require.NoError(t, err)
	require.NoError(t, g.idle(ctx))
	api, worker := scrape(t, atAPI), scrape(t, atWorker)
	owner.Events.Close()
	stopAPI()
	stopWorker()

	tree, names := spans.tree("completePhoto")
	for _, name := range []string{"completePhoto", "job inspect_photo", "GET s3", "postgres LockPhoto", "postgres COMMIT"} {
		assert.Contains(t, names, name, tree)
	}
	for _, never := range []string{"9811100042", "X-Amz-", "Signature", draft.ID + "/photos", "Indiranagar"} {
		assert.NotContains(t, spans.raw.String(), never)
	}
	assert.Contains(t, api, `propflow_requests_total{class="2xx",operation="completePhoto"} 1`)
	assert.Contains(t, api, `propflow_requests_in_flight{operation="streamEvents"} 1`)
	assert.Contains(t, worker, fmt.Sprintf(`propflow_photo_verdicts_total{status=%q} 1`, photo.Status))
	assert.Contains(t, worker, `propflow_jobs_total{kind="inspect_photo",outcome="done"} 1`)
	observed(t, "trace", tree)
	observed(t, "metrics", "# API\n"+api+"\n# worker\n"+worker)
}

// lines hands on what is logged.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default:
	}
	return len(line), nil
}

func TestAlarmsAreObserved(t *testing.T) {
	t.Parallel()
	ctx := within(t, time.Minute)
	g := newGround(ctx, t, func(vars map[string]string) { vars["ENVIRONMENT"] = "staging" })
	now := g.Clock.Now()
	require.NoError(t, g.UnitOfWork.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		owner := domain.NewCustomer(domain.UserID(g.IDs.New()), "+919811100043", now)
		at := now.Add(-domain.SLATarget - time.Minute)
		late := domain.Property{
			ID: domain.PropertyID(g.IDs.New()), OwnerID: owner.ID, Type: domain.House, State: domain.Submitted, Salt: g.IDs.New(),
			Reference: domain.NewReference(at, [6]byte{1}), CreatedAt: at, UpdatedAt: at, SubmittedAt: at,
		}
		late.SLA.Start(at)
		if err := tx.Users.Add(ctx, owner); err != nil {
			return err
		}
		if err := tx.Properties.Add(ctx, late); err != nil {
			return err
		}
		return tx.Notifications.Add(ctx, domain.Notification{
			ID: domain.NotificationID(g.IDs.New()), Topic: domain.TopicSubmitted, Channel: domain.ChannelSMS, RecipientID: owner.ID,
			PropertyID: late.ID, Status: domain.NotificationPending, CreatedAt: now.Add(-10 * time.Minute),
		})
	}))
	logged := make(lines, 100)
	scheduler, err := app.New(ctx, g.config(t), app.Scheduler, slog.New(slog.NewJSONHandler(logged, &slog.HandlerOptions{Level: slog.LevelError})))
	require.NoError(t, err)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- scheduler.Run(running) }()
	line := ""
	for !strings.Contains(line, `"_aws"`) {
		select {
		case line = <-logged:
		case <-ctx.Done():
			require.Fail(t, "no figures were told")
		}
	}
	stop()
	require.NoError(t, <-ended)
	var told struct {
		Environment                                              string
		PendingReviews, CasesBreached, NotificationOldestSeconds int
	}
	require.NoError(t, json.Unmarshal([]byte(line), &told))
	assert.Equal(t, "staging", told.Environment)
	assert.Equal(t, 1, told.CasesBreached)
	assert.Equal(t, 1, told.PendingReviews)
	assert.InDelta(t, 600, told.NotificationOldestSeconds, 30)
	observed(t, "emf", line)
}
