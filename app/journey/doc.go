// Package journey does the main job over HTTP, as an owner, a valuer and a supervisor would,
// through the Go client. The command line, the tests and the load tests share its steps.
//
// It may import sdk/go, app/demodata/drawnphoto and domain, which names what a drawing shows.
package journey
