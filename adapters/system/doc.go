// Package system gives use cases the clock, the identifiers and the randomness of the
// machine that runs them: ports.Clock, ports.IDs and ports.Entropy.
//
// It imports ports and google/uuid only.
package system
