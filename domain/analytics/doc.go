// Package analytics contains the use cases by which supervisors and administrators see how
// the work as a whole goes: the key figures and the funnel, computed from recorded milestones.
//
// Every use case is a struct of the ports that it needs, with one method Execute. The package
// imports domain, its models and ports only.
package analytics
