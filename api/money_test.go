package api

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestMoneyHasOneMaximum looks at every schema of the document that has a currency.
func TestMoneyHasOneMaximum(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	found := 0
	var look func(at string, ref *openapi3.SchemaRef)
	look = func(at string, ref *openapi3.SchemaRef) {
		if ref == nil || ref.Value == nil || ref.Ref != "" {
			return
		}
		if ref.Value.Properties["currency"] != nil {
			found++
			amount := ref.Value.Properties["amount"].Value
			if assert.NotNil(t, amount.Max, at) {
				assert.Equal(t, domain.MaxAmount, domain.Rupees(*amount.Max), at)
			}
		}
		look(at+"[]", ref.Value.Items)
		for name, property := range ref.Value.Properties {
			look(at+"."+name, property)
		}
	}
	for name, schema := range doc.Components.Schemas {
		look(name, schema)
	}
	assert.Equal(t, 2, found, "Money and Amount")

	settings := domain.DefaultSettings()
	settings.SignOffAmount = domain.MaxAmount
	require.NoError(t, settings.Validate())
	settings.SignOffAmount++
	require.Error(t, settings.Validate())
}
