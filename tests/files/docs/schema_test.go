package docs_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/docs"
)

// migrations returns the SQL of every migration, in order.
func migrations(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "migrations", "*.sql"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	slices.Sort(files)
	for _, file := range files {
		sql, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, string(sql))
	}
	return all
}

func diagram(t *testing.T, sql ...string) string {
	t.Helper()
	tables, err := docs.Schema(sql...)
	require.NoError(t, err)
	return docs.Mermaid(docs.ERDiagram(tables))
}

func TestTheDiagramOfTablesIsWhatTheMigrationsMake(t *testing.T) {
	t.Parallel()
	generated(t, "tables", diagram(t, migrations(t)...))
}

func TestEveryChangeOfTheSchemaChangesTheDiagram(t *testing.T) {
	t.Parallel()
	now := migrations(t)
	before := diagram(t, now...)
	for statement, want := range map[string]string{
		"CREATE TABLE extra (id uuid PRIMARY KEY, user_id uuid UNIQUE REFERENCES users);":                        "users |o--o| extra : user_id",
		"CREATE TABLE extra (a uuid, b uuid, PRIMARY KEY (a, b));":                                               "        uuid b PK",
		"ALTER TABLE steps ADD COLUMN photo_id uuid NOT NULL REFERENCES photos;":                                 "photos ||--o{ steps : photo_id",
		"ALTER TABLE steps ADD CONSTRAINT steps_user FOREIGN KEY (user_id) REFERENCES users NOT VALID;":          "users |o--o{ steps : user_id",
		"ALTER TABLE steps ADD CONSTRAINT steps_case FOREIGN KEY (property_id) REFERENCES properties NOT VALID;": "properties ||--o{ steps : property_id",
	} {
		after := diagram(t, append(slices.Clone(now), "-- +goose Up\n"+statement+"\n-- +goose Down\nDROP TABLE users;")...)
		assert.NotEqual(t, before, after)
		assert.Contains(t, after, want)
	}
	assert.NotContains(t, diagram(t, append(slices.Clone(now), "DROP TABLE settings, consents;")...), "consents")
	assert.NotContains(t, diagram(t, append(slices.Clone(now), "ALTER TABLE settings DROP COLUMN updated_by;")...), "updated_by")
}

func TestAKeyThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, statement := range []string{
		"ALTER TABLE steps ADD CONSTRAINT steps_user FOREIGN KEY (nobody) REFERENCES users",
		"ALTER TABLE nowhere ADD COLUMN user_id uuid",
		"ALTER TABLE steps RENAME TO milestones",
		"CREATE TABLE copied AS SELECT * FROM users",
		"CREATE TABLE extra (a uuid, CONSTRAINT extra_a FOREIGN KEY (a) REFERENCES users)",
	} {
		_, err := docs.Schema(append(migrations(t), statement)...)
		require.ErrorContains(t, err, "cannot read", statement)
	}
	tables, err := docs.Schema(migrations(t)...)
	require.NoError(t, err)
	names := make([]string, len(tables))
	for i, table := range tables {
		names[i] = table.Name
		assert.NotEmpty(t, table.Primary, table.Name)
	}
	assert.Len(t, names, strings.Count(strings.Join(migrations(t), "\n"), "\nCREATE TABLE "))
}
