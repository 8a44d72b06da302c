// Command propflow is the whole product: `propflow demo` serves it on memory, `propflow
// journey` does the main job over HTTP as its users would.
//
// It may import app and sdk/go.
package main
