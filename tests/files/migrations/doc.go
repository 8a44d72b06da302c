// Package migrations refuses migrations that would stop requests: those that keep a lock that
// requests conflict with while they scan or rewrite a table, or while they wait for another
// lock. It knows the statements that are safe; any other is refused, so that what it does not
// understand cannot pass.
//
// Migrations before First are older than the rule. The package imports no other package of
// the house.
package migrations
