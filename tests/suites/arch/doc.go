// Package arch checks the architecture: which package may import which, that every operation
// of openapi.yaml has a use case and a handler with its name, that the codes in openapi.yaml
// are those in the code, that every package is documented, that comments are in plain words, and
// that no unfinished work is left in the code.
//
// Each rule is a pure function of facts that were read before, so that its test can plant a
// violation. The package imports the standard library and the OpenAPI reader.
package arch
