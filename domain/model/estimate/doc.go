// Package estimate suggests what a property would sell for now, from the sales around it: the
// sales comparison approach done by rule.
//
// It is pure, as domain is, and imports domain and the standard library only. The types that it
// reads and returns (Comparable, SubjectProperty, Suggestion) are in domain, because they are
// stored with valuations.
package estimate
