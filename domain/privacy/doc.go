// Package privacy contains the use cases by which people see and decide what is done with their data
// (notice, consent, audit trail, export, erasure, requests), and those that end its keeping (holds,
// purges).
//
// The package imports domain and ports.
package privacy
