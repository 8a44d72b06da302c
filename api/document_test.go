package api

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/propflow/propflow/domain"
)

// operation is one operation of the document and where it stands.
type operation struct {
	*openapi3.Operation
	method, path string
}

func (o operation) secured() bool { return len(*o.Security) > 0 }

// operations lists the document's operations by their operationId.
func operations(t *testing.T, doc *openapi3.T) map[string]operation {
	t.Helper()
	all := make(map[string]operation)
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			require.NotEmpty(t, op.OperationID, "%s %s", method, path)
			require.NotContains(t, all, op.OperationID, "an operationId stands twice")
			all[op.OperationID] = operation{op, method, path}
		}
	}
	return all
}

// loaded is the document of demo mode, which tests only read.
var loaded = sync.OnceValues(func() (*openapi3.T, error) { return Document(true) })

func document(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := loaded()
	require.NoError(t, err)
	return doc
}

func TestDocumentIsValid(t *testing.T) {
	t.Parallel()
	require.NoError(t, document(t).Validate(context.Background(), openapi3.EnableExamplesValidation()))
}

func TestEveryOperationSaysWhoMayCallIt(t *testing.T) {
	t.Parallel()
	for id, op := range operations(t, document(t)) {
		require.NotNil(t, op.Security, "%s: without security it would be open to all; say security: [] where it is", id)
		if !op.secured() {
			assert.Empty(t, roles(op.Operation), "%s is open to all, so it names no roles", id)
			continue
		}
		if id == "logout" { // or by the cookie alone
			require.Equal(t, openapi3.SecurityRequirement{}, (*op.Security)[1])
			*op.Security = (*op.Security)[:1]
		}
		require.Len(t, *op.Security, 1, id)
		require.Len(t, (*op.Security)[0], 1, id)
		assert.NotEmpty(t, roles(op.Operation), "%s needs x-roles", id)
		for _, role := range roles(op.Operation) {
			assert.Contains(t, people, role, id)
		}
	}
}

func TestEveryOperationIsDescribed(t *testing.T) {
	t.Parallel()
	doc := document(t)
	for id, op := range operations(t, doc) {
		assert.Regexp(t, `^[a-z][A-Za-z]+$`, id)
		assert.NotEmpty(t, op.Summary, id)
		require.Len(t, op.Tags, 1, id)
		assert.NotNil(t, doc.Tags.Get(op.Tags[0]), "%s: tag %s is not declared", id, op.Tags[0])
		if op.RequestBody != nil {
			assert.Equal(t, id != "refreshTokens", op.RequestBody.Value.Required, "%s: only a cookie makes up for a body", id)
			requireExamples(t, id, op.RequestBody.Value.Content)
		}
		for status, response := range op.Responses.Map() {
			if media := response.Value.Content["application/pdf"]; media == nil {
				requireExamples(t, id+" "+status, response.Value.Content)
			}
		}
	}
}

func requireExamples(t *testing.T, where string, content openapi3.Content) {
	t.Helper()
	for name, media := range content {
		assert.True(t, media.Example != nil || len(media.Examples) > 0, "%s: %s has no example", where, name)
	}
}

// proposes reports whether the answer is a proposal instead of the change.
func proposes(status string, response *openapi3.Response) bool {
	media := response.Content.Get("application/json")
	return status == "202" && media != nil && media.Schema.Ref == "#/components/schemas/Proposal"
}

func TestEveryOperationListsItsErrors(t *testing.T) {
	t.Parallel()
	for id, op := range operations(t, document(t)) {
		want := []int{400, 429, 500, 503}
		if op.secured() {
			want = append(want, 401, 403)
		}
		if op.RequestBody != nil {
			want = append(want, 413, 415)
		}
		if op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "Idempotency-Key") != nil {
			want = append(want, 409, 422)
		}
		if op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") != nil {
			want = append(want, 412)
		}
		if strings.Contains(op.path, "{") {
			want = append(want, 404)
		}
		succeeds := 0
		for status, response := range op.Responses.Map() {
			if proposes(status, response.Value) {
				continue // beside the success: a second ADMIN must confirm
			} else if status < "300" {
				succeeds++
			} else if content := response.Value.Content; content["application/problem+json"] == nil {
				assert.Contains(t, []string{"getHealth", "getReadiness"}, id, "%s: %s is no problem", id, status)
				assert.Equal(t, "503", status, id)
			}
		}
		assert.Equal(t, 1, succeeds, "%s must succeed in one way", id)
		for _, status := range want {
			assert.NotNil(t, op.Responses.Status(status), "%s does not list %d", id, status)
		}
	}
}

func TestEveryProblemExampleIsWhatTheAPIAnswers(t *testing.T) {
	t.Parallel()
	for name, response := range document(t).Components.Responses {
		encoded, err := json.Marshal(response.Value.Content["application/problem+json"].Example)
		require.NoError(t, err)
		var problem struct {
			Type, Title, Code string
			Status            int
		}
		require.NoError(t, json.Unmarshal(encoded, &problem))
		assert.Equal(t, "about:blank", problem.Type, name)
		assert.Equal(t, http.StatusText(problem.Status), problem.Title, name)
		assert.NotEmpty(t, problem.Code, name)
	}
}

