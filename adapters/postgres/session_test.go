package postgres_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/postgres"
)

func TestStatementsAreShownWithoutTheirLiterals(t *testing.T) {
	t.Parallel()
	for query, shown := range map[string]string{
		"SELECT *\n FROM users WHERE phone = $1":                     "SELECT * FROM users WHERE phone = ?",
		"SELECT * FROM users WHERE phone = '+919811100001' LIMIT 10": "SELECT * FROM users WHERE phone = ? LIMIT ?",
		"SELECT E'it\\'s' , 'o''clock', 'unfinished":                 "SELECT ? , ?, ?",
		"SELECT $$98111$$ FROM t":                                    "SELECT ?",
		"UPDATE t2 SET a1 = -9811100001":                             "UPDATE t2 SET a1 = ?",
		"CREATE ROLE x PASSWORD 'y'":                                 "CREATE",
		"BEGIN; ALTER ROLE x PASSWORD 'y'":                           "BEGIN; …",
		"select " + strings.Repeat("é", 200):                         "select " + strings.Repeat("é", 93) + "…",
		"":                                                           "",
	} {
		assert.Equal(t, shown, postgres.Redacted(query), query)
	}
}

func TestNoPhoneNumberIsShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`9[0-9]{9}`).Draw(t, "phone")
		around := rapid.SampledFrom([]string{"'%'", "'+91%'", "%", "-%", "E'%'", "$$%$$", "'a''%'", "(%)", "%::text", "'%", "ARRAY['%','b']"}).Draw(t, "around")
		shown := postgres.Redacted("SELECT id FROM users WHERE phone = " + strings.ReplaceAll(around, "%", phone) + " AND 1 = 1")
		if strings.Contains(shown, phone) {
			t.Fatalf("shown: %s", shown)
		}
	})
}
