package arch

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// root of the repository, seen from this folder.
const root = "../../.."

// withoutUseCase names the operations that only report on the process or hand out
// what the server holds anyway.
var withoutUseCase = []string{
	"getHealth", "getLiveness", "getReadiness", "getStatus", "listDemoMessages", "listDemoStaff", "streamEvents",
}

func TestImports(t *testing.T) {
	t.Parallel()
	packages, err := List(root, "")
	require.NoError(t, err)
	assert.Empty(t, CheckImports(House, packages))
	assert.Empty(t, CheckDocs(packages))
}

func TestOperations(t *testing.T) {
	t.Parallel()
	operations, err := Operations(filepath.Join(root, "openapi.yaml"))
	require.NoError(t, err)
	useCases, err := UseCases(root)
	require.NoError(t, err)
	handlers, err := Handlers(root)
	require.NoError(t, err)
	assert.Empty(t, CheckOperations(operations, useCases, handlers, withoutUseCase))
}

func TestNothingUnfinished(t *testing.T) {
	t.Parallel()
	var files int
	require.NoError(t, WalkGo(root, func(name string, text []byte) {
		files++
		assert.Empty(t, CheckWords(name, text))
	}))
	assert.Positive(t, files)
}

// plant lays files over the repository that are not there and lists it with them.
func plant(t *testing.T, files map[string]string) []Package {
	t.Helper()
	house, err := filepath.Abs(root)
	require.NoError(t, err)
	folder := t.TempDir()
	replace := map[string]string{}
	for name, text := range files {
		planted := filepath.Join(folder, filepath.Base(name))
		require.NoError(t, os.WriteFile(planted, []byte(text), 0o600))
		replace[filepath.Join(house, filepath.FromSlash(name))] = planted
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(folder, "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	packages, err := List(root, file)
	require.NoError(t, err)
	return packages
}

func TestPlantedFilesAreFound(t *testing.T) {
	t.Parallel()
	packages := plant(t, map[string]string{
		"domain/planted_one.go":             "package domain\n\nimport _ \"github.com/google/uuid\"\n",
		"domain/intake/planted_two.go":      "package intake\n\nimport _ \"" + Module + "/domain/review\"\n",
		"ports/planted_three_test.go":       "package ports_test\n\nimport _ \"" + Module + "/app\"\n",
		"domain/model/kpi/planted_six.go":   "package kpi\n\nimport _ \"" + Module + "/ports\"\n",
		"adapters/twilio/planted_four.go":   "package twilio\n\nimport _ \"" + Module + "/adapters/vision\"\n",
		"adapters/s3/planted_five.go":       "package s3\n\nimport _ \"" + Module + "/adapters/internal/httpcall\"\n",
		"domain/stray/deeper/planted_it.go": "package deeper\n",
	})
	faults := CheckImports(House, packages)
	assert.Contains(t, faults, "domain imports github.com/google/uuid")
	assert.Contains(t, faults, "domain/intake imports domain/review")
	assert.Contains(t, faults, "domain/model/kpi imports ports")
	assert.Contains(t, faults, "a test of ports imports app")
	assert.Contains(t, faults, "adapters/twilio imports adapters/vision")
	assert.Contains(t, faults, "adapters/s3 imports adapters/internal/httpcall")
	assert.Contains(t, faults, "domain/stray/deeper: no rule names this package")
	assert.Contains(t, CheckDocs(packages), "domain/stray/deeper has no doc.go")
}
