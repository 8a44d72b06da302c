// Package middleware contains the steps before and after every handler: request ids, recovery
// from panics, logs, metrics, compression, rate limits and authentication.
//
// It may import domain and ports.
package middleware
