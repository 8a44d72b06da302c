package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/api"
)

// TestTheDocumentTakesEveryPhoneNumberThatIsOne holds the document's rules of a phone to the
// parser's, as people write numbers.
func TestTheDocumentTakesEveryPhoneNumberThatIsOne(t *testing.T) {
	t.Parallel()
	doc, err := api.Document(true)
	require.NoError(t, err)
	rule := doc.Components.Schemas["RequestOtpRequest"].Value.Properties["phone"].Value
	for number, good := range map[string]bool{
		"9812345678": true, "09812345678": true, "+919812345678": true, "+91 (98123) 45-678": true, "98.12.34.56.78": true,
		"९८१२३४५६७८": true, "981234567": false, "98123 45678 #12": false, "98123 45678;ext=12": false, "98123 HOUSE": false,
	} {
		_, err := phone.Numbers{}.Parse(number)
		assert.Equal(t, good, err == nil, "the parser: %s %v", number, err)
		err = rule.VisitJSON(number)
		assert.Equal(t, good, err == nil, "the document: %s %v", number, err)
	}
}
