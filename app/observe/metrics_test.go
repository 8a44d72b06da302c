package observe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/api/middleware"
	"github.com/propflow/propflow/app/observe"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// scrape asks for metrics as Prometheus does.
func scrape(t *testing.T, m *observe.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

func assertLines(t *testing.T, page string, lines ...string) {
	t.Helper()
	all := strings.Split(page, "\n")
	for _, line := range lines {
		if !slices.Contains(all, line) {
			t.Errorf("there is no line %s", line) // the page itself would bury it
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics("1.2.3", "abc")
	p := &observe.Process{Metrics: m}
	for range 2 {
		p.Called(t.Context(), "getPhoto")
	}
	p.Called(t.Context(), "streamEvents")
	p.End(t.Context(), middleware.Done{Operation: "getPhoto", Status: 200, Took: 20 * time.Millisecond})
	p.End(t.Context(), middleware.Done{Status: 404, Took: time.Millisecond})
	page := scrape(t, m)
	assertLines(t, page,
		`propflow_build_info{commit="abc",version="1.2.3"} 1`,
		`propflow_requests_total{class="2xx",operation="getPhoto"} 1`, `propflow_requests_total{class="4xx",operation="none"} 1`,
		`propflow_requests_in_flight{operation="getPhoto"} 1`, `propflow_requests_in_flight{operation="streamEvents"} 1`,
		`propflow_request_seconds_bucket{operation="getPhoto",le="0.01"} 0`, `propflow_request_seconds_bucket{operation="getPhoto",le="0.025"} 1`,
	)
	assert.Contains(t, page, "go_goroutines ")
	p.End(t.Context(), middleware.Done{Operation: "streamEvents", Status: 200, Took: time.Hour})
	page = scrape(t, m)
	assertLines(t, page, `propflow_requests_in_flight{operation="streamEvents"} 0`)
	assert.NotContains(t, page, `propflow_request_seconds_bucket{operation="streamEvents"`, "how long somebody looked on is no latency")
}

func TestJobsAreCounted(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics("", "")
	fault := errors.New("no")
	handlers := (&observe.Process{Metrics: m}).Jobs(map[domain.JobKind]ports.JobHandler{
		domain.JobInspectPhoto: {
			Work: func(_ context.Context, subject string) error {
				switch subject {
				case "good":
					return nil
				case "broken":
					panic("broken")
				}
				return fault
			},
			GiveUp: func(_ context.Context, subject string) error {
				if subject == "again" {
					return fault
				}
				return nil
			},
		},
		domain.JobSendDigest: {Work: func(context.Context, string) error { return nil }},
	})
	inspect := handlers[domain.JobInspectPhoto]
	require.NoError(t, inspect.Work(t.Context(), "good"))
	require.ErrorIs(t, inspect.Work(t.Context(), "bad"), fault)
	require.Panics(t, func() { _ = inspect.Work(t.Context(), "broken") })
	require.NoError(t, inspect.GiveUp(t.Context(), "bad"))
	require.ErrorIs(t, inspect.GiveUp(t.Context(), "again"), fault)
	assert.Nil(t, handlers[domain.JobSendDigest].GiveUp, "none is put where none was")
	assertLines(t, scrape(t, m),
		`propflow_jobs_total{kind="inspect_photo",outcome="done"} 1`, `propflow_jobs_total{kind="inspect_photo",outcome="failed"} 3`,
		`propflow_jobs_total{kind="inspect_photo",outcome="given_up"} 1`, `propflow_job_seconds_count{kind="inspect_photo"} 5`)
}

// again runs everything twice, as a store does after a conflict.
type again struct{ *memory.Store }

func (a again) Do(ctx context.Context, fn func(ctx context.Context, tx ports.Tx) error) error {
	return a.Store.Do(ctx, func(ctx context.Context, tx ports.Tx) error {
		photos := tx.Photos
		if err := fn(ctx, tx); err != nil {
			return err
		}
		tx.Photos = rewound{photos}
		return fn(ctx, tx)
	})
}

// rewound shows photos as they were before the first run.
type rewound struct{ ports.PhotoStore }

func (r rewound) Lock(ctx context.Context, id domain.PhotoID) (domain.Photo, error) {
	photo, err := r.PhotoStore.Lock(ctx, id)
	photo.Status = domain.PhotoProcessing
	return photo, err
}

// provider is a messenger that answers by the recipient.
type provider struct{}

func (provider) Send(_ context.Context, m domain.Message) (string, error) {
	switch m.To.Phone {
	case "+911":
		return "", &domain.Error{Kind: domain.KindInvalid, Code: "number_refused"}
	case "+912":
		return "", domain.Unavailable("messenger", time.Second, errors.New("down"))
	}
	return "id", nil
}

func TestMessagesAreCounted(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics("", "")
	messenger := (&observe.Process{Metrics: m}).Messenger(provider{})
	for _, to := range []domain.Phone{"+910", "+911", "+912"} {
		_, _ = messenger.Send(t.Context(), domain.Message{To: domain.Recipient{Phone: to}, Channel: domain.ChannelSMS})
	}
	assertLines(t, scrape(t, m), `propflow_notifications_total{channel="SMS",outcome="sent"} 1`,
		`propflow_notifications_total{channel="SMS",outcome="refused"} 1`, `propflow_notifications_total{channel="SMS",outcome="failed"} 1`)
}

func TestVerdictsAreCountedOnceTheyStand(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics("", "")
	memo := memory.New()
	once, twice := m.UnitOfWork(memo), m.UnitOfWork(again{memo})
	rollback := errors.New("rolled back")
	judge := func(id domain.PhotoID, result error) func(context.Context, ports.Tx) error {
		return func(ctx context.Context, tx ports.Tx) error {
			p, err := tx.Photos.Lock(ctx, id)
			if err != nil {
				return err
			}
			p.Judge(domain.ImageFacts{}, domain.ImageAnalysis{}, []domain.Finding{{Code: domain.FindingGlare, Outcome: domain.OutcomeFlagged}}, nil, noon)
			return errors.Join(tx.Photos.Update(ctx, &p), result)
		}
	}
	for _, id := range []domain.PhotoID{"p", "q"} {
		photo := domain.Photo{ID: id, PropertyID: "h", Status: domain.PhotoProcessing}
		require.NoError(t, once.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, photo) }))
	}
	require.ErrorIs(t, once.Do(t.Context(), judge("p", rollback)), rollback)
	assert.NotContains(t, scrape(t, m), "propflow_photo_verdicts_total{")
	for range 2 {
		require.NoError(t, once.Do(t.Context(), judge("p", nil)))
	}
	assertLines(t, scrape(t, m), `propflow_photo_verdicts_total{status="FLAGGED"} 1`, `propflow_photo_findings_total{code="GLARE",outcome="FLAGGED"} 1`)
	require.NoError(t, twice.Do(t.Context(), judge("q", nil)))
	assertLines(t, scrape(t, m), `propflow_photo_verdicts_total{status="FLAGGED"} 2`)
}

