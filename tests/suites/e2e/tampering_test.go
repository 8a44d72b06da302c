package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/assurance"
)

// evidence lists the tables whose columns a forger changes, each with the SQL of the id by which a
// check names a row, and of the case or register to which the row belongs.
var evidence = []struct {
	table, id, chain string
}{
	{table: "properties", id: "id::text", chain: "id::text"},
	{table: "photos", id: "id::text", chain: "property_id::text"},
	{table: "valuations", id: "id::text", chain: "property_id::text"},
	{table: "consents", id: "id::text", chain: "user_id::text"},
	{table: "users", id: "id::text", chain: "id::text"},
	{table: "settings", id: "'settings:' || version", chain: "'" + string(domain.SettingsRegister) + "'"},
	{table: "settings_history", id: "'settings:' || version", chain: "'" + string(domain.SettingsRegister) + "'"},
}

// ungoverned are the columns that no commitment covers, each with the reason.
var ungoverned = map[string]string{
	"properties.claim_heartbeat_at": "set each minute while a valuer works; ends nothing but the claim",
	"properties.version":            "counts writes, also heartbeats; refuses concurrent edits, no more",
	"photos.version":                "counts writes, also links from other cases; refuses concurrent edits, no more",
	"valuations.version":            "counts writes; refuses concurrent edits, no more",
	"settings.single":               "true by a constraint, so that there is one row",

	"users.name":                 "personal, and a register has no salt that hides it; a forged one signs the next valuation, beside the valuer_id that is committed to",
	"users.phone":                "personal, as the name; a forged one lets its holder log in as a customer, as staff only with a forged enrolment, too",
	"users.email":                "personal, as the name; gets the digest of the queue, no login",
	"users.language":             "of the messages",
	"users.totp_secret":          "a secret, sealed for its user by a key that the database does not have",
	"users.totp_next":            "as totp_secret",
	"users.totp_confirmed":       "changes with an enrolment, as enrolment_hash",
	"users.totp_last_step":       "changes with each login",
	"users.totp_recovery":        "hashes that each use changes",
	"users.enrolment_hash":       "of a code that ends after a day; whoever enrols by a forged one is in the security log (factor_enrolled)",
	"users.enrolment_expires_at": "as enrolment_hash",
	"users.last_login_at":        "changes with each login",
	"users.pincode_misses":       "counts between logins",
	"users.created_at":           "governs nothing",
	"users.updated_at":           "governs nothing",
	"users.version":              "counts writes; refuses concurrent edits, no more",
}

// namedByRow are the columns that make a row another one, so that a finding names the row that is gone,
// not its column.
var namedByRow = []string{"id", "property_id"}

// measuredAgain are the columns of photos that no commitment covers before there is a verdict.
var measuredAgain = []string{"sha256", "facts", "analysis"}

// TestTampering changes what the evidence is made of, as the application's login could, one value at a
// time. What `propflow check --deep` does must name the very row.
func TestTampering(t *testing.T) {
	t.Parallel()
	s := newStageOnServers(t)
	s.everyStage(t)
	require.NoError(t, s.end(), "nobody but the forger changes anything from here on")
	s.adopt(t)
	f := newForger(t, s)
	require.Empty(t, f.check(t, "", true), "clean before")

	var columns, found, refused, tried, exact int
	for _, e := range evidence {
		rows := f.rows(t, e.table, e.id, e.chain)
		for _, c := range f.columns(t, e.table) {
			name := e.table + "." + c.name
			columns++
			if reason, ok := ungoverned[name]; ok {
				t.Logf("left out: %s: %s", name, reason)
				continue
			}
			switch n := f.column(t, c, rows); {
			case n > 0:
				found, tried, exact = found+1, tried+n, exact+f.exact[name]
				assert.True(t, f.exact[name] > 0 || slices.Contains(namedByRow, c.name), "no finding names %s", name)
			case f.denied[name]:
				refused++
				t.Logf("refused: %s: the application may not change it", name)
			default:
				assert.Fail(t, "no row of this test has a value of "+name+" that can be changed")
			}
		}
	}
	require.Empty(t, f.check(t, "", true), "clean after, because everything was put back")
	f.swapFiles(t)
	require.Empty(t, f.check(t, "", true), "clean after")
	t.Logf("columns %d: found %d (%d changes, the column named by %d), refused %d, left out %d; files swapped %d; missed %d",
		columns, found, tried, exact, refused, len(ungoverned), f.swapped, f.missed)
	assert.Equal(t, columns, found+refused+len(ungoverned))
	assert.Zero(t, f.missed)
}

