// Package capture contains the use cases of photos: challenges before a photo is taken, uploads
// straight to the object store, the inspection that gives each photo its verdict, and a
// valuer's resolution of flagged ones.
//
// Every use case is a struct of the ports that it needs, with one method Execute. Everything
// that uses the object store or a photo's bytes happens outside the unit of work, which may run
// again and cannot roll it back. The package imports domain, its models and ports only.
package capture
