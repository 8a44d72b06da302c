// Package estimate suggests what a property would sell for now, from the sales around it: the
// sales comparison approach done by rule.
//
// It is pure, as domain is, and imports domain and the standard library only. What it reads
// and returns (Comparable, SubjectProperty, Suggestion) is stored with valuations and is in
// domain.
package estimate