// forger works as the application's login.
type forger struct {
	s      *stage
	login  *pgx.Conn
	denied map[string]bool // columns, "table.column"
	exact  map[string]int  // the changes that a finding names with the column, by "table.column"
	// missed counts the changes that no finding names.
	missed, swapped int
}

func newForger(t *testing.T, s *stage) *forger {
	t.Helper()
	login, err := pgx.Connect(t.Context(), s.ground.vars["DATABASE_URL"])
	require.NoError(t, err)
	t.Cleanup(func() { _ = login.Close(context.Background()) })
	_, err = login.Exec(t.Context(), "SET ROLE propflow_app")
	require.NoError(t, err)
	return &forger{s: s, login: login, denied: make(map[string]bool), exact: make(map[string]int)}
}

// check does what `propflow check` does, or with --deep, for one case or register, or for all.
func (f *forger) check(t *testing.T, chain string, deep bool) []assurance.Finding {
	t.Helper()
	var found []assurance.Finding
	a := f.s.on
	_, err := assurance.CheckInvariants{UnitOfWork: a.UnitOfWork, Blobs: a.Blobs, Clock: a.Clock}.Execute(t.Context(), assurance.CheckInvariantsInput{
		PropertyID: domain.PropertyID(chain), Deep: deep,
		Found: func(finding assurance.Finding) {
			if !finding.Warning {
				found = append(found, finding)
			}
		},
	})
	require.NoError(t, err, "the check must come to its end")
	return found
}

// row is one row of a table.
type row struct{ at, id, chain string }

func (f *forger) rows(t *testing.T, table, id, chain string) []row {
	t.Helper()
	rows, err := f.s.ground.database.Query(t.Context(), fmt.Sprintf("SELECT %s AS at, %s, %s FROM %s ORDER BY 1", keyOf(table), id, chain, table))
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (row, error) {
		var one row
		return one, r.Scan(&one.at, &one.id, &one.chain)
	})
	require.NoError(t, err)
	require.NotEmpty(t, list, table)
	return list
}

// keyOf returns the SQL of the primary key of a table, as text.
func keyOf(table string) string {
	switch table {
	case "settings":
		return "single::text"
	case "settings_history":
		return "version::text"
	}
	return "id::text"
}

// column is a column of a table, with its type as SQL names it.
type column struct {
	table, name, kind string
	refers            string   // the table that it refers to, "" if none
	literals          []string // that its constraints name
}

// columns reads the columns of the table as they are in the database, so that a new one is tried, too.
func (f *forger) columns(t *testing.T, table string) []column {
	t.Helper()
	rows, err := f.s.ground.database.Query(t.Context(), `
		SELECT i.table_name::text, i.column_name::text, format_type(a.atttypid, a.atttypmod),
			coalesce((SELECT c.confrelid::regclass::text FROM pg_constraint c
				WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]), ''),
			ARRAY(SELECT DISTINCT m[1] FROM pg_constraint c, regexp_matches(pg_get_constraintdef(c.oid), '''([A-Za-z_/]+)''::text', 'g') m
				WHERE c.conrelid = a.attrelid AND a.attnum = ANY (c.conkey))
		FROM information_schema.columns i JOIN pg_attribute a ON a.attrelid = i.table_name::regclass AND a.attname = i.column_name
		WHERE i.table_schema = 'public' AND i.table_name = $1 ORDER BY i.ordinal_position`, table)
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (column, error) {
		var c column
		return c, r.Scan(&c.table, &c.name, &c.kind, &c.refers, &c.literals)
	})
	require.NoError(t, err)
	return list
}

// column changes the column in every row to each of several values, and returns the number of changes
// that the database let it make.
func (f *forger) column(t *testing.T, c column, rows []row) (made int) {
	t.Helper()
	others := f.values(t, c)
	few, rest := f.some(t, c, rows)
	for i, r := range slices.Concat(few, rest) {
		if i >= len(few) && made > 0 {
			break
		}
		if c.table == "photos" && slices.Contains(measuredAgain, c.name) && !f.judged(t, r) {
			continue
		}
		for _, value := range c.others(f.value(t, c, r), others) {
			if f.change(t, c, r, value) {
				made++
			}
		}
	}
	return made
}

