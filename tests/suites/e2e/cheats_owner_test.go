package e2e_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/domain"
)

// awaitingSignOff returns a case that other borrowers' loans value and that waits for a second signature.
func (s *stage) awaitingSignOff(t *testing.T) *watched {
	t.Helper()
	w := s.watch(t)
	sales := s.lenderSales(t, w.never)
	w.act(t, owner, "/submission", nil)
	w.act(t, valuer, "/claim", nil)
	for _, photo := range []string{w.front, w.amenity} {
		w.act(t, valuer, "/photos/"+photo+"/flag-resolution", object{"decision": "ACCEPTED", "reason": whyAccepted})
	}
	w.act(t, valuer, "/flag", object{"reason": whyFlagged})
	w.value(t, sales, 19_876_543)
	return w
}

func trailBeforeTheDecision(t *testing.T, s *stage) {
	w := s.awaitingSignOff(t)
	staff := string(s.do(t, supervisor, http.MethodGet, property(w.id, "/audit"), nil).body)
	t.Log(staff)
	assert.Contains(t, staff, "19876543")
	assert.Contains(t, staff, string(domain.RiskFlagged))
	assert.Contains(t, staff, string(s.people[valuer].ID))
	seen := w.look(t, false)
	assert.Equal(t, http.StatusOK, seen[property(w.id, "/audit")].status)
	assert.Equal(t, http.StatusNotFound, seen[property(w.id, "/valuation")].status)
}

func otherBorrowers(t *testing.T, s *stage) {
	printer, err := report.New()
	require.NoError(t, err)
	s.ReportRenderer.RenderBy(printer)
	defer s.ReportRenderer.RenderBy(nil)
	w := s.awaitingSignOff(t)
	w.act(t, supervisor, "/sign-off", nil)
	s.idle(t)
	seen := w.look(t, true)
	valuation := seen[property(w.id, "/valuation")]
	assert.Contains(t, string(valuation.body), `"locality":"Indiranagar"`)
	assert.Contains(t, string(valuation.body), `"distance_km":0.5`)

	printed := text(t, seen[property(w.id, "/report")].body)
	assert.Contains(t, printed, "Indiranagar")
	assert.Contains(t, printed, "1,98,76,543")
	for what, secret := range w.never {
		for _, way := range []string{secret, strings.TrimPrefix(secret, ":")} {
			assert.NotContains(t, printed, way, "the report has %s", what)
		}
	}
	for _, near := range []string{"LAP-", "12.9735", "77.6428", "1,85,43,217"} {
		assert.NotContains(t, printed, near)
	}
}

// text returns the text of a PDF.
func text(t *testing.T, pdf []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	read, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
	require.NoError(t, err)
	return string(read)
}
