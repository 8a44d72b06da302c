package ports_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports/portstest"
)

// TestResultsOfTheReleaseBeforeAreReplayed decodes results as the previous release stores them:
// for every type that Once stores, testdata/results has an example with every field set. Fields
// are only added to the examples, until no release that knows a field can run any more.
func TestResultsOfTheReleaseBeforeAreReplayed(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, golden []byte){
		"domain.Comparable": portstest.Stored[domain.Comparable], "domain.Consent": portstest.Stored[domain.Consent],
		"domain.Photo": portstest.Stored[domain.Photo], "domain.Property": portstest.Stored[domain.Property],
		"domain.Proposal": portstest.Stored[domain.Proposal], "StaffOutput": portstest.Stored[staffOutput],
		"domain.User":      portstest.Stored[staffOutput], // which it was in 0.2.0
		"domain.Valuation": portstest.Stored[domain.Valuation],
		"domain.Export":    portstest.Stored[domain.Export], "domain.LegalHold": portstest.Stored[domain.LegalHold],
		"domain.PrivacyRequest":   portstest.Stored[domain.PrivacyRequest],
		"ImportComparablesOutput": portstest.Stored[importOutput],
	}
	for name, typ := range results {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden, err := os.ReadFile(filepath.Join("testdata", "results", name+".json"))
			require.NoError(t, err)
			require.Contains(t, tests, name)
			tests[name](t, golden)
			whole := reflect.New(typ).Elem()
			fill(t, whole, name, true)
			portstest.StoredWhole(t, golden, whole.Interface())
		})
	}
}
