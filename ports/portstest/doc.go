// Package portstest says what each port promises: one exported suite per port, which every
// adapter of it passes.
//
// A suite takes a function that opens a fresh, empty adapter for each of its parts, which
// run in parallel. What a suite must do to the world around an adapter (let time pass, look
// at what was delivered) it asks of a harness. Suites store only what is in order: parents
// before children, ids that are UUIDs, times in UTC with microseconds.
//
// It imports domain, its models, ports and testing libraries.
package portstest
