package e2e_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/report"
)

// awaitingSignOff values a watched case by the sales. TestOwnersNeverReadWhatIsTheStaffs goes
// through all its states.
func (w *watched) awaitingSignOff(t *testing.T, sales []string) {
	t.Helper()
	for _, photo := range []string{w.front, w.amenity} {
		w.act(t, valuer, "/photos/"+photo+"/flag-resolution", object{"decision": "ACCEPTED", "reason": whyAccepted})
	}
	w.act(t, valuer, "/flag", object{"reason": whyFlagged})
	w.value(t, sales, 19_876_543)
}

func trailBeforeTheDecision(t *testing.T, s *stage) {
	w := s.watch(t)
	w.act(t, owner, "/submission", nil)
	w.act(t, valuer, "/claim", nil)
	w.awaitingSignOff(t, s.appraisal(t, valuer, w.id)["comparable_ids"].([]string))
	staff := string(s.do(t, supervisor, http.MethodGet, property(w.id, "/audit"), nil).body)
	assert.Contains(t, staff, w.before["the amount"])
	assert.Contains(t, staff, w.never["the id of the valuer"])
	seen := w.look(t, false)
	assert.Equal(t, http.StatusOK, seen[property(w.id, "/audit")].status)
	assert.Equal(t, http.StatusNotFound, seen[property(w.id, "/valuation")].status)
	w.act(t, owner, "/withdrawal", nil)
}

func otherBorrowers(t *testing.T, s *stage) {
	printer, err := report.New()
	require.NoError(t, err)
	s.prints.real.Store(printer)
	defer s.prints.real.Store(nil)
	w := s.watch(t)
	w.act(t, owner, "/submission", nil)
	w.act(t, valuer, "/claim", nil)
	w.awaitingSignOff(t, s.lenderSales(t, w.never))
	w.act(t, supervisor, "/sign-off", nil)
	s.idle(t)
	seen := w.look(t, true)
	assert.Contains(t, string(seen[property(w.id, "/valuation")].body), `"locality":"Indiranagar"`)
	assert.Equal(t, "application/pdf", seen[property(w.id, "/report")].header.Get("Content-Type"))
}
