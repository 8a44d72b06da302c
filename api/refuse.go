package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/propflow/propflow/domain"
)

// Limits of an answer: how many broken rules it names, and how many bytes of each field's path.
// Both are needed because clients choose the names of unknown fields.
const (
	maxFields = 50
	maxPath   = 200
)

// refuse answers a request that breaks the document: 413 or 415 for the body as a whole, else
// 400 naming the fields and the rules they break, but never their values.
func (c *contract) refuse(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case domain.IsKind(err, domain.KindTooLarge):
		c.problem.write(w, r, err)
		return
	case errors.Is(err, errMediaType):
		c.problem.status(w, r, http.StatusUnsupportedMediaType, &domain.Error{
			Code: "unsupported_media_type", Message: "the body is not of the expected media type",
		})
		return
	}
	fields := brokenRules(err, "")
	for i, f := range fields {
		if len(f.Field) > maxPath {
			fields[i].Field = strings.ToValidUTF8(f.Field[:maxPath], "") + "…"
		}
	}
	slices.SortStableFunc(fields, func(a, b domain.FieldError) int { return cmp.Compare(a.Field, b.Field) })
	fields = slices.Compact(fields)
	c.problem.write(w, r, domain.Violations(fields[:min(len(fields), maxFields)]).Err())
}

// brokenRules returns the fields in the validator's errors. If parameter is not empty, it
// precedes the path inside it.
func brokenRules(err error, parameter string) []domain.FieldError {
	var fields []domain.FieldError
	for _, e := range flatten(err) {
		var (
			ours    *domain.Error
			schema  *openapi3.SchemaError
			request *openapi3filter.RequestError
		)
		switch {
		case errors.As(e, &ours):
			fields = append(fields, ours.Fields...)
		case isRequestError(e, &request):
			fields = append(fields, brokenRequest(request)...)
		case errors.As(e, &schema):
			fields = append(fields, brokenSchema(schema, parameter)...)
		default:
			fields = append(fields, domain.FieldError{Field: orBody(parameter), Rule: "format", Message: "cannot be read"})
		}
	}
	return fields
}

func isRequestError(err error, target **openapi3filter.RequestError) bool {
	e, ok := err.(*openapi3filter.RequestError) //nolint:errorlint // only the outermost one: its causes are walked one by one
	*target = e
	return ok
}

func brokenRequest(e *openapi3filter.RequestError) []domain.FieldError {
	name := ""
	if e.Parameter != nil {
		name = e.Parameter.Name
	}
	if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
		return []domain.FieldError{{Field: orBody(name), Rule: "required", Message: "is required"}}
	}
	if e.Err == nil {
		return []domain.FieldError{{Field: orBody(name), Rule: "format", Message: "cannot be read"}}
	}
	return brokenRules(e.Err, name)
}

func brokenSchema(e *openapi3.SchemaError, parameter string) []domain.FieldError {
	if e.Origin != nil {
		if inner := brokenRules(e.Origin, parameter); len(inner) > 0 && inner[0].Rule != "format" {
			prefix := fieldPath(parameter, e.JSONPointer())
			for i := range inner {
				if prefix != "body" && inner[i].Field != prefix && !strings.HasPrefix(inner[i].Field, prefix) {
					inner[i].Field = prefix + "." + inner[i].Field
				}
			}
			return inner
		}
	}
	path := e.JSONPointer()
	rule := e.SchemaField
	if rule == "properties" { // an unknown field, which the validator names only in the reason
		rule = "unknown"
		if name := quoted(e.Reason); name != "" && (len(path) == 0 || path[len(path)-1] != name) {
			path = append(path, name)
		}
	}
	message := ruleMessage(e, rule)
	return []domain.FieldError{{Field: fieldPath(parameter, path), Rule: rule, Message: message.English, Hindi: message.Hindi}}
}

// fieldPath formats a JSON pointer as people write it: items[2].message.
func fieldPath(parameter string, pointer []string) string {
	var b strings.Builder
	b.WriteString(parameter)
	for _, part := range pointer {
		switch {
		case part != "" && strings.Trim(part, "0123456789") == "":
			b.WriteString("[" + part + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(part)
		}
	}
	return orBody(b.String())
}

func orBody(field string) string { return cmp.Or(field, "body") }

// ruleMessage explains a rule by the schema, never by the value, which may be personal.
func ruleMessage(e *openapi3.SchemaError, rule string) domain.Words {
	schema := e.Schema
	switch rule {
	case "unknown":
		return domain.WordsOf("is not known here")
	case "required":
		return domain.WordsOf("is required")
	case "nullable":
		return domain.WordsOf("must not be null")
	case "pattern", "format":
		words := domain.WordsOf("has the wrong form")
		if schema.Description != "" {
			words.English += ": " + schema.Description
		}
		return words
	case "type":
		kinds := schema.Type.Slice()
		return domain.Words{
			English: "must be of type " + strings.Join(kinds, " or "), Hindi: strings.Join(kinds, " या ") + " प्रकार का होना चाहिए",
		}
	case "enum":
		values := strings.Trim(fmt.Sprint(schema.Enum), "[]")
		return domain.Words{English: "must be one of " + values, Hindi: "इनमें से एक होना चाहिए: " + values}
	case "minimum":
		return domain.WordsOf("must be at least " + strconv.FormatFloat(*schema.Min, 'f', -1, 64))
	case "maximum":
		return domain.WordsOf("must be at most " + strconv.FormatFloat(*schema.Max, 'f', -1, 64))
	case "minLength":
		return domain.WordsOf(fmt.Sprintf("must have at least %d characters", schema.MinLength))
	case "maxLength":
		return domain.WordsOf(fmt.Sprintf("must have at most %d characters", *schema.MaxLength))
	case "minItems":
		return domain.WordsOf(fmt.Sprintf("must have at least %d items", schema.MinItems))
	case "maxItems":
		return domain.WordsOf(fmt.Sprintf("must have at most %d items", *schema.MaxItems))
	case "discriminator":
		name := schema.Discriminator.PropertyName
		return domain.Words{English: "must say by " + name + " what it is", Hindi: name + " से बताना ज़रूरी है कि यह क्या है"}
	case "minProperties":
		return domain.WordsOf(fmt.Sprintf("must have at least %d fields", schema.MinProps))
	}
	return domain.Words{English: "breaks the rule " + rule, Hindi: domain.WordsOf("breaks a rule").Hindi + ": " + rule}
}

// quoted returns the text between the first pair of double quotes.
func quoted(s string) string {
	if _, rest, ok := strings.Cut(s, `"`); ok {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	return ""
}

// flatten expands joined errors and the validator's lists, in order.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range list.Unwrap() {
			all = append(all, flatten(e)...)
		}
		return all
	}
	if list, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // opens one level at a time
		var all []error
		for _, e := range list {
			all = append(all, flatten(e)...)
		}
		return all
	}
	return []error{err}
}
