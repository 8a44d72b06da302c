package infra_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
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

// number finds the one whole number that a pattern's group matches in a file.
func number(t *testing.T, name, pattern string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	m := regexp.MustCompile(pattern).FindSubmatch(text)
	require.NotNil(t, m, "%s: %s", name, pattern)
	n, err := strconv.Atoi(string(m[1]))
	require.NoError(t, err)
	return n
}

// TestTheFirewallCountsBeforeTheAPI: many people behind one address must not stop one another before
// it floods.
func TestTheFirewallCountsBeforeTheAPI(t *testing.T) {
	t.Parallel()
	firewall := number(t, "infrastructure/variables.tf", `(?s)"requests_per_address" \{.*?default\s+= (\d+)`)
	api := number(t, "app/config/config.go", `"ADDRESS_REQUESTS_PER_MINUTE" envDefault:"(\d+)"`)
	assert.GreaterOrEqual(t, 5*api, firewall, "in 5 minutes")
}

// TestTimesFitTogether holds times of the load balancer and of ECS against the API's own.
func TestTimesFitTogether(t *testing.T) {
	t.Parallel()
	idle := number(t, "infrastructure/load_balancer.tf", `idle_timeout\s+= (\d+)`)
	assert.Less(t, idle, 60*number(t, "app/server.go", `IdleTimeout: (\d+) \* time\.Minute`), "or requests meet connections that the API has just closed")

	delay := number(t, "infrastructure/services.tf", `SHUTDOWN_DELAY\s+= "(\d+)s"`)
	grace := number(t, "app/server.go", `shutdownGrace = (\d+) \* time\.Second`)
	stop := number(t, "infrastructure/services.tf", `target_groups\["api"\], stop = (\d+)`)
	flush := number(t, "app/seclog/recorder.go", `lastFlush = (\d+) \* time\.Second`)
	assert.Less(t, delay+2*grace+flush, stop, "or tasks are killed with requests, codes or security events in flight")
	assert.GreaterOrEqual(t, number(t, "infrastructure/load_balancer.tf", `deregistration_delay = (\d+)`), grace)
}
