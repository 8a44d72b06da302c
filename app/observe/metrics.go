package observe

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// Metrics counts the work of a process, for Prometheus. Every label has few values: names of
// operations, kinds or codes. A nil Metrics counts nothing.
type Metrics struct {
	registry      *prometheus.Registry
	requests      *prometheus.CounterVec
	latency       *prometheus.HistogramVec
	inFlight      *prometheus.GaugeVec
	jobs          *prometheus.CounterVec
	jobSeconds    *prometheus.HistogramVec
	photos        *prometheus.CounterVec
	findings      *prometheus.CounterVec
	notifications *prometheus.CounterVec
	vitals        *prometheus.GaugeVec
	codes         *prometheus.CounterVec
	codeBudget    *prometheus.GaugeVec
}

// Bounds of histograms in seconds, around the service levels of 0.5 s for a request and 5 s for
// a photo.
var (
	requestBounds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15}
	jobBounds     = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 120}
)

// NewMetrics returns metrics that are all zero, together with those of the Go runtime, the
// process and the build.
func NewMetrics(version, commit string) *Metrics {
	m := &Metrics{
		registry:      prometheus.NewRegistry(),
		requests:      counter("requests_total", "Requests answered.", "operation", "class"),
		latency:       histogram("request_seconds", "Time from a request to the end of its answer; streams are not in it.", requestBounds, "operation"),
		inFlight:      gauge("requests_in_flight", "Requests being answered; those of streamEvents are the live connections.", "operation"),
		jobs:          counter("jobs_total", "Attempts at jobs, by what came of them: done, failed or given_up.", "kind", "outcome"),
		jobSeconds:    histogram("job_seconds", "Time of an attempt at a job.", jobBounds, "kind"),
		photos:        counter("photo_verdicts_total", "Photos judged.", "status"),
		findings:      counter("photo_findings_total", "Findings in photos judged.", "code", "outcome"),
		notifications: counter("notifications_total", "Attempts to send a message: sent, refused for good, or failed and tried again.", "channel", "outcome"),
		codes:         counter("otp_sends_total", "One-time codes: sent, refused for good, failed, or withheld because the budget is spent.", "outcome"),
		codeBudget:    gauge("otp_budget_used_ratio", "Used part of the installation's budget of one-time codes at the last send."),
		vitals:        gauge("vitals", "The product's vital signs, told by the scheduler: counts, and ages in seconds.", "sign"),
	}
	build := gauge("build_info", "Always 1; what runs is in the labels.", "version", "commit")
	build.WithLabelValues(version, commit).Set(1)
	m.registry.MustRegister(m.requests, m.latency, m.inFlight, m.jobs, m.jobSeconds, m.photos, m.findings, m.notifications, m.vitals, m.codes, m.codeBudget, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

const metricsNamespace = "propflow"

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: metricsNamespace, Name: name, Help: help}, labels)
}

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: metricsNamespace, Name: name, Help: help}, labels)
}

func histogram(name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: metricsNamespace, Name: name, Help: help, Buckets: bounds}, labels)
}

// Handler serves the metrics in Prometheus's text format at /metrics.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// Vitals sets the gauges of the product's vital signs.
func (m *Metrics) Vitals(v ports.Vitals, _ time.Time) {
	if m == nil {
		return
	}
	for sign, value := range map[string]float64{
		"pending_reviews": float64(v.PendingReviews), "cases_breached": float64(v.CasesBreached),
		"jobs_available": float64(v.JobsAvailable), "jobs_dead": float64(v.JobsDead),
		"oldest_job_seconds": v.OldestJob.Seconds(), "oldest_notification_seconds": v.OldestNotification.Seconds(),
		"failed_logins": float64(v.FailedLogins), "denials": float64(v.Denials), "new_admins": float64(v.NewAdmins),
		"sms_budget_percent": float64(v.SMSBudgetPercent),
	} {
		m.vitals.WithLabelValues(sign).Set(value)
	}
}

// streams is an operation without a latency metric: a stream lasts as long as its client stays.
const streams = "streamEvents"

// unknown is the label of requests that call no operation.
const unknown = "none"

func (m *Metrics) called(operation string) {
	if m != nil {
		m.inFlight.WithLabelValues(operation).Inc()
	}
}

func (m *Metrics) answered(operation string, status int, took time.Duration) {
	if m == nil {
		return
	}
	name := operation
	if name == "" {
		name = unknown
	} else {
		m.inFlight.WithLabelValues(name).Dec()
	}
	m.requests.WithLabelValues(name, strconv.Itoa(status/100)+"xx").Inc()
	if name != streams {
		m.latency.WithLabelValues(name).Observe(took.Seconds())
	}
}

// The outcomes of an attempt at a job.
const (
	done    = "done"
	failed  = "failed"
	givenUp = "given_up"
)

func (m *Metrics) job(kind domain.JobKind, outcome string, took time.Duration) {
	if m != nil {
		m.jobs.WithLabelValues(string(kind), outcome).Inc()
		m.jobSeconds.WithLabelValues(string(kind)).Observe(took.Seconds())
	}
}

func (m *Metrics) judged(photo domain.Photo) {
	m.photos.WithLabelValues(string(photo.Status)).Inc()
	for _, f := range photo.Findings {
		m.findings.WithLabelValues(string(f.Code), string(f.Outcome)).Inc()
	}
}

// Pool is the use of a pool of connections at one moment.
type Pool struct {
	// Max is the limit; Used and Idle are the open connections.
	Max, Used, Idle float64
	// Waited counts the waits for a connection since the process started.
	Waited float64
}

// Pool registers gauges for a pool; read is called whenever Prometheus asks.
func (m *Metrics) Pool(name string, read func() Pool) {
	if m == nil {
		return
	}
	labels := prometheus.Labels{"pool": name}
	register := func(metric, help string, value func(Pool) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: metricsNamespace, Name: metric, Help: help, ConstLabels: labels,
		}, func() float64 { return value(read()) }))
	}
	register("pool_max", "Connections at most.", func(p Pool) float64 { return p.Max })
	register("pool_used", "Connections in use.", func(p Pool) float64 { return p.Used })
	register("pool_idle", "Connections that wait to be used.", func(p Pool) float64 { return p.Idle })
	register("pool_waits", "How often somebody waited for a connection.", func(p Pool) float64 { return p.Waited })
}
