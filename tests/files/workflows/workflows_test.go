package workflows_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/workflows"
)

const (
	root   = "../../.."
	folder = ".github/workflows"
)

func text(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(content)
}

// written returns the workflows by file name.
func written(t *testing.T) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.yml"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := make(map[string][]byte)
	for _, path := range paths {
		files[filepath.Base(path)] = []byte(text(t, filepath.Join(folder, filepath.Base(path))))
	}
	return files
}

func house(t *testing.T) workflows.House {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, "scripts"))
	require.NoError(t, err)
	var scripts []string
	for _, entry := range entries {
		scripts = append(scripts, entry.Name())
	}
	return workflows.Read(text(t, "Makefile"), text(t, "scripts/deploy"), scripts)
}

// faults are those of all rules.
func faults(t *testing.T, files map[string][]byte) []string {
	t.Helper()
	all, err := workflows.Parse(files)
	require.NoError(t, err)
	return slices.Concat(house(t).Steps(all, files), workflows.CI(all["ci.yml"]), workflows.Deploy(all["deploy.yml"]), workflows.Release(all["release.yml"]))
}

func TestTheWorkflowsAreTheDesigns(t *testing.T) {
	t.Parallel()
	assert.Empty(t, faults(t, written(t)))
	assert.Contains(t, text(t, "infrastructure/access.tf"), "max_session_duration = 3600\n", "the hour that steps of a release may take")
	h := house(t)
	assert.Contains(t, h.Targets, "verify-infra")
	assert.Equal(t, []string{"ENVIRONMENT", "REPOSITORY", "SECURITY_GROUP", "SUBNETS"}, h.Wants["migrate"], "its own, and those of what it calls")
}

// checkout is how workflows name an action.
const checkout = "actions/checkout@34e114876b0b11c390a56381ad16ebd13914f8d5 # v4.3.1"

// fault is a change of one file, and what is said of it.
type fault struct{ file, old, new, want string }

// plant returns the workflows with a fault in one.
func plant(t *testing.T, f fault) map[string][]byte {
	t.Helper()
	files := written(t)
	require.Contains(t, string(files[f.file]), f.old, "the place to plant it")
	files[f.file] = bytes.ReplaceAll(files[f.file], []byte(f.old), []byte(f.new))
	return files
}

