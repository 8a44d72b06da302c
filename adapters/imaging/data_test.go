package imaging_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/ports"
)

// dataFolder returns a folder of the shared data, which is not part of the repository. It
// skips the test where the folder is absent.
func dataFolder(t testing.TB, elem ...string) string {
	t.Helper()
	folder := filepath.Join(append([]string{dataRoot()}, elem...)...)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no shared data at %s (set PROPFLOW_DATA)", folder)
	}
	return folder
}

func dataRoot() string {
	if root := os.Getenv("PROPFLOW_DATA"); root != "" {
		return root
	}
	return filepath.Join("..", "..", "..", "shared", "data")
}

// readCSV returns the rows of a CSV file as maps from column to value.
func readCSV(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.NotEmpty(t, records)
	rows := make([]map[string]string, 0, len(records)-1)
	for _, record := range records[1:] {
		row := make(map[string]string, len(record))
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// inspectFile inspects a file that must not make the inspector itself fail.
func inspectFile(t testing.TB, inspector *imaging.Inspector, path string) ports.PhotoInspection {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	found, err := inspector.Inspect(t.Context(), bytes.NewReader(data))
	require.NoError(t, err, path)
	return found
}
