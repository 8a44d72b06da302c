package docs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Entity is a table of the schema with the columns of its keys.
type Entity struct {
	Name    string
	Primary []Column
	Foreign []Foreign
	columns []Column
}

// Column is a column and its type.
type Column struct {
	Name, Type string
	Optional   bool // may be null
}

// Foreign is a column that references another table.
type Foreign struct {
	Column
	Parent string
	Unique bool // a parent has at most one child
}

var (
	comment     = regexp.MustCompile(`--[^\n]*`)
	body        = regexp.MustCompile(`(?s)\$\$.*?\$\$`) // of functions
	createTable = regexp.MustCompile(`(?is)^CREATE TABLE (?:IF NOT EXISTS )?(\w+) \((.*)\)$`)
	alterTable  = regexp.MustCompile(`(?is)^ALTER TABLE (?:ONLY )?(\w+)\s+(.*)$`)
	dropTable   = regexp.MustCompile(`(?is)^DROP TABLE (?:IF EXISTS )?([\w, ]+)$`)
	column      = regexp.MustCompile(`(?is)^(\w+)\s+(\w+(?: precision)?(?:\[\])?)\b(.*)$`)
	references  = regexp.MustCompile(`(?i)\bREFERENCES (\w+)`)
	addedKey    = regexp.MustCompile(`(?is)^ADD (?:CONSTRAINT \w+ )?FOREIGN KEY \((\w+)\) (REFERENCES .*)$`)
	dropped     = regexp.MustCompile(`(?i)^DROP COLUMN (?:IF EXISTS )?(\w+)$`)
	tableKey    = regexp.MustCompile(`(?is)^PRIMARY KEY \(([\w, ]+)\)$`)
	keyWords    = regexp.MustCompile(`(?i)\b(REFERENCES|FOREIGN KEY|PRIMARY KEY|(?:CREATE|ALTER|DROP) TABLE)\b`)
	constraint  = regexp.MustCompile(`(?i)^(CONSTRAINT|CHECK|UNIQUE|EXCLUDE|LIKE)\b`)
)

// Schema returns the tables after all migrations, by name. Each migration is an SQL file of
// goose, whose down part is ignored. If a statement defines a table or a key in an unknown form,
// Schema returns an error that quotes it, so that nothing is missed silently.
func Schema(migrations ...string) ([]Entity, error) {
	tables := map[string]*Entity{}
	for _, migration := range migrations {
		up, _, _ := strings.Cut(migration, "-- +goose Down")
		up = body.ReplaceAllString(comment.ReplaceAllString(up, ""), "")
		for _, statement := range strings.Split(up, ";") {
			if err := apply(tables, strings.TrimSpace(statement)); err != nil {
				return nil, err
			}
		}
	}
	var sorted []Entity
	for _, table := range tables {
		sorted = append(sorted, *table)
	}
	slices.SortFunc(sorted, func(a, b Entity) int { return strings.Compare(a.Name, b.Name) })
	return sorted, nil
}

func apply(tables map[string]*Entity, statement string) error {
	if m := createTable.FindStringSubmatch(statement); m != nil {
		tables[m[1]] = &Entity{Name: m[1]}
		for _, part := range elements(m[2]) {
			if err := tables[m[1]].add(part); err != nil {
				return err
			}
		}
		return nil
	}
	if m := alterTable.FindStringSubmatch(statement); m != nil {
		return alter(tables[m[1]], elements(m[2]))
	}
	if m := dropTable.FindStringSubmatch(statement); m != nil {
		for _, name := range strings.Split(m[1], ",") {
			delete(tables, strings.TrimSpace(name))
		}
		return nil
	}
	if keyWords.MatchString(statement) {
		return unknown(statement)
	}
	return nil
}

