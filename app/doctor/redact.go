package doctor

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"errors"
)

// literals of SQL: strings of all kinds, and numbers that are no parameter. A password or a
// phone number stands in one or the other.
var literals = regexp.MustCompile(`(?s)\$([A-Za-z_]*)\$.*|[eEbBxXuU&]*'(?:[^'\\]|\\.|'')*('|$)|(?:\B|\b)[+-]?\b\d[\d.]*\b`)

var parameter = regexp.MustCompile(`\$\d+`)

// widest is how much of a statement is shown, in characters.
const widest = 100

// statement shows the beginning of a statement without its literals. Statements that change
// roles are not shown: their words may be secrets.
func statement(query string) string {
	query = strings.Join(strings.Fields(query), " ")
	verb, _, _ := strings.Cut(strings.ToUpper(query), " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "LOCK", "BEGIN", "COMMIT", "ROLLBACK", "VACUUM", "ANALYZE", "TRUNCATE", "COPY", "REINDEX":
	default:
		return verb
	}
	query = parameter.ReplaceAllString(query, "?")
	query = literals.ReplaceAllString(query, "?")
	if utf8.RuneCountInString(query) > widest {
		query = string([]rune(query)[:widest]) + "…"
	}
	return query
}

// withoutURL is the error of a request without its address, which may hold an account.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
