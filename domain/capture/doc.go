// Package capture is how evidence comes in: challenges before the shutter, uploads straight
// to the object store, the inspection that gives each photo its verdict, and a valuer's
// word on those that were flagged.
//
// Every use case is a struct of the ports that it needs, with one method Execute. What
// touches the object store or a photo's bytes happens outside the unit of work. It imports
// domain, its models and ports only.
package capture
