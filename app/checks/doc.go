// Package checks is behind `propflow check` and `propflow audit verify`: it connects to the
// two stores, runs the use cases of domain/assurance and writes down what they find.
//
// As a part of the composition root it may import everything but cmd and tests.
package checks
