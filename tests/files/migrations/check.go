package migrations

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// First is the version of the first migration to which the rules apply.
const First = 14

// What to do instead of a statement that is refused.
const (
	adviseIndex    = "build and drop indexes CONCURRENTLY, in a migration with -- +goose NO TRANSACTION"
	adviseBuild    = "DROP INDEX CONCURRENTLY IF EXISTS it first: an interrupted build leaves an invalid index"
	adviseValidate = "VALIDATE CONSTRAINT belongs in a migration of its own, after the one that adds it NOT VALID: it scans the table, and other changes keep stronger locks meanwhile"
	adviseRepeat   = "outside a transaction every statement must be repeatable after an interruption: IF [NOT] EXISTS, and a constraint dropped IF EXISTS before it is added"
	adviseApart    = "a migration that builds or drops indexes CONCURRENTLY does nothing else: it waits long for its locks"
	adviseRows     = "change rows in batches by a program, not in a migration: a statement keeps the locks of all its rows"
	adviseTables   = "change one table in each migration: while it waits for the lock of the next, requests wait for the last"
	adviseSelect   = "fill the table in a migration of its own: meanwhile the lock is kept"
	adviseUnknown  = "not known to be safe under load; split it, or teach tests/files/migrations why it is"
)

// Faults lists the statements of a goose migration that would stop requests, each with what to
// do instead.
func Faults(text string) (faults []string) {
	m := parse(text)
	if m.noTransaction {
		return slices.Concat(outside(m.up), outside(m.down))
	}
	up := section{fresh: make(map[string]bool), indexes: make(map[string]bool), locked: make(map[string]bool)}
	up.judge(m.up)
	down := section{fresh: up.fresh, indexes: up.indexes, locked: make(map[string]bool)}
	down.judge(m.down)
	return slices.Concat(up.faults, down.faults)
}

// fault returns the statement, shortened, with what to do instead.
func (s statement) fault(advice string) string {
	const shown = 80
	text := string(s)
	if len(text) > shown {
		text = text[:shown] + "…"
	}
	return fmt.Sprintf("%s: %s", text, advice)
}

// section is one direction of a migration that runs in a transaction.
type section struct {
	fresh, indexes map[string]bool // tables and indexes of this migration, not used by requests yet
	locked         map[string]bool // older tables that it locks, so that requests wait for them
	locking        int             // statements that lock those
	validating     []statement
	filling        []statement
	faults         []string
}

func (c *section) refuse(s statement, advice string) { c.faults = append(c.faults, s.fault(advice)) }

// lock records the tables that a statement locks, except fresh ones.
func (c *section) lock(tables ...string) {
	tables = slices.DeleteFunc(tables, func(table string) bool { return c.fresh[table] })
	for _, table := range tables {
		c.locked[table] = true
	}
	if len(tables) > 0 {
		c.locking++
	}
}

func (c *section) judge(statements []statement) {
	for _, s := range statements {
		c.one(s)
	}
	if len(c.locked) > 1 && c.locking > 1 {
		c.faults = append(c.faults, fmt.Sprintf("locks %s: %s", strings.Join(slices.Sorted(maps.Keys(c.locked)), ", "), adviseTables))
	}
	for _, s := range c.validating {
		if len(statements) > len(c.validating) {
			c.refuse(s, adviseValidate)
		}
	}
	for _, s := range c.filling {
		if len(c.locked) > 0 {
			c.refuse(s, adviseSelect)
		}
	}
}
