// Package api is the HTTP interface of PropFlow. A handler decodes the request, calls one use
// case and encodes its result. The handlers implement the interface generated from the document
// (openapi.yaml), and every request is checked against it first. Errors become
// application/problem+json in one place, problem.go.
//
// It may import the embedded document, domain, its use cases, ports, api/gen and api/middleware.
package api
