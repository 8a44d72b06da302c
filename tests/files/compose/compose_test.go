package compose_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/config"
	"github.com/propflow/propflow/tests/files/compose"
)

const root = "../../.."

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(content)
}

func load(t *testing.T, file, example string) *compose.Stack {
	t.Helper()
	stack, err := compose.Load(t.Context(), []byte(file), []byte(example))
	require.NoError(t, err)
	return stack
}

// variables lists what the product reads.
func variables() []string { return config.Variables(config.Servers{}, config.Migrations{}) }

// processes tells what each service of ours reads.
func processes() map[string][]string {
	servers := config.Variables(config.Servers{})
	operators := config.Variables(config.JobsWeb{}) // for the scheduler alone
	others := slices.DeleteFunc(slices.Clone(servers), func(name string) bool { return slices.Contains(operators, name) })
	return map[string][]string{
		"api": others, "worker": others, "beat": servers, "migrate": {"MIGRATE_DATABASE_URL"},
	}
}

// faults are those of the whole stack.
func faults(s *compose.Stack) []string {
	all := append(s.Services(), s.Secrets()...)
	all = append(all, s.Documented(variables())...)
	return append(all, s.Given(processes())...)
}

func TestTheStackIsTheDesigns(t *testing.T) {
	t.Parallel()
	stack := load(t, read(t, "docker-compose.yml"), read(t, ".env.example"))
	for _, fault := range faults(stack) {
		t.Error(fault)
	}
}

func TestWhatProcessesAreGivenIsUsable(t *testing.T) {
	t.Parallel()
	stack := load(t, read(t, "docker-compose.yml"), read(t, ".env.example"))
	for _, name := range []string{"api", "worker", "beat"} {
		vars := make(map[string]string)
		for variable, value := range stack.Project.Services[name].Environment {
			if value != nil {
				vars[variable] = *value
			}
		}
		inside, err := config.ServersFromMap(vars)
		require.NoError(t, err, name)
		assert.Equal(t, ":8000", inside.Address, "reachable from outside the container")
		assert.Contains(t, inside.DatabaseURL, "//propflow_app:xxx", "not as the owner")
	}
	_, err := config.ServersFromMap(stack.Env)
	require.NoError(t, err, "outside Compose")
	assert.Contains(t, stack.Env["DATABASE_URL"], ":xxx", "the example's variables name each other")
	assert.Contains(t, stack.Env["MIGRATE_DATABASE_URL"], "propflow_owner:xxx")
}

func TestDotenvFillsEverySecret(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"scripts/dotenv", "docker-compose.yml", ".env.example"} {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(read(t, name)), 0o755))
	}
	run := func() (string, error) {
		said, err := exec.CommandContext(t.Context(), "sh", filepath.Join(folder, "scripts", "dotenv")).CombinedOutput()
		return string(said), err
	}
	said, err := run()
	require.NoError(t, err, said)

	made, err := os.ReadFile(filepath.Join(folder, ".env"))
	require.NoError(t, err)
	info, err := os.Stat(filepath.Join(folder, ".env"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "nobody else reads it")
	secrets := regexp.MustCompile(`(?m)^[A-Z_]*(?:PASSWORD|SECRET)[A-Z_]*=(.*)$`).FindAllStringSubmatch(string(made), -1)
	require.NotEmpty(t, secrets)
	seen := make(map[string]bool)
	for _, secret := range secrets {
		if secret[0] == "SMTP_PASSWORD=" {
			continue // its owner makes it, as with all vendors
		}
		assert.Regexp(t, "^[0-9a-f]{48}$", secret[1], secret[0])
		assert.False(t, seen[secret[1]], "each has its own")
		seen[secret[1]] = true
	}
	before, after := strings.Split(read(t, ".env.example"), "\n"), strings.Split(string(made), "\n")
	require.Len(t, after, len(before))
	for i := range before {
		assert.True(t, strings.HasPrefix(after[i], before[i]), "%q became %q", before[i], after[i])
	}

	said, err = run()
	require.Error(t, err, "it overwrites nothing")
	assert.Contains(t, said, "there already")
}
