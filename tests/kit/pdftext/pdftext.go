package pdftext

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/kit/servers"
)

// Read returns the text of a PDF by pdftotext with these options. Without that program the test
// is skipped, or fails if REQUIRE_REAL=1.
func Read(t testing.TB, pdf []byte, options ...string) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		servers.Require(t, fmt.Errorf("%w: no pdftotext (Debian: apt-get install poppler-utils)", servers.ErrMissing))
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	text, err := exec.CommandContext(t.Context(), "pdftotext", append(options, file, "-")...).Output()
	require.NoError(t, err)
	return string(text)
}
