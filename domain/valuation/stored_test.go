package valuation_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain/valuation"
	"github.com/propflow/propflow/ports/portstest"
)

// The results of all other operations are types of the domain: ports tests those.
func TestImportsOfTheReleaseBeforeAreReplayed(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("../../ports/testdata/results/ImportComparablesOutput.json")
	require.NoError(t, err)
	portstest.Stored[valuation.ImportComparablesOutput](t, golden)
	portstest.StoredWhole(t, golden, valuation.ImportComparablesOutput{Imported: 1, Skipped: 1})
}
