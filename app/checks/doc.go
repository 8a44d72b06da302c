// Package checks implements `propflow check`, `propflow audit verify` and `propflow files
// restore`: it connects to the two stores, runs the use cases of domain/assurance and prints
// their findings.
//
// As a part of the composition root it may import everything but cmd and tests.
package checks
