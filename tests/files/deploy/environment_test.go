package deploy_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// guarded are GitHub's answers about an environment that nothing is missing of, by path.
var guarded = map[string]string{
	"/environments/production": `{"name": "production", "can_admins_bypass": false,
		"protection_rules": [{"type": "required_reviewers", "prevent_self_review": true, "reviewers": [{"type": "Team", "reviewer": {"slug": "release"}}]}, {"type": "branch_policy"}],
		"deployment_branch_policy": {"protected_branches": false, "custom_branch_policies": true}}`,
	"/environments/production/deployment-branch-policies": `{"total_count": 1, "branch_policies": [{"name": "main", "type": "branch"}]}`,
	"/rules/branches/main": `[{"type": "deletion"}, {"type": "non_fast_forward"},
		{"type": "pull_request", "parameters": {"required_approving_review_count": 1}},
		{"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "ci / backend"}]}}]`,
	"/actions/oidc/customization/sub": `{"use_default": true}`,
}

// github answers for one repository, to one token, with a change to one answer.
func github(t *testing.T, path, from, to string) string {
	t.Helper()
	require.Contains(t, guarded[path], from, "the place to change")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := strings.TrimPrefix(r.URL.Path, "/repos/propflow/propflow")
		answer, known := guarded[strings.Replace(asked, "/staging", "/production", 1)]
		if !known || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		if asked == path {
			answer = strings.Replace(answer, from, to, 1)
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// verify runs scripts/verify-environment against a fake of GitHub.
func verify(t *testing.T, address, token string, arguments ...string) (string, error) {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s is not installed", tool)
		}
	}
	command := exec.CommandContext(t.Context(), "../../../scripts/verify-environment", arguments...)
	command.Env = append(os.Environ(), "GITHUB_API_URL="+address, "GH_TOKEN="+token)
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestAnEnvironmentIsGuarded(t *testing.T) {
	t.Parallel()
	address := github(t, "/environments/production", "", "")
	out, err := verify(t, address, "secret", "propflow/propflow")
	require.NoError(t, err, out)
	assert.Equal(t, "production of propflow/propflow is guarded\n", out)

	out, err = verify(t, address, "another", "propflow/propflow")
	require.Error(t, err, "silence is not consent")
	assert.Contains(t, out, "no answer about propflow/propflow/environments/production")
	out, err = verify(t, address, "", "propflow/propflow")
	require.Error(t, err)
	assert.Contains(t, out, "not set: GH_TOKEN")
	out, err = verify(t, address, "secret", "propflow")
	require.Error(t, err)
	assert.Contains(t, out, "verify-environment OWNER/NAME")
}

func TestWhatAnEnvironmentLacksIsNamed(t *testing.T) {
	t.Parallel()
	const (
		settings = "/environments/production"
		branches = settings + "/deployment-branch-policies"
		rules    = "/rules/branches/main"
	)
	for name, c := range map[string]struct{ path, old, new, want string }{
		"nobody is asked":         {settings, `"required_reviewers"`, `"wait_timer"`, "production: it has no required reviewers\n"},
		"a list of no reviewers":  {settings, `[{"type": "Team", "reviewer": {"slug": "release"}}]`, `[]`, "production: it has no required reviewers\n"},
		"one asks oneself":        {settings, `"prevent_self_review": true`, `"prevent_self_review": false`, "production: who deploys may approve it as well\n"},
		"administrators":          {settings, `"can_admins_bypass": false`, `"can_admins_bypass": true`, "production: administrators may bypass its rules\n"},
		"any branch":              {settings, `{"protected_branches": false, "custom_branch_policies": true}`, `null`, "production: any branch may deploy\n"},
		"every protected branch":  {settings, `"custom_branch_policies": true`, `"custom_branch_policies": false`, "production: any branch may deploy\n"},
		"another branch":          {branches, `{"name": "main", "type": "branch"}`, `{"name": "release/*", "type": "branch"}`, "production: its branches are not main alone\n"},
		"a second branch":         {branches, `"type": "branch"}`, `"type": "branch"}, {"name": "hotfix", "type": "branch"}`, "production: its branches are not main alone\n"},
		"a tag of that name":      {branches, `"type": "branch"`, `"type": "tag"`, "production: its branches are not main alone\n"},
		"main without reviews":    {rules, `"required_approving_review_count": 1`, `"required_approving_review_count": 0`, "production: main changes without a reviewed pull request\n"},
		"main without CI":         {rules, `[{"context": "ci / backend"}]`, `[]`, "production: main changes without passing CI\n"},
		"main with another past":  {rules, `{"type": "non_fast_forward"},`, ``, "production: main may be rewritten or deleted\n"},
		"main that goes away":     {rules, `{"type": "deletion"},`, ``, "production: main may be rewritten or deleted\n"},
		"tokens of another shape": {"/actions/oidc/customization/sub", `true`, `false, "include_claim_keys": ["repo", "ref"]`, "production: the subject of tokens is customised: no deploy role knows it\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := verify(t, github(t, c.path, c.old, c.new), "secret", "propflow/propflow")
			require.Error(t, err)
			assert.Contains(t, out, c.want)
			assert.NotContains(t, out, "is guarded")
		})
	}
	out, err := verify(t, github(t, "/environments/staging", "", ""), "secret", "propflow/propflow", "staging")
	require.NoError(t, err, out)
	out, err = verify(t, github(t, rules, `{"type": "deletion"},`, ``), "secret", "propflow/propflow", "staging")
	require.Error(t, err)
	assert.Equal(t, "staging: main may be rewritten or deleted\n", out)
}
