package workflows_test

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// ecosystems are those of Dependabot by the file that names what is used.
var ecosystems = map[string]string{"go.mod": "gomod", "package.json": "npm", "Dockerfile": "docker", "docker-compose.yml": "docker-compose"}

// TestNewVersionsAreLookedForEverywhere compares the folders that Dependabot looks into with those
// that have something to look for.
func TestNewVersionsAreLookedForEverywhere(t *testing.T) {
	t.Parallel()
	var config struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(text(t, ".github/dependabot.yml")), &config))
	looked := map[string][]string{}
	for _, u := range config.Updates {
		if u.Directory != "" {
			u.Directories = append(u.Directories, u.Directory)
		}
		looked[u.Ecosystem] = append(looked[u.Ecosystem], u.Directories...)
	}
	delete(looked, "github-actions") // which are in one folder
	used := map[string][]string{}
	require.NoError(t, filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if entry != nil && entry.IsDir() && slices.Contains([]string{"node_modules", "testdata", ".git"}, entry.Name()) {
			return filepath.SkipDir
		}
		if ecosystem := ecosystems[filepath.Base(name)]; ecosystem != "" {
			folder, err := filepath.Rel(root, filepath.Dir(name))
			require.NoError(t, err)
			used[ecosystem] = append(used[ecosystem], path.Join("/", filepath.ToSlash(folder)))
		}
		return err
	}))
	for ecosystem, folders := range used {
		assert.ElementsMatch(t, folders, looked[ecosystem], ecosystem)
	}
	assert.Len(t, looked, len(used))
}
