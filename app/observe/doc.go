// Package observe makes the state of the product visible from outside: figures for alarms as log
// lines, Prometheus metrics, OpenTelemetry traces, and errors in Sentry. None of it contains
// personal data, only ids, names of operations, kinds, codes and figures.
//
// Each part is off unless configured, and then costs nothing. The package decorates ports and
// offers hooks to adapters; it imports app/config, domain, ports, api/middleware and its SDKs.
package observe
