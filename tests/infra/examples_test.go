package infra_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plan plays AWS and takes every variable from outside.
const plan = `mock_provider "aws" {
  source = "./tests/mocks"
}

run "plan" {
  command = plan
  assert {
    condition     = output.api_url != ""
    error_message = "the environment has an API"
  }
}
`

// TestTheExamplesCanBePlanned does what the deployment guide says to do with them.
func TestTheExamplesCanBePlanned(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	for _, environment := range []string{"staging", "production"} {
		folder := planted(t)
		example := filepath.Join(folder, environment+".tfvars.example")
		require.NoError(t, os.Rename(example, strings.TrimSuffix(example, ".example")))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "tests", "plan.tftest.hcl"), []byte(plan), 0o600))
		lines := test(t, folder, "-filter=tests/plan.tftest.hcl", "-var-file="+environment+".tfvars", "-var=cache_auth_token="+strings.Repeat("a", 32))
		status := ""
		for _, l := range lines {
			assert.Nil(t, l.Diagnostic, environment)
			if l.Summary != nil {
				status = l.Summary.Status
			}
		}
		assert.Equal(t, "pass", status, environment)
	}
}
