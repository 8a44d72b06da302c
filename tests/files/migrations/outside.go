package migrations

import (
	"regexp"
	"slices"
	"strings"
)

var (
	builds    = regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX CONCURRENTLY (\S+) ON `)
	drops     = regexp.MustCompile(`^DROP INDEX CONCURRENTLY IF EXISTS (\S+)$`)
	rebuilds  = regexp.MustCompile(`^REINDEX (?:INDEX|TABLE) CONCURRENTLY \S+$`)
	validates = regexp.MustCompile(`^ALTER TABLE (?:ONLY )?\S+ VALIDATE CONSTRAINT \S+$`)
	changes   = regexp.MustCompile(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+) (.+)$`)
	// repeatable matches actions that change nothing when they are run again.
	repeatable = regexp.MustCompile(`^(?:ADD COLUMN IF NOT EXISTS |DROP (?:COLUMN|CONSTRAINT) IF EXISTS |ALTER |SET \()`)
	removes    = regexp.MustCompile(`^DROP CONSTRAINT IF EXISTS (\S+)`)
	adds       = regexp.MustCompile(`^ADD CONSTRAINT (\S+) `)
)

// outside judges the statements of a migration without a transaction. Because each is committed
// by itself, it may have been run already when the migration is retried.
func outside(statements []statement) (faults []string) {
	judge := repeatably
	if slices.ContainsFunc(statements, func(s statement) bool { return strings.Contains(string(s), " CONCURRENTLY ") }) {
		judge = concurrently
	}
	dropped := make(map[string]bool)
	for _, s := range statements {
		if advice := judge(string(s), dropped); advice != "" && !validates.MatchString(string(s)) {
			faults = append(faults, s.fault(advice))
		}
	}
	return faults
}

// concurrently judges a statement of a migration that builds or drops indexes concurrently.
func concurrently(s string, dropped map[string]bool) (advice string) {
	build, drop := first(builds, s), first(drops, s)
	switch {
	case drop != "":
		dropped[drop] = true
	case build != "" && !dropped[build]:
		return adviseBuild
	case strings.Contains(s, "INDEX CONCURRENTLY") && build == "" && !rebuilds.MatchString(s):
		return adviseRepeat
	case build == "" && !rebuilds.MatchString(s):
		return adviseApart
	}
	return ""
}

// repeatably judges a statement that changes a table.
func repeatably(s string, dropped map[string]bool) (advice string) {
	change := changes.FindStringSubmatch(s)
	if change == nil {
		return adviseRepeat
	}
	for _, action := range parts(change[2]) {
		if advice := alters(action); advice != "" {
			return advice
		}
		remove, add := first(removes, action), first(adds, action)
		switch {
		case remove != "":
			dropped[remove] = true
		case dropped[add], repeatable.MatchString(action):
		default:
			return adviseRepeat
		}
	}
	return ""
}
