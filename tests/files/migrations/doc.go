// Package migrations refuses migrations that would stop requests: those that scan or rewrite a
// table, or wait for another lock, while they have a lock for which requests wait. It has a
// list of safe statements and refuses any other, so that a statement it does not understand
// cannot pass.
//
// Migrations before First are older than the rules. The package imports no other package of
// the repository.
package migrations
