// Package sdkts compiles the TypeScript client under strict and runs its tests, and does
// likewise with the clients that two other generators write from openapi.yaml, if Node and
// npm are there.
//
// It may import everything.
package sdkts
