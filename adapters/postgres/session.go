package postgres

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// literals matches the literals of SQL: strings in dollars, parameters, strings in quotes, and
// numbers, because a password or a phone number is in one of them. A string that was cut off
// extends to the end.
var literals = regexp.MustCompile(`(?s)\$(?:[A-Za-z_]\w*)?\$.*|\$\d+|[eEbBxXuU&]*'(?:[^'\\]|\\.|'')*(?:'|$)|[+-]?\b\d[\w.]*`)

// secretive matches statements that may contain a password which literals does not match.
var secretive = regexp.MustCompile(`(?i)\b(ROLE|USER|PASSWORD)\b`)

// widest is how much of a statement is shown, in characters.
const widest = 100

// Redacted returns the first 100 characters of a statement without its literals. It returns
// only the verb of a statement that may change roles, or that has an unusual verb such as
// ALTER, because its words may be secrets.
func Redacted(query string) string {
	query = strings.Join(strings.Fields(query), " ")
	verb, _, _ := strings.Cut(strings.ToUpper(query), " ")
	switch strings.TrimSuffix(verb, ";") {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "LOCK", "BEGIN", "COMMIT", "ROLLBACK", "VACUUM", "ANALYZE", "TRUNCATE", "COPY", "REINDEX":
	default:
		return verb
	}
	if secretive.MatchString(query) {
		return verb + " …"
	}
	query = literals.ReplaceAllString(query, "?")
	if utf8.RuneCountInString(query) > widest {
		query = string([]rune(query)[:widest]) + "…"
	}
	return query
}

// Session is a session of the database server, as pg_stat_activity shows it.
type Session struct {
	PID               int
	Role, Application string
	// State and Query are nil if the role that asks may not see them. Query is not redacted.
	State, Query *string
}

// hidden is shown instead of a statement that only the session's own role and pg_monitor see.
const hidden = "hidden: GRANT pg_monitor TO the login shows it"

// String returns the session and its last statement, without literals.
func (s Session) String() string {
	doing := hidden
	if s.State != nil && s.Query != nil {
		doing = *s.State + ", last: " + Redacted(*s.Query)
	}
	return fmt.Sprintf("pid %d (%s, %s; %s)", s.PID, s.Role, s.Application, doing)
}
