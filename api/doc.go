// Package api is the HTTP face of PropFlow: handlers that decode, call one use case and
// encode, behind the document (openapi.yaml) that they are generated from and checked
// against. An error becomes application/problem+json in one place, problem.go.
//
// It may import the embedded document, domain, its use cases, ports, api/gen and api/middleware.
package api
