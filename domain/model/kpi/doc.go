// Package kpi computes the key figures and the funnel of a period from the milestones that
// cases reached (domain.Step).
//
// It is pure, as domain is, and imports domain and the standard library only. Its results are not
// stored, because the figures of any period can be computed again.
package kpi
