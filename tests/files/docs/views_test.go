package docs_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/propflow/propflow/tests/files/docs"
)

const viewsPage = "docs/security/owner-views.md"

func openapi(t *testing.T) docs.Contract {
	t.Helper()
	var document map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "openapi.yaml")), &document))
	return document
}

func TestOwnersGetNoFieldOfTheStaff(t *testing.T) {
	t.Parallel()
	c := openapi(t)
	require.NotEmpty(t, c.OwnersAnswers())
	for _, fault := range c.ViewFaults() {
		t.Error(fault)
	}
}

// TestTheTablesOfOwnersViewsAreThoseOfTheDocument fails if an owner's schema gains a field, until
// the table is written again, so that a person sees it in the change.
func TestTheTablesOfOwnersViewsAreThoseOfTheDocument(t *testing.T) {
	t.Parallel()
	c := openapi(t)
	pairs := c.Pairs()
	var operations, fields [][]string
	var answers []string
	for _, a := range c.OwnersAnswers() {
		before, after := "nothing", "the same"
		schema := c.Schema(a.Schema)
		switch {
		case a.Operation == "getReport":
			after = "the PDF"
		case a.Decided || docs.AfterDecision(schema):
			after = code(a.Schema)
		case a.Schema != "":
			before = code(a.Schema)
		}
		operations = append(operations, []string{code(a.Operation), before, after})
		answers = append(answers, a.Schema)
	}
	for _, name := range c.Reachable(answers...) {
		if len(c.Fields(name, func(map[string]any) bool { return true })) == 0 {
			continue // an enum or a text
		}
		before, after := c.Fields(name, docs.Unmarked), c.Fields(name, docs.AfterDecision)
		if docs.AfterDecision(c.Schema(name)) {
			before, after = nil, slices.Sorted(slices.Values(append(before, after...)))
		}
		staffs := ""
		if of := pairs[name]; of != "" {
			staffs = codes(c.Fields(of, docs.StaffOnly))
		}
		fields = append(fields, []string{code(name), codes(before), codes(after), staffs})
	}
	require.Greater(t, len(operations), 20)
	require.Greater(t, len(fields), 20)
	generatedIn(t, viewsPage, "owners-operations", docs.Table([]string{"operation", "before the decision", "from the decision on"}, operations))
	generatedIn(t, viewsPage, "owners-fields", docs.Table([]string{"object", "before and after", "only from the decision on", "never: only staff get it"}, fields))
}

func codes(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, code(name))
	}
	return strings.Join(out, ", ")
}

// TestPlantedFieldsOfTheStaffAreFound plants each kind of fault in the document.
func TestPlantedFieldsOfTheStaffAreFound(t *testing.T) {
	t.Parallel()
	require.Empty(t, openapi(t).ViewFaults())
	for want, plant := range map[string]func(c docs.Contract){
		"OwnerValuation has valuer_id, which is the staff's in Valuation": func(c docs.Contract) {
			c.At("components", "schemas", "OwnerValuation", "properties")["valuer_id"] = map[string]any{"type": "string"}
		},
		"owners reach Claim, which is the staff's": func(c docs.Contract) {
			c.At("components", "schemas", "OwnerProperty", "properties")["taken_by"] = map[string]any{"$ref": "#/components/schemas/Claim"}
		},
		"owners reach Sla.alerted, which is the staff's": func(c docs.Contract) {
			c.At("components", "schemas", "Sla", "properties")["alerted"] = map[string]any{"type": "string", "x-staff-only": true}
		},
		"owners reach Property, which is the staff's": func(c docs.Contract) {
			c.At("components", "schemas", "OwnerPropertyList", "properties", "items", "items")["$ref"] = "#/components/schemas/Property"
		},
		"owners reach ValuationList, which is the staff's": func(c docs.Contract) {
			op := c.At("paths", "/api/v1/properties/{propertyId}/valuations", "get")
			op["x-roles"] = append(op["x-roles"].([]any), "CUSTOMER")
		},
		"Photo.score is not in OwnerPhoto: mark it x-staff-only": func(c docs.Contract) {
			c.At("components", "schemas", "Photo", "properties")["score"] = map[string]any{"type": "number"}
		},
		"OwnerEvent is open: additionalProperties: false": func(c docs.Contract) {
			delete(c.Schema("OwnerEvent"), "additionalProperties")
		},
	} {
		c := openapi(t)
		plant(c)
		assert.Contains(t, c.ViewFaults(), want)
	}
	assert.Contains(t, slices.Collect(maps.Values(openapi(t).Pairs())), "LiveEvent")
}
