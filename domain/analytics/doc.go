// Package analytics is what supervisors and administrators see of the work as a whole: key
// figures and the funnel, computed from recorded steps.
//
// Every use case is a struct of the ports that it needs, with one method Execute. It
// imports domain, its models and ports only.
package analytics
