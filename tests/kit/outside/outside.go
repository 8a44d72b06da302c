package outside

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a file or folder of the outside data: below the folder that
// PROPFLOW_DATA names, or if that is not set, below shared/data beside the repository. It skips
// the test if there is no such file.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{root(t)}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("skipped: no outside data at %s (PROPFLOW_DATA)", path)
	}
	return path
}

func root(t testing.TB) string {
	t.Helper()
	if named := os.Getenv("PROPFLOW_DATA"); named != "" {
		return named
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for folder != filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		folder = filepath.Dir(folder)
	}
	return filepath.Join(folder, "..", "shared", "data")
}
