// Package portstest checks what each port promises: it has one exported suite per port, which
// every adapter of the port passes.
//
// A suite takes a function that opens a fresh, empty adapter for each of its parts, which
// run in parallel. If a suite needs to affect or observe the world around an adapter, e.g. to
// let time pass or to see what was delivered, it takes a harness. Suites store only valid
// data, because strict stores refuse other: parents before children, ids that are UUIDs,
// times in UTC with microseconds.
//
// It imports domain, its models, ports and testing libraries.
package portstest