// some returns the rows with the longest and the shortest value of the column, and the rest; or all if
// TAMPER=all.
func (f *forger) some(t *testing.T, c column, rows []row) (few, rest []row) {
	t.Helper()
	if everything() {
		return rows, nil
	}
	length := make(map[row]int)
	for _, r := range rows {
		length[r] = len(shown(f.value(t, c, r)))
	}
	sorted := slices.SortedStableFunc(slices.Values(rows), func(a, b row) int { return length[b] - length[a] })
	return slices.Compact([]row{sorted[0], sorted[len(sorted)-1]}), sorted
}

// everything reports whether every value of every row is to be changed.
func everything() bool { return os.Getenv("TAMPER") == "all" }

// change sets the column of the row to another value, has it checked, and puts the value back. It
// reports whether the database let it.
func (f *forger) change(t *testing.T, c column, r row, value *string) bool {
	t.Helper()
	before := f.value(t, c, r)
	key := r.at
	err := f.set(t.Context(), c, key, value)
	var refusal *pgconn.PgError
	switch {
	case errors.As(err, &refusal) && refusal.Code == "42501": // permission denied
		f.denied[c.table+"."+c.name] = true
		return false
	case errors.As(err, &refusal) && strings.HasPrefix(refusal.Code, "23"), errors.As(err, &refusal) && strings.HasPrefix(refusal.Code, "22"):
		return false // a constraint, or no value of the type
	}
	require.NoError(t, err)
	if keyOf(c.table) == c.name+"::text" {
		key = *value // the row has moved
	}
	defer func() { require.NoError(t, f.set(t.Context(), c, key, before)) }()
	chain := r.chain
	if key != r.at || c.name == "linked_to" { // another case has the other end of a link
		chain = ""
	}
	found := f.check(t, chain, false)
	names := func(g assurance.Finding, what string) bool {
		return strings.Contains(g.Subject+" "+g.Note, what) || string(g.PropertyID) == what
	}
	named := slices.ContainsFunc(found, func(g assurance.Finding) bool {
		// Of a value that the driver cannot read, such as an infinite time, the case is known, not the row.
		return names(g, r.id) || names(g, key) || g.Rule == assurance.RuleUnreadable && names(g, r.chain) && names(g, c.name)
	})
	if !named {
		f.missed++
		assert.Fail(t, "missed", "%s.%s of %s: %s, was %s; found %v", c.table, c.name, r.id, shown(value), shown(before), found)
	}
	if slices.ContainsFunc(found, func(g assurance.Finding) bool { return names(g, c.name) }) {
		f.exact[c.table+"."+c.name]++
	}
	return true
}

func (f *forger) set(ctx context.Context, c column, key string, value *string) error {
	_, err := f.login.Exec(ctx, fmt.Sprintf("UPDATE %s SET %s = $2::text::%s WHERE %s = $1", c.table, c.name, c.kind, keyOf(c.table)), key, value)
	return err
}

// value returns the value as text, nil for null.
func (f *forger) value(t *testing.T, c column, r row) (value *string) {
	t.Helper()
	query := fmt.Sprintf("SELECT %s::text FROM %s WHERE %s = $1", c.name, c.table, keyOf(c.table))
	require.NoError(t, f.s.ground.database.QueryRow(t.Context(), query, r.at).Scan(&value))
	return value
}

// values returns some values of the column that rows have.
func (f *forger) values(t *testing.T, c column) []string {
	t.Helper()
	rows, err := f.s.ground.database.Query(t.Context(), fmt.Sprintf(
		"SELECT DISTINCT %[1]s::text FROM %[2]s WHERE %[1]s IS NOT NULL ORDER BY 1 DESC LIMIT 2", c.name, c.table))
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	var other string
	if c.refers != "" {
		require.NoError(t, f.s.ground.database.QueryRow(t.Context(), "SELECT id::text FROM "+c.refers+" ORDER BY id DESC LIMIT 1").Scan(&other))
		values = append(values, other)
	}
	return values
}

func (f *forger) judged(t *testing.T, r row) (judged bool) {
	t.Helper()
	require.NoError(t, f.s.ground.database.QueryRow(t.Context(), "SELECT inspected_at IS NOT NULL FROM photos WHERE id = $1", r.at).Scan(&judged))
	return judged
}

func shown(value *string) string {
	if value == nil {
		return ""
	}
	return (*value)[:min(len(*value), 200)]
}

// anotherTime is a time that no row has.
var anotherTime = time.Date(2030, 1, 2, 3, 4, 5, 6000, time.UTC).Format(time.RFC3339Nano)
