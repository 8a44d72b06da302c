// Package journey does the main job over HTTP, as an owner, a valuer and a supervisor would,
// with the Go client. The command line, the tests and the load tests share its steps.
//
// It may import sdk/go, app/demodata/drawnphoto and domain, whose names the drawings use.
package journey
