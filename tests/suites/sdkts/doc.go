// Package sdkts compiles the TypeScript client with strict and runs its tests. It does the same
// with the clients that two other generators write from openapi.yaml. Its tests are skipped if
// there is no Node with npm.
//
// It may import everything.
package sdkts
