// Package arch keeps the house in order: who may import whom, that every operation of
// openapi.yaml has its use case and its handler under the same name, that the codes in
// openapi.yaml are those that the code has, that every package says what it is for, and that
// nothing unfinished is left in the code.
//
// Each rule is a pure function over facts that were read before, so that its test can
// plant a violation. It imports the standard library and the OpenAPI reader.
package arch
