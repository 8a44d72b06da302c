package migrations_test

import (
	"fmt"
	"io/fs"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	schema "github.com/propflow/propflow/migrations"
	"github.com/propflow/propflow/tests/files/migrations"
)

// first is the first name of a file that is held to the rules.
var first = fmt.Sprintf("%05d", migrations.First)

func TestNoMigrationStopsRequests(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(schema.Files, "*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		text, err := schema.Files.ReadFile(name)
		require.NoError(t, err)
		if name < first {
			continue
		}
		for _, fault := range migrations.Faults(string(text)) {
			t.Errorf("migrations/%s: %s", name, fault)
		}
	}
}

// Migrations 11 and 13 are older than the rule, and were measured to stop requests.
func TestKnowsMigrationsThatStoppedRequests(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"00011_notification_delivery.sql": "its constraints NOT VALID",
		"00013_reads_at_scale.sql":        "CREATE INDEX PROPERTIES_PINCODE_IDX",
	} {
		text, err := schema.Files.ReadFile(name)
		require.NoError(t, err)
		assert.Contains(t, fmt.Sprint(migrations.Faults(string(text))), want, name)
	}
}

const outside = "-- +goose NO TRANSACTION\n"

func TestSafeMigrations(t *testing.T) {
	t.Parallel()
	for name, up := range map[string]string{
		"a table":                  "CREATE TABLE a (id uuid PRIMARY KEY, note text CHECK (note <> ';')); CREATE INDEX a_idx ON a (note); INSERT INTO a SELECT gen_random_uuid(), 'x'",
		"a table that references":  "CREATE TABLE a (id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE, b uuid REFERENCES photos); ALTER TABLE a ALTER COLUMN b SET NOT NULL",
		"a column":                 "ALTER TABLE users ADD COLUMN email text",
		"columns with defaults":    "ALTER TABLE users ADD COLUMN email text NOT NULL DEFAULT '', ADD COLUMN n bigint DEFAULT 0 NOT NULL, ADD COLUMN tags text[] DEFAULT '{}'::text[], ADD COLUMN ok boolean NOT NULL DEFAULT false, ADD COLUMN price numeric(12, 2) DEFAULT -1",
		"a column and its check":   "ALTER TABLE users ADD COLUMN email text; ALTER TABLE users ADD CONSTRAINT users_email CHECK (email LIKE '%@%' OR email = '') NOT VALID",
		"a foreign key":            "ALTER TABLE photos ADD CONSTRAINT photos_by_fkey FOREIGN KEY (by) REFERENCES users (id) NOT VALID",
		"a validation":             "ALTER TABLE users VALIDATE CONSTRAINT users_email; ALTER TABLE photos VALIDATE CONSTRAINT photos_by_fkey",
		"a constraint of an index": "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx",
		"brief changes":            "ALTER TABLE users DROP CONSTRAINT x, DROP COLUMN y, ALTER COLUMN z SET DEFAULT 'a, b', ALTER z DROP NOT NULL, ALTER COLUMN z SET STATISTICS 500, SET (fillfactor = 80)",
		"a function":               "-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE users; RETURN NEW; END $$;\n-- +goose StatementEnd\nCREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()",
		"words":                    "COMMENT ON COLUMN users.email IS 'it''s; LOCK TABLE users'; GRANT SELECT ON users TO propflow_app /* TRUNCATE users; */; -- VACUUM FULL users;",
	} {
		assert.Empty(t, migrations.Faults("-- +goose Up\n"+up+";\n-- +goose Down\n"), name)
	}
	for name, text := range map[string]string{
		"an index":     outside + "-- +goose Up\nDROP INDEX CONCURRENTLY IF EXISTS a_idx;\nCREATE UNIQUE INDEX CONCURRENTLY a_idx ON a (b) WHERE c > 'd';\n-- +goose Down\nDROP INDEX CONCURRENTLY IF EXISTS a_idx;",
		"a rebuild":    outside + "-- +goose Up\nREINDEX INDEX CONCURRENTLY a_idx;",
		"a validation": outside + "-- +goose Up\nALTER TABLE a VALIDATE CONSTRAINT b;",
		"step by step": outside + "-- +goose Up\nALTER TABLE a ADD COLUMN IF NOT EXISTS b text NOT NULL DEFAULT '';ALTER TABLE a DROP CONSTRAINT IF EXISTS c;\n" +
			"ALTER TABLE a ADD CONSTRAINT c CHECK (b = '' OR char_length(b) <= 254) NOT VALID;\nALTER TABLE a VALIDATE CONSTRAINT c;\n-- +goose Down\nALTER TABLE a DROP COLUMN IF EXISTS b;",
		"and back": "-- +goose Up\nCREATE TABLE a (b text); CREATE TABLE c (d text); CREATE INDEX a_idx ON a (b);\n-- +goose Down\nDROP INDEX a_idx; DROP TABLE a, c;",
	} {
		assert.Empty(t, migrations.Faults(text), name)
	}
}

