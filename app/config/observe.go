package config

import (
	"errors"
	"fmt"
	"net/url"
)

// Observe is the configuration of metrics, traces and error reports. An empty variable turns its
// part off.
type Observe struct {
	// Environment is the installation's name in metrics, traces and error reports. Unless
	// it is development, SMTP_TLS must not be none; if it is production, everything must be encrypted,
	// checked and limited, and keys must be random: docs/security/security-hardening.md.
	Environment string `env:"ENVIRONMENT" envDefault:"development"`
	// MetricsAddress is the private host:port at which Prometheus reads metrics.
	MetricsAddress string `env:"METRICS_ADDRESS"`
	// TracesEndpoint is the base URL of an OpenTelemetry collector that accepts OTLP over HTTP.
	TracesEndpoint string `env:"OTEL_EXPORTER_OTLP_ENDPOINT"`
	// TracesRate is the share of requests and jobs that are traced, 0 to 1.
	TracesRate float64 `env:"TRACES_RATE" envDefault:"1"`
	// SentryDSN is the URL to which errors are reported; it contains a key.
	SentryDSN string `env:"SENTRY_DSN"`
}

func (o Observe) faults() []error {
	faults := append(listening("METRICS_ADDRESS", o.MetricsAddress), absolute("OTEL_EXPORTER_OTLP_ENDPOINT", o.TracesEndpoint)...)
	if o.TracesRate < 0 || o.TracesRate > 1 {
		faults = append(faults, errors.New("TRACES_RATE: must be 0 to 1"))
	}
	if u, err := url.Parse(o.SentryDSN); o.SentryDSN != "" && (err != nil || u.Host == "" || u.User.Username() == "") {
		faults = append(faults, fmt.Errorf("SENTRY_DSN: must be a URL with a key")) // err would quote the key
	}
	return faults
}
