// Package observe tells from outside how the product is doing: figures for alarms as lines of
// the log, Prometheus metrics, OpenTelemetry traces, and errors to Sentry. None of it carries
// personal data: ids, names of operations, kinds, codes and figures only.
//
// Each is off unless configured, and then costs nothing. The package decorates ports and
// offers hooks to adapters; it imports app/config, domain, ports,
// api/middleware and its SDKs.
package observe