func TestMigrationsThatStopRequests(t *testing.T) {
	t.Parallel()
	for up, advice := range map[string]string{
		"CREATE INDEX a_idx ON users (name)":                                                                  "CONCURRENTLY",
		"create unique index a_idx on public.users using btree (name)":                                        "CONCURRENTLY",
		"CREATE INDEX CONCURRENTLY a_idx ON users (name)":                                                     "not known",
		"CREATE INDEX ON users (name)":                                                                        "not known",
		"CREATE INDEX IF NOT EXISTS a_idx ON users (name)":                                                    "not known",
		"DROP INDEX users_idx":                                                                                "CONCURRENTLY",
		"ALTER TABLE users ADD CONSTRAINT x CHECK (a > 0)":                                                    "NOT VALID",
		"ALTER TABLE users ADD CHECK (a > 0) NOT VALID":                                                       "name the constraint",
		"ALTER TABLE users ADD CONSTRAINT x UNIQUE (a)":                                                       "USING INDEX",
		"ALTER TABLE users ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES photos":                                "NOT VALID",
		"ALTER TABLE users ADD CONSTRAINT x CHECK (a > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT x": "of its own",
		"ALTER TABLE users ADD CONSTRAINT x CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT x":                   "not known",
		"ALTER TABLE users ADD COLUMN a text CHECK (a <> '')":                                                 "constraints NOT VALID",
		"ALTER TABLE users ADD COLUMN a uuid REFERENCES photos":                                               "constraints NOT VALID",
		"ALTER TABLE users ADD COLUMN a bigserial":                                                            "constraints NOT VALID",
		"ALTER TABLE users ADD COLUMN a uuid DEFAULT gen_random_uuid()":                                       "a constant",
		"ALTER TABLE users ADD COLUMN a text DEFAULT '' || random()":                                          "a constant",
		"ALTER TABLE users ADD COLUMN a text NOT NULL":                                                        "a constant default",
		"ALTER TABLE users ADD a text NOT NULL":                                                               "not known",
		"ALTER TABLE users ADD COLUMN b text, ALTER COLUMN a TYPE bigint":                                     "writes the table anew",
		"ALTER TABLE users ALTER a SET DATA TYPE text":                                                        "writes the table anew",
		"ALTER TABLE users ALTER COLUMN a SET NOT NULL":                                                       "scans the table",
		"ALTER TABLE users RENAME COLUMN a TO b":                                                              "the release before",
		"ALTER TABLE users SET TABLESPACE fast":                                                               "not known",
		"ALTER TABLE users SET LOGGED":                                                                        "not known",
		"ALTER TABLE users ADD COLUMN a text; ALTER TABLE photos ADD COLUMN a text":                           "locks PHOTOS, USERS",
		"CREATE TABLE a (u uuid REFERENCES users); CREATE TABLE b (p uuid REFERENCES photos)":                 "locks PHOTOS, USERS",
		"CREATE TABLE a (u uuid REFERENCES users); INSERT INTO a SELECT id FROM users":                        "a migration of its own",
		"UPDATE users SET a = 1":                                                                              "in batches",
		"DELETE FROM users":                                                                                   "in batches",
		"WITH x AS (UPDATE users SET a = 1 RETURNING *) SELECT 1":                                             "not known",
		"LOCK TABLE users":                                     "not known",
		"TRUNCATE users":                                       "not known",
		"CLUSTER users USING users_idx":                        "not known",
		"REFRESH MATERIALIZED VIEW a":                          "not known",
		"SET lock_timeout = 0":                                 "not known",
		"DO $$ BEGIN EXECUTE 'LOCK TABLE users'; END $$":       "not known",
		"CREATE TABLE a AS SELECT * FROM users":                "not known",
		`COMMENT ON TABLE users IS '\'; LOCK TABLE users; --'`: "not known",
		"SELECT 'a'; LOCK TABLE \"users\"":                     "not known",
	} {
		for _, text := range []string{"-- +goose Up\n" + up + ";\n-- +goose Down\n", "-- +goose Up\n-- +goose Down\n" + up} {
			assert.Contains(t, fmt.Sprint(migrations.Faults(text)), advice, text)
		}
	}
	for up, advice := range map[string]string{
		"CREATE INDEX CONCURRENTLY a_idx ON users (name)":                                                        "invalid index",
		"DROP INDEX CONCURRENTLY IF EXISTS b_idx; CREATE INDEX CONCURRENTLY a_idx ON users (name)":               "invalid index",
		"DROP INDEX CONCURRENTLY IF EXISTS a_idx; CREATE INDEX CONCURRENTLY IF NOT EXISTS a_idx ON users (name)": "repeatable",
		"DROP INDEX CONCURRENTLY a_idx":                                                                          "repeatable",
		"DROP INDEX CONCURRENTLY IF EXISTS a_idx; CREATE INDEX a_idx ON users (name)":                            "nothing else",
		"DROP INDEX CONCURRENTLY IF EXISTS a_idx; ALTER TABLE users ADD COLUMN IF NOT EXISTS a text":             "nothing else",
		"ALTER TABLE users ADD COLUMN a text":                                                                    "repeatable",
		"ALTER TABLE users DROP COLUMN a":                                                                        "repeatable",
		"ALTER TABLE users ADD CONSTRAINT x CHECK (a > 0) NOT VALID":                                             "repeatable",
		"ALTER TABLE users DROP CONSTRAINT IF EXISTS x; ALTER TABLE users ADD CONSTRAINT x CHECK (a > 0)":        "NOT VALID",
		"ALTER TABLE users VALIDATE CONSTRAINT x, DROP COLUMN IF EXISTS y":                                       "not known",
		"ALTER TABLE users ADD COLUMN IF NOT EXISTS a text NOT NULL":                                             "constant default",
		"CREATE TABLE a (b text)":                                                                                "repeatable",
		"LOCK TABLE users":                                                                                       "repeatable",
	} {
		assert.Contains(t, fmt.Sprint(migrations.Faults(outside+"-- +goose Up\n"+up)), advice, up)
		assert.Contains(t, fmt.Sprint(migrations.Faults(outside+"-- +goose Down\n"+up)), advice, up)
	}
}
