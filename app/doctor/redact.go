package doctor

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// literals of SQL: strings in dollars, parameters, strings in quotes, and numbers. A password or
// a phone number stands in one of them. A string that was cut off goes to the end.
var literals = regexp.MustCompile(`(?s)\$(?:[A-Za-z_]\w*)?\$.*|\$\d+|[eEbBxXuU&]*'(?:[^'\\]|\\.|'')*(?:'|$)|[+-]?\b\d[\w.]*`)

// secretive statements may hold a password that is no literal to look for.
var secretive = regexp.MustCompile(`(?i)\b(ROLE|USER|PASSWORD)\b`)

// widest is how much of a statement is shown, in characters.
const widest = 100

// statement shows the beginning of a statement without its literals. Statements that change
// roles are not shown: their words may be secrets.
func statement(query string) string {
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

// withoutURL is the error of a request without its address, which may hold an account.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
