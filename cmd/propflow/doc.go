// Command propflow is the whole product. For example, `propflow demo` serves it on memory, and
// `propflow journey` does the main job over HTTP as its users would.
//
// It may import app and sdk/go.
package main