// alter changes a table of an earlier migration.
func alter(table *Entity, actions []string) error {
	for _, action := range actions {
		if table == nil {
			return unknown(action)
		}
		added, isColumn := strings.CutPrefix(action, "ADD COLUMN ")
		added = strings.TrimPrefix(added, "IF NOT EXISTS ")
		drop, key := dropped.FindStringSubmatch(action), addedKey.FindStringSubmatch(action)
		switch {
		case isColumn:
			if err := table.add(added); err != nil {
				return err
			}
		case drop != nil:
			table.drop(drop[1])
		case key != nil:
			if c, found := table.column(key[1]); found {
				table.reference(c, key[2])
				continue
			}
			return unknown(action)
		case keyWords.MatchString(action), strings.HasPrefix(action, "RENAME"):
			return unknown(action)
		}
	}
	return nil
}

// add adds a column or a constraint to a table.
func (e *Entity) add(part string) error {
	if m := tableKey.FindStringSubmatch(part); m != nil {
		for _, name := range strings.Split(m[1], ",") {
			c, found := e.column(strings.TrimSpace(name))
			if !found {
				return unknown(part)
			}
			e.Primary = append(e.Primary, c)
		}
		return nil
	}
	if constraint.MatchString(part) {
		if keyWords.MatchString(part) {
			return unknown(part)
		}
		return nil
	}
	m := column.FindStringSubmatch(part)
	if m == nil {
		return unknown(part)
	}
	rest := strings.ToUpper(m[3])
	c := Column{Name: m[1], Type: strings.ReplaceAll(m[2], " ", "_"), Optional: !strings.Contains(rest, "NOT NULL")}
	e.columns = append(e.columns, c)
	if strings.Contains(rest, "PRIMARY KEY") {
		e.Primary = append(e.Primary, c)
	}
	e.reference(c, m[3])
	return nil
}

// reference adds the foreign key of a column, if its definition has one.
func (e *Entity) reference(c Column, definition string) {
	if parent := references.FindStringSubmatch(definition); parent != nil {
		e.Foreign = append(e.Foreign, Foreign{Column: c, Parent: parent[1], Unique: strings.Contains(strings.ToUpper(definition), "UNIQUE")})
	}
}

func (e *Entity) column(name string) (Column, bool) {
	at := slices.IndexFunc(e.columns, func(c Column) bool { return c.Name == name })
	if at < 0 {
		return Column{}, false
	}
	return e.columns[at], true
}

// drop removes a column and its keys.
func (e *Entity) drop(name string) {
	e.columns = slices.DeleteFunc(e.columns, func(c Column) bool { return c.Name == name })
	e.Primary = slices.DeleteFunc(e.Primary, func(c Column) bool { return c.Name == name })
	e.Foreign = slices.DeleteFunc(e.Foreign, func(f Foreign) bool { return f.Name == name })
}

func unknown(statement string) error {
	return fmt.Errorf("tests/files/docs/schema.go cannot read: %s", strings.Join(strings.Fields(statement), " "))
}

// elements splits a list at the commas outside parentheses.
func elements(list string) (split []string) {
	depth, from := 0, 0
	for i, r := range list + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			split = append(split, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return split
}

// ERDiagram returns the lines of a Mermaid entity-relationship diagram of tables.
func ERDiagram(tables []Entity) []string {
	lines := []string{"erDiagram"}
	for _, t := range tables {
		lines = append(lines, "    "+t.Name+" {")
		for _, c := range t.Primary {
			lines = append(lines, "        "+c.Type+" "+c.Name+" PK")
		}
		for _, f := range t.Foreign {
			lines = append(lines, "        "+f.Type+" "+f.Name+" FK")
		}
		lines = append(lines, "    }")
	}
	for _, t := range tables {
		for _, f := range t.Foreign {
			parent, child := "||", "o{"
			if f.Optional {
				parent = "|o"
			}
			if f.Unique {
				child = "o|"
			}
			lines = append(lines, fmt.Sprintf("    %s %s--%s %s : %s", f.Parent, parent, child, t.Name, f.Name))
		}
	}
	return lines
}

// Columns returns the names of the table's columns, in the order of their definition.
func (e Entity) Columns() []string {
	names := make([]string, len(e.columns))
	for i, c := range e.columns {
		names[i] = c.Name
	}
	return names
}
