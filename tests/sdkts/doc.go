// Package sdkts compiles the TypeScript client under strict, and runs its tests, where Node
// and npm are at hand.
//
// It may import everything.
package sdkts
