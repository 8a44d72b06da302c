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

	"github.com/propflow/propflow/api/gen"
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
		c.problem.status(w, r, http.StatusUnsupportedMediaType, "unsupported_media_type", "the body is not of the expected media type", nil)
		return
	}
	fields := brokenRules(err, "")
	for i, f := range fields {
		if len(f.Field) > maxPath {
			fields[i].Field = strings.ToValidUTF8(f.Field[:maxPath], "") + "…"
		}
	}
	slices.SortStableFunc(fields, func(a, b gen.FieldError) int { return cmp.Compare(a.Field, b.Field) })
	fields = slices.Compact(fields)
	c.problem.status(w, r, http.StatusBadRequest, "invalid_input", "the input breaks a rule", fields[:min(len(fields), maxFields)])
}

// brokenRules returns the fields in the validator's errors. If parameter is not empty, it
// precedes the path inside it.
func brokenRules(err error, parameter string) []gen.FieldError {
	var fields []gen.FieldError
	for _, e := range flatten(err) {
		var (
			ours    *domain.Error
			schema  *openapi3.SchemaError
			request *openapi3filter.RequestError
		)
		switch {
		case errors.As(e, &ours):
			for _, f := range ours.Fields {
				fields = append(fields, gen.FieldError{Field: f.Field, Rule: f.Rule, Message: f.Message})
			}
		case isRequestError(e, &request):
			fields = append(fields, brokenRequest(request)...)
		case errors.As(e, &schema):
			fields = append(fields, brokenSchema(schema, parameter)...)
		default:
			fields = append(fields, gen.FieldError{Field: orBody(parameter), Rule: "format", Message: "cannot be read"})
		}
	}
	return fields
}

func isRequestError(err error, target **openapi3filter.RequestError) bool {
	e, ok := err.(*openapi3filter.RequestError) //nolint:errorlint // only the outermost one: its causes are walked one by one
	*target = e
	return ok
}

func brokenRequest(e *openapi3filter.RequestError) []gen.FieldError {
	name := ""
	if e.Parameter != nil {
		name = e.Parameter.Name
	}
	if errors.Is(e.Err, openapi3filter.ErrInvalidRequired) {
		return []gen.FieldError{{Field: orBody(name), Rule: "required", Message: "is required"}}
	}
	if e.Err == nil {
		return []gen.FieldError{{Field: orBody(name), Rule: "format", Message: "cannot be read"}}
	}
	return brokenRules(e.Err, name)
}

func brokenSchema(e *openapi3.SchemaError, parameter string) []gen.FieldError {
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
	return []gen.FieldError{{Field: fieldPath(parameter, path), Rule: rule, Message: ruleMessage(e, rule)}}
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
func ruleMessage(e *openapi3.SchemaError, rule string) string {
	schema := e.Schema
	switch rule {
	case "unknown":
		return "is not known here"
	case "required":
		return "is required"
	case "nullable":
		return "must not be null"
	case "pattern", "format":
		if schema.Description != "" {
			return "has the wrong form: " + schema.Description
		}
		return "has the wrong form"
	case "type":
		return "must be of type " + strings.Join(schema.Type.Slice(), " or ")
	case "enum":
		return "must be one of " + strings.Trim(fmt.Sprint(schema.Enum), "[]")
	case "minimum":
		return "must be at least " + strconv.FormatFloat(*schema.Min, 'f', -1, 64)
	case "maximum":
		return "must be at most " + strconv.FormatFloat(*schema.Max, 'f', -1, 64)
	case "minLength":
		return fmt.Sprintf("must have at least %d characters", schema.MinLength)
	case "maxLength":
		return fmt.Sprintf("must have at most %d characters", *schema.MaxLength)
	case "minItems":
		return fmt.Sprintf("must have at least %d items", schema.MinItems)
	case "maxItems":
		return fmt.Sprintf("must have at most %d items", *schema.MaxItems)
	case "discriminator":
		return "must say by " + schema.Discriminator.PropertyName + " what it is"
	case "minProperties":
		return fmt.Sprintf("must have at least %d fields", schema.MinProps)
	}
	return "breaks the rule " + rule
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
