// Package middleware holds what every request passes through before and after its handler:
// request ids, panics, logs, limits and the proof of who is asking.
//
// It may import domain and ports.
package middleware
