package imaging_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/ports"
)

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