func TestKeysAndVersionsAreRequired(t *testing.T) {
	t.Parallel()
	optional := []string{"Last-Event-ID", "PropFlow-Client", domain.CaseReasonField}
	for id, op := range operations(t, document(t)) {
		for _, parameter := range op.Parameters {
			p := parameter.Value
			if p.In == openapi3.ParameterInHeader && !slices.Contains(optional, p.Name) {
				assert.True(t, p.Required, "%s %s", id, p.Name)
			}
			assert.False(t, p.AllowEmptyValue, "%s %s", id, p.Name)
		}
	}
}

// TestBodiesAreBounded sees to it that no body can hold more than it should: closed objects,
// bounded texts, lists and numbers.
func TestBodiesAreBounded(t *testing.T) {
	t.Parallel()
	for id, op := range operations(t, document(t)) {
		if op.RequestBody == nil {
			continue
		}
		for _, media := range op.RequestBody.Value.Content {
			for _, fault := range unbounded(id, media.Schema.Value) {
				t.Error(fault)
			}
		}
	}
}

func unbounded(at string, s *openapi3.Schema) (faults []string) {
	switch {
	case s.Type.Is("object"):
		if closed := s.AdditionalProperties.Has; closed == nil || *closed {
			faults = append(faults, at+" is open: additionalProperties: false")
		}
		for name, property := range s.Properties {
			faults = append(faults, unbounded(at+"."+name, property.Value)...)
		}
	case s.Type.Is("array"):
		if s.MaxItems == nil {
			faults = append(faults, at+" needs maxItems")
		}
		faults = append(faults, unbounded(at+"[]", s.Items.Value)...)
	case s.Type.Is("string"):
		if s.MaxLength == nil && s.Enum == nil && s.Pattern == "" && s.Format == "" {
			faults = append(faults, at+" needs maxLength, enum, pattern or format")
		}
	case s.Type.Is("integer"), s.Type.Is("number"):
		if s.Min == nil || s.Max == nil {
			faults = append(faults, at+" needs minimum and maximum")
		}
	}
	return faults
}

// newerKeywords are the keywords of OpenAPI 3.1 schemas that 3.0 reads otherwise or not at
// all; the contract's validator would let them pass unchecked. An answer may describe what
// its text contains: no request is checked by that.
var newerKeywords = []string{
	"$anchor", "$comment", "$defs", "$dynamicAnchor", "$dynamicRef", "$id", "$schema", "$vocabulary", "const", "contains",
	"contentEncoding", "contentMediaType", "contentSchema", "dependentRequired", "dependentSchemas", "else", "if", "maxContains",
	"minContains", "patternProperties", "prefixItems", "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
}

func TestDocumentUsesNoKeywordThatTheValidatorDoesNotKnow(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../openapi.yaml")
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, yaml.Unmarshal(raw, &doc))
	components, ok := doc["components"].(map[string]any)
	require.True(t, ok)
	for _, part := range []any{doc["paths"], components["schemas"], components["parameters"], components["headers"]} {
		for _, fault := range newer("", part) {
			t.Error(fault)
		}
	}
	assert.NotEmpty(t, newer("", map[string]any{"a": []any{map[string]any{"type": []any{"string", "null"}}}}))
}

// newer lists where a part of the document says what OpenAPI 3.0 cannot. Names of properties
// and what examples hold are no keywords.
func newer(at string, part any) (faults []string) {
	switch part := part.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(part)) {
			value, here := part[name], at+"/"+name
			_, several := value.([]any)
			_, number := value.(int)
			switch {
			case name == "example", name == "default", name == "enum", name == "examples" && !several:
				continue
			case name == "properties":
				properties, ok := value.(map[string]any)
				if !ok {
					faults = append(faults, here+" is no map")
				}
				for property, schema := range properties {
					faults = append(faults, newer(here+"/"+property, schema)...)
				}
				continue
			case (strings.HasPrefix(name, "content") || name == "$defs") && strings.Contains(at, "/responses/200/content/text/"):
			case slices.Contains(newerKeywords, name), name == "examples" && several, name == "type" && several,
				strings.HasPrefix(name, "exclusive") && number:
				faults = append(faults, here)
			case name == "type" && value == "null":
				faults = append(faults, here+" null")
			}
			faults = append(faults, newer(here, value)...)
		}
	case []any:
		for i, value := range part {
			faults = append(faults, newer(fmt.Sprintf("%s/%d", at, i), value)...)
		}
	}
	return faults
}

func TestDemoOperationsVanishOutsideDemoMode(t *testing.T) {
	t.Parallel()
	with, err := Document(true)
	require.NoError(t, err)
	without, err := Document(false)
	require.NoError(t, err)
	demoOnly := []string{"listDemoMessages", "listDemoStaff"}
	all, rest := operations(t, with), operations(t, without)
	assert.Len(t, rest, len(all)-len(demoOnly))
	for _, id := range demoOnly {
		assert.Contains(t, all, id)
		assert.NotContains(t, rest, id)
	}
}

func TestEveryRoleOfTheDocumentIsARoleOfTheDomain(t *testing.T) {
	t.Parallel()
	doc := document(t)
	want := make([]any, 0, len(people))
	for _, role := range []domain.Role{domain.RoleCustomer, domain.RoleValuer, domain.RoleSupervisor, domain.RoleAdmin} {
		want = append(want, string(role))
	}
	assert.Equal(t, want, doc.Components.Schemas["Role"].Value.Enum)
	assert.Equal(t, want[1:], doc.Components.Schemas["StaffRole"].Value.Enum)
}
