// Package review contains the use cases of valuers and supervisors: the queue and its claims,
// follow-ups, rejection and sign-off, and the periodic jobs that enforce the time limits.
//
// Every use case is a struct of the ports that it needs, with one method Execute. The package
// imports domain and ports only.
package review
