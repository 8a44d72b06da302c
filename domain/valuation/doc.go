// Package valuation contains the use cases by which a property gets its value: comparables, the
// model's suggestion, the valuer's valuation and its signed report.
//
// Every use case is a struct of the ports that it needs, with one method Execute. The package
// imports domain, its models and ports only.
package valuation