func TestVitalsAndPools(t *testing.T) {
	t.Parallel()
	m := observe.NewMetrics("", "")
	m.Vitals(ports.Vitals{PendingReviews: 51, CasesBreached: 1, OldestJob: 90 * time.Second, FailedLogins: 7}, noon)
	used := 3.0
	m.Pool("postgres", func() observe.Pool { return observe.Pool{Max: 16, Used: used, Idle: 1, Waited: 2} })
	m.Pool("redis", func() observe.Pool { return observe.Pool{Max: 20} })
	used = 4
	assertLines(t, scrape(t, m), `propflow_vitals{sign="pending_reviews"} 51`, `propflow_vitals{sign="cases_breached"} 1`, `propflow_vitals{sign="failed_logins"} 7`,
		`propflow_vitals{sign="oldest_job_seconds"} 90`, `propflow_pool_used{pool="postgres"} 4`, `propflow_pool_waits{pool="postgres"} 2`, `propflow_pool_max{pool="redis"} 20`)
}

func TestWithoutMetricsNothingIsInTheWay(t *testing.T) {
	t.Parallel()
	var off *observe.Metrics
	store := memory.New()
	assert.Same(t, store, off.UnitOfWork(store))
	off.Vitals(ports.Vitals{}, noon)
	off.Pool("x", nil)
	p := &observe.Process{}
	p.Called(t.Context(), "getMe")
	p.Failed(p.Begin(httptest.NewRequest(http.MethodGet, "/", strings.NewReader("")), "r"), errors.New("x"))
	p.End(t.Context(), middleware.Done{Operation: "getMe", Status: 200})
}
