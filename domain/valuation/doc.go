// Package valuation is how a property gets its value: comparable sales, the model's
// suggestion, the valuer's valuation and its signed report.
//
// Every use case is a struct of the ports that it needs, with one method Execute. It
// imports domain, its models and ports only.
package valuation
