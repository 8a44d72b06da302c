package migrations

import (
	"regexp"
	"strings"
)

// migration is a goose migration, split into statements.
type migration struct {
	noTransaction bool
	up, down      []statement
}

// statement is a normalised SQL statement on a single line: keywords and names in upper case,
// one space between tokens, no comments, and the empty string in place of every string.
type statement string

// tokens matches the tokens of SQL: comments, strings, the delimiters of dollar-quoted strings,
// quoted names, words, ::, and any other character by itself.
var tokens = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|\b[eE]'(?:[^'\\]|\\.|'')*'|(?:\b[bBxX])?'(?:[^']|'')*'|\$\w*\$|"[^"]*"|\w+(?:\.\w+)*|::|\S`)

// parse splits the text of a goose migration.
func parse(text string) (m migration) {
	m.noTransaction = strings.Contains(text, "-- +goose NO TRANSACTION")
	up, down, _ := strings.Cut(text, "-- +goose Down")
	m.up, m.down = split(up), split(down)
	return m
}

// split returns the statements of a text.
func split(text string) (statements []statement) {
	var words []string
	end := func() {
		if len(words) > 0 {
			statements = append(statements, statement(strings.Join(words, " ")))
		}
		words = nil
	}
	for text != "" {
		at := tokens.FindStringIndex(text)
		if at == nil {
			break
		}
		token := text[at[0]:at[1]]
		text = text[at[1]:]
		switch {
		case strings.HasPrefix(token, "--"), strings.HasPrefix(token, "/*"):
		case len(token) > 1 && token[0] == '$': // a dollar-quoted string, up to the same delimiter
			_, text, _ = strings.Cut(text, token)
			words = append(words, "''")
		case strings.HasSuffix(token, "'") && len(token) > 1:
			words = append(words, "''")
		case token == ";":
			end()
		default:
			words = append(words, strings.ToUpper(strings.Trim(token, `"`)))
		}
	}
	end()
	return statements
}

// first returns the first group of a pattern's match in a text, or "" if there is no match.
func first(pattern *regexp.Regexp, text string) string {
	match := pattern.FindStringSubmatch(text)
	if len(match) < 2 {
		return ""
	}
	return match[1]
}

// parts splits a list at the commas outside parentheses.
func parts(list string) (items []string) {
	depth, from := 0, 0
	for i, c := range list {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			items = append(items, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return append(items, strings.TrimSpace(list[from:]))
}
