package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

const dataPage = "docs/security/data.md"

var quoted = regexp.MustCompile("`([a-z0-9_]+|[A-Z]\\w+)`")

// names returns what is quoted in a cell.
func names(cell string) (all []string) {
	for _, m := range quoted.FindAllStringSubmatch(cell, -1) {
		all = append(all, m[1])
	}
	return all
}

// listed returns the columns of each table on the page, and the rows about them.
func listed(t *testing.T) (columns map[string][]string, rows [][]string) {
	t.Helper()
	_, rest, begun := strings.Cut(read(t, dataPage), "<!-- columns: begin -->")
	part, _, ended := strings.Cut(rest, "<!-- columns: end -->")
	require.True(t, begun && ended)
	columns, rows = map[string][]string{}, docs.Rows(part)
	for i, row := range rows {
		require.GreaterOrEqual(t, len(row), 3, row)
		row = append(row, "", "", "")[:6] // the empty cells at the end of a line are not read
		rows[i] = row
		table := names(row[0])
		require.Len(t, table, 1, row)
		columns[table[0]] = append(columns[table[0]], names(row[1])...)
	}
	return columns, rows
}

// unlisted returns the differences between the schema and the page.
func unlisted(tables []docs.Entity, columns map[string][]string) (faults []string) {
	for _, table := range tables {
		for _, c := range table.Columns() {
			if at := slices.Index(columns[table.Name], c); at >= 0 {
				columns[table.Name] = slices.Delete(columns[table.Name], at, at+1)
				continue
			}
			faults = append(faults, table.Name+"."+c+" is not listed")
		}
	}
	for table, left := range columns {
		for _, c := range left {
			faults = append(faults, table+"."+c+" is listed twice, or does not exist")
		}
	}
	return faults
}

func TestEveryColumnIsListed(t *testing.T) {
	t.Parallel()
	tables, err := docs.Schema(migrations(t)...)
	require.NoError(t, err)
	columns, _ := listed(t)
	assert.Empty(t, unlisted(tables, columns), dataPage)

	planted, err := docs.Schema(append(migrations(t), "ALTER TABLE users ADD COLUMN IF NOT EXISTS pan text")...)
	require.NoError(t, err)
	columns, _ = listed(t)
	assert.Equal(t, []string{"users.pan is not listed"}, unlisted(planted, columns))
}

// TestWhatDeletesPersonalDataExists asserts that jobs and functions on the page exist, and that personal data
// of customers has one.
func TestWhatDeletesPersonalDataExists(t *testing.T) {
	t.Parallel()
	jobs, schema := texts(source(t), "JobKind"), strings.Join(migrations(t), "\n")
	_, rows := listed(t)
	for _, row := range rows {
		by := names(row[5])
		for _, name := range by {
			known := slices.Contains([]string{"DeleteCustomer", "Silence"}, name) || strings.Contains(schema, "FUNCTION "+name+"(")
			for _, job := range jobs {
				known = known || job == name
			}
			assert.True(t, known, "%s: no job is called %s", row[0], name)
		}
		if strings.Contains(row[2], "owners") && !strings.Contains(row[2], "ids") || strings.Contains(row[2], "customers") && !strings.Contains(row[2], "ids") {
			assert.NotEmpty(t, by, "%s %s is about customers, and nothing deletes it", row[0], row[1])
			assert.NotEmpty(t, row[4], row[0])
		}
	}
}