func TestSeesEveryFaultThatTheHouseForbids(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]fault{
		"a target of nobody":             {"ci.yml", "run: make lint", "run: make lint-all", "make lint-all: there is no such target"},
		"a step of its own":              {"ci.yml", "run: make lint", "run: go vet ./...", "backend runs go vet ./...: not a make target"},
		"no end":                         {"ci.yml", "timeout-minutes: 40", "continue-on-error: false", "ci.yml: backend may run for hours"},
		"all permissions":                {"ci.yml", "permissions:\n  contents: read", "permissions: write-all", "ci.yml: its permissions are not spelled out"},
		"permissions by default":         {"release.yml", "permissions:\n  contents: read\n  id-token: write\n  attestations: read\n", "", "release.yml: its permissions are not spelled out"},
		"an action that may change":      {"ci.yml", checkout, "actions/checkout@v4", "uses actions/checkout@v4, which may change"},
		"an action of any version":       {"ci.yml", checkout, strings.TrimSuffix(checkout, " # v4.3.1"), "not a digest with its version beside it"},
		"an action by a short digest":    {"ci.yml", checkout, "actions/checkout@34e1148 # v4.3.1", "which may change"},
		"a long-lived key":               {"release.yml", "role-to-assume: ${{ vars.DEPLOY_ROLE_ARN }}", "aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}", "signs in with a key that does not expire"},
		"a script of nobody":             {"release.yml", "scripts/deploy smoke", "scripts/smoke", "scripts/smoke is not there"},
		"a step of nobody":               {"release.yml", "scripts/deploy smoke", "scripts/deploy smell", "scripts/deploy smell: there is no such step"},
		"a variable is not handed over":  {"release.yml", "          SUBNETS: ${{ vars.SUBNETS }}\n", "", "scripts/deploy migrate is not given SUBNETS"},
		"no environment":                 {"release.yml", "  ENVIRONMENT: ${{ inputs.environment }}\n", "", "scripts/deploy snapshot is not given ENVIRONMENT"},
		"a workflow of nobody":           {"deploy.yml", "workflows/ci.yml", "workflows/tests.yml", "check calls tests.yml, which is not there"},
		"an image that was not tested":   {"deploy.yml", "  build:\n    needs: check\n", "  build:\n", "build does not wait for check"},
		"production past staging":        {"deploy.yml", "needs: [build, staging]", "needs: [build]", "production does not wait for staging"},
		"production without an approval": {"release.yml", "    environment: ${{ inputs.environment }}\n", "", "reviewers are not asked"},
		"production through the back":    {"deploy.yml", "    environment: staging\n", "    environment: production\n", "build enters production before release.yml"},
		"approvals without end":          {"release.yml", "jobs:\n", "jobs:\n  more:\n    runs-on: ubuntu-24.04\n", "reviewers are asked more than once"},
		"an image of nobody":             {"deploy.yml", "        with:\n          subject-name: ${{ vars.REPOSITORY }}\n          subject-digest: ${{ steps.push.outputs.digest }}\n      #", "        with:\n          sbom-path: x\n          subject-digest: ${{ steps.push.outputs.digest }}\n      #", "build does not sign where the image comes from"},
		"an image of nobody knows what":  {"deploy.yml", "          sbom-path: build/sbom.cdx.json\n", "", "build does not sign what the image contains"},
		"a list of something else":       {"deploy.yml", "      - run: make sbom\n", "", "build does not sign what the image contains"},
		"a signature of something else":  {"deploy.yml", "subject-digest: ${{ steps.push.outputs.digest }}", "subject-digest: ${{ github.sha }}", "build signs something else than what it pushed"},
		"a second pen":                   {"deploy.yml", "attestations: read", "attestations: write", "staging may sign, too"},
		"an image that nobody checked":   {"release.yml", "scripts/deploy verify", "scripts/deploy smoke", "verify is missing or too early"},
		"a check that may be left out":   {"release.yml", "      - name: Verify who built the image\n", "      - name: Verify who built the image\n        if: inputs.environment == 'production'\n", "Verify who built the image: if"},
		"another image for production":   {"deploy.yml", "environment: production\n      digest: ${{ needs.build.outputs.digest }}", "environment: production\n      digest: latest", "production does not get the image that was built"},
		"production whatever happened":   {"deploy.yml", "if: github.event_name == 'push' ||", "if: always() || github.event_name == 'push' ||", "production does not get the image that was built, or past what failed"},
		"a build that fails in silence":  {"deploy.yml", "    if: failure()\n", "", "a failure before staging is not told"},
		"two deployments at once":        {"deploy.yml", "cancel-in-progress: false", "cancel-in-progress: true", "two may deploy at once"},
		"tasks before migrations":        {"release.yml", `run: scripts/deploy snapshot`, `run: scripts/deploy service x "$DIGEST" && scripts/deploy snapshot`, "service is missing or too early"},
		"migrations without a snapshot":  {"release.yml", "scripts/deploy snapshot", "scripts/deploy smoke", "snapshot is missing or too early"},
		"a snapshot afterwards":          {"release.yml", `run: scripts/deploy migrate "$DIGEST"`, `run: scripts/deploy service x "$DIGEST"`, "migrate is missing or too early"},
		"tasks after a failure":          {"release.yml", "      - name: Replace tasks\n", "      - name: Replace tasks\n        if: always()\n", `Replace tasks: if "always()"`},
		"a sign-in that ends too early":  {"release.yml", "timeout-minutes: 25", "timeout-minutes: 45", "Migrate may outlive its sign-in"},
		"a step without an end":          {"release.yml", "        timeout-minutes: 35\n", "", "Replace tasks may outlive its sign-in"},
		"no questions":                   {"release.yml", "scripts/deploy smoke", "echo", "smoke is missing or too early"},
		"a random run of every push":     {"ci.yml", "    if: github.event_name == 'schedule'\n", "", "fuzz: a random run may stop a deployment"},
		"libraries that nobody looks at": {"ci.yml", "run: make verify-vulnerabilities", "run: make build", "known vulnerabilities are not looked for"},
		"libraries of yesterday":         {"ci.yml", "  schedule:\n    - cron: \"17 3 * * 1\" # faults of libraries become known without a push\n", "", "what becomes known without a push is not looked for"},
		"failures in silence":            {"release.yml", "if: always()", "if: success()", `Notify: if "success()", not "always()"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, strings.Join(faults(t, plant(t, f)), "\n"), f.want)
		})
	}
	_, err := workflows.Parse(map[string][]byte{"x.yml": []byte("jobs: [")})
	require.Error(t, err)
	_, err = workflows.Parse(map[string][]byte{"x.yml": []byte("jobs: {a: {needs: {b: c}}}")})
	require.Error(t, err)
	assert.Contains(t, workflows.Deploy(workflows.Workflow{}), "production is missing")
}

// tool returns the path of a tool of tools/go.mod.
func tool(t *testing.T, name string) string {
	t.Helper()
	const run = "go tool -modfile=tools/go.mod "
	find := exec.CommandContext(t.Context(), "sh", "-c", run+name+" --version >/dev/null && "+run+"-n "+name)
	find.Dir = root
	path, err := find.Output()
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("skipped: %s cannot be built here: %v", name, err)
	}
	require.NoError(t, err)
	return strings.TrimSpace(string(path))
}

// actionlint runs it as `make verify-workflows` does, on a folder of its own.
func actionlint(t *testing.T, files map[string][]byte) (said string, err error) {
	t.Helper()
	project := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(project, folder), 0o750))
	for _, name := range slices.Sorted(maps.Keys(files)) {
		require.NoError(t, os.WriteFile(filepath.Join(project, folder, name), files[name], 0o600))
	}
	lint := exec.CommandContext(t.Context(), absolute(t, "scripts/verify-workflows"), project)
	lint.Env = append(os.Environ(), "ACTIONLINT="+tool(t, "actionlint"))
	out, err := lint.CombinedOutput()
	return string(out), err
}

func TestActionlintNamesEveryPlantedFault(t *testing.T) {
	t.Parallel()
	said, err := actionlint(t, written(t))
	require.NoError(t, err, said)
	for name, f := range map[string]fault{
		"a job of nobody":           {"deploy.yml", "needs: [build, staging]", "needs: [build, stagin]", `needs job "stagin"`},
		"an error in a shell":       {"ci.yml", "run: make lint", "run: if make lint; then", "shellcheck reported issue"},
		"words that strangers say":  {"ci.yml", "run: make build", "run: echo ${{ github.event.issue.title }}", `"github.event.issue.title" is potentially untrusted`},
		"an output of nobody":       {"deploy.yml", "steps.push.outputs.digest", "steps.pull.outputs.digest", `property "pull" is not defined`},
		"a machine of nobody":       {"ci.yml", "ubuntu-24.04", "ubuntu-24.05", `label "ubuntu-24.05" is unknown`},
		"an input is missing":       {"deploy.yml", "      digest: ${{ needs.build.outputs.digest }}\n", "", `input "digest" is required`},
		"an input of nobody":        {"ci.yml", "fetch-depth: 0", "fetch-dept: 0", `input "fetch-dept" is not defined`},
		"a permission of nobody":    {"release.yml", "id-token: write", "id-tokens: write", `unknown permission scope "id-tokens"`},
		"an event of nobody":        {"ci.yml", "pull_request:", "pull_requests:", `unknown Webhook event "pull_requests"`},
		"an action of yesterday":    {"ci.yml", checkout, "actions/checkout@v2", "too old to run on GitHub Actions"},
		"an expression without end": {"release.yml", "${{ inputs.environment }}", "${{ inputs. }}", "unexpected end of input"},
		"a time that never comes":   {"ci.yml", `"17 3 * * 1"`, `"17 25 * * 1"`, "invalid CRON format"},
		"a key twice":               {"ci.yml", "    timeout-minutes: 40\n", "    timeout-minutes: 40\n    timeout-minutes: 40\n", `key "timeout-minutes" is duplicated`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath("shellcheck"); err != nil && strings.Contains(f.want, "shellcheck") && os.Getenv("CI") == "" {
				t.Skip("skipped: shellcheck is not installed")
			}
			said, err := actionlint(t, plant(t, f))
			require.Error(t, err)
			assert.Contains(t, said, f.want)
			assert.Contains(t, said, f.file)
		})
	}
}
