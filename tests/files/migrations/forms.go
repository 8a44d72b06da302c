package migrations

import (
	"regexp"
	"slices"
	"strings"
)

// form is a kind of statement with a function that judges how it affects requests. The first
// form whose pattern matches a statement applies.
type form struct {
	pattern *regexp.Regexp
	judge   func(c *section, s statement, match []string)
}

var references = regexp.MustCompile(` REFERENCES (\S+)`)

// referenced returns the tables to which foreign keys in a statement refer, because they are
// locked too.
func referenced(s string) (tables []string) {
	for _, match := range references.FindAllStringSubmatch(s, -1) {
		tables = append(tables, match[1])
	}
	return tables
}

// forms are the statements that may be safe in a transaction.
var forms = []form{
	{regexp.MustCompile(`^CREATE TABLE (?:IF NOT EXISTS )?(\S+) \(.*\)$`), func(c *section, s statement, match []string) {
		c.fresh[match[1]] = true
		c.lock(referenced(string(s))...)
	}},
	{regexp.MustCompile(`^CREATE (?:UNIQUE )?INDEX (\S+) ON (\S+) `), func(c *section, s statement, match []string) {
		c.indexes[match[1]] = true
		if !c.fresh[match[2]] {
			c.refuse(s, adviseIndex)
		}
	}},
	{regexp.MustCompile(`^DROP INDEX (.+)$`), func(c *section, s statement, match []string) {
		if slices.ContainsFunc(parts(match[1]), func(name string) bool { return !c.indexes[name] }) {
			c.refuse(s, adviseIndex)
		}
	}},
	{regexp.MustCompile(`^DROP TABLE (?:IF EXISTS )?(.+?)(?: CASCADE)?$`), func(c *section, _ statement, match []string) {
		c.lock(parts(match[1])...)
	}},
	{regexp.MustCompile(`^(?:CREATE|DROP) TRIGGER .* ON (\S+)`), func(c *section, _ statement, match []string) { c.lock(match[1]) }},
	{regexp.MustCompile(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+) VALIDATE CONSTRAINT \S+$`), func(c *section, s statement, _ []string) {
		c.validating = append(c.validating, s) // its lock does not block requests
	}},
	{regexp.MustCompile(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\S+) (.+)$`), func(c *section, s statement, match []string) {
		c.lock(append(referenced(match[2]), match[1])...)
		for _, action := range parts(match[2]) {
			if advice := alters(action); advice != "" && !c.fresh[match[1]] {
				c.refuse(s, advice)
			}
		}
	}},
	{regexp.MustCompile(`^INSERT INTO (\S+) `), func(c *section, s statement, _ []string) {
		if strings.Contains(string(s), "SELECT ") {
			c.filling = append(c.filling, s)
		}
	}},
	{regexp.MustCompile(`^(?:UPDATE (?:ONLY )?|DELETE FROM (?:ONLY )?)(\S+)`), func(c *section, s statement, match []string) {
		if !c.fresh[match[1]] {
			c.refuse(s, adviseRows)
		}
	}},
	{regexp.MustCompile(`^(?:COMMENT ON|GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|ALTER TYPE \S+ ADD VALUE|CREATE (?:OR REPLACE )?(?:FUNCTION|VIEW)|` +
		`CREATE (?:TYPE|SEQUENCE|SCHEMA)|DROP (?:FUNCTION|VIEW|TYPE|SEQUENCE|SCHEMA)) `), func(*section, statement, []string) {}},
}

// one judges a statement by the first form that matches, and refuses it if there is none.
func (c *section) one(s statement) {
	for _, f := range forms {
		if match := f.pattern.FindStringSubmatch(string(s)); match != nil {
			f.judge(c, s, match)
			return
		}
	}
	c.refuse(s, adviseUnknown)
}

var (
	addsConstraint = regexp.MustCompile(`^ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN|UNIQUE|PRIMARY|EXCLUDE)\b`)
	notValid       = regexp.MustCompile(`^ADD CONSTRAINT \S+ (?:CHECK|FOREIGN KEY) .* NOT VALID$`)
	usingIndex     = regexp.MustCompile(`^ADD CONSTRAINT \S+ (?:UNIQUE|PRIMARY KEY) USING INDEX `)
	addsColumn     = regexp.MustCompile(`^ADD COLUMN (?:IF NOT EXISTS )?\S+ (.+)$`)
	// scans matches what in a new column makes PostgreSQL scan or rewrite the table.
	scans = regexp.MustCompile(`\b(?:CHECK|REFERENCES|UNIQUE|PRIMARY|GENERATED|CONSTRAINT|COLLATE|\w*SERIAL\d?)\b`)
	// constant also matches NOW ( ): PostgreSQL takes it once, when the column is added.
	constant = regexp.MustCompile(` DEFAULT (?:- )?(?:''|\d[\w.]*|TRUE|FALSE|NULL|NOW \( \))(?: :: \w+(?: \[ \])?)?(?: NOT NULL| NULL)?$`)
	required = regexp.MustCompile(` NOT NULL\b`)
	brief    = regexp.MustCompile(`^(?:DROP (?:COLUMN|CONSTRAINT) |ALTER (?:COLUMN )?\S+ (?:SET DEFAULT|DROP DEFAULT|DROP NOT NULL|SET STATISTICS)|SET \()`)
	types    = regexp.MustCompile(`^ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE `)
	notNull  = regexp.MustCompile(`^ALTER (?:COLUMN )?\S+ SET NOT NULL$`)
)

// alters judges an action of ALTER TABLE on an older table. It returns "" if the lock is kept
// only for a moment, otherwise what to do instead.
func alters(action string) string {
	column := first(addsColumn, action)
	switch {
	case notValid.MatchString(action), usingIndex.MatchString(action), brief.MatchString(action):
		return ""
	case addsConstraint.MatchString(action):
		return "name the constraint and add it NOT VALID (UNIQUE: USING INDEX), so that the table is not scanned under the lock"
	case scans.MatchString(column):
		return "add the column first, then its constraints NOT VALID, so that the table is not scanned under the lock"
	case strings.Contains(column, " DEFAULT ") && !constant.MatchString(column):
		return "the default of a new column must be a constant, or the table is written anew"
	case required.MatchString(column) && !strings.Contains(column, " DEFAULT "):
		return "a new column that is NOT NULL needs a constant default: there are rows already"
	case column != "":
		return ""
	case types.MatchString(action):
		return "a new type writes the table anew: add a column of that type, fill it, change over"
	case notNull.MatchString(action):
		return "SET NOT NULL scans the table: add CHECK (column IS NOT NULL) NOT VALID, and validate it later"
	case strings.HasPrefix(action, "RENAME "):
		return "the release before still runs, and knows the old name only"
	}
	return adviseUnknown
}
