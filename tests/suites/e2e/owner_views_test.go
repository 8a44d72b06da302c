package e2e_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/report"
)

// TestOwnersNeverReadWhatIsTheStaffs drives a case with a risk through all states. After each step
// its owner reads everything, and the live events with it.
func TestOwnersNeverReadWhatIsTheStaffs(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		stream := s.stream(t, owner)
		renderer, err := report.New()
		require.NoError(t, err)
		s.prints.real.Store(renderer)
		w := s.watch(t)
		sales := s.lenderSales(t, w.never)
		w.look(t, false)
		w.act(t, owner, "/submission", nil)
		w.look(t, false)
		w.act(t, valuer, "/claim", nil)
		w.look(t, false)
		w.act(t, valuer, "/follow-ups", question)
		w.look(t, false)
		var asked struct {
			FollowUps []struct{ Items []struct{ ID string } } `json:"follow_ups"`
		}
		require.NoError(t, json.Unmarshal(s.do(t, owner, http.MethodGet, property(w.id), nil).body, &asked))
		w.act(t, owner, "/follow-ups/answer", object{"answers": []object{{"item_id": asked.FollowUps[0].Items[0].ID, "text": "No."}}})
		w.look(t, false)
		w.act(t, valuer, "/claim", nil)
		w.act(t, valuer, "/photos/"+w.front+"/flag-resolution", object{"decision": "ACCEPTED", "reason": whyAccepted})
		w.act(t, valuer, "/photos/"+w.amenity+"/flag-resolution", object{"decision": "REFUSED", "reason": whyRefused})
		w.act(t, valuer, "/flag", object{"reason": whyFlagged})
		w.look(t, false)
		w.value(t, sales, 19_876_543)
		assert.Equal(t, "AWAITING_SIGN_OFF", w.look(t, false)[property(w.id)].field("state"))
		w.act(t, supervisor, "/return", object{"reason": whyReturned})
		w.never["the returned amount"] = w.before["the amount"]
		w.look(t, false)
		w.value(t, sales, 18_765_432)
		seen := w.look(t, false)
		assert.Equal(t, http.StatusNotFound, seen[property(w.id, "/valuation")].status)
		assert.Equal(t, http.StatusConflict, seen[property(w.id, "/report")].status)
		assert.NotContains(t, string(seen[property(w.id, "/audit")].body), "head_hash")
		assert.NotContains(t, string(seen[property(w.id, "/photos")].body), `"resolution"`)
		w.act(t, supervisor, "/sign-off", nil)
		w.look(t, true)
		s.idle(t)

		seen = w.look(t, true)
		assert.Equal(t, "VALUED", seen[property(w.id)].field("state"))
		assert.Contains(t, string(seen[property(w.id, "/valuation")].body), `"amount":18765432`)
		assert.Contains(t, string(seen[property(w.id, "/valuation")].body), "sale 1, for ₹[…], and two sales")
		assert.Contains(t, string(seen[property(w.id, "/photos")].body), `"resolution":{"at":`)
		var trail struct{ Entries []struct{ Hash string } }
		require.NoError(t, json.Unmarshal(s.do(t, supervisor, http.MethodGet, property(w.id, "/audit"), nil).body, &trail))
		assert.Equal(t, trail.Entries[len(trail.Entries)-1].Hash, seen[property(w.id, "/audit")].field("head_hash"))
		stream(t, w)
	})
}

// stream opens the owner's live events. The returned function reads them up to the report, and
// holds each against the document.
func (s *stage) stream(t *testing.T, who string) func(t *testing.T, w *watched) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/v1/events", nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+s.tokens[who])
	response, err := s.client.Do(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	lines := bufio.NewScanner(response.Body)
	names := s.doc.Components.Schemas["OwnerEventName"].Value
	data := s.doc.Components.Schemas["OwnerEvent"].Value
	return func(t *testing.T, w *watched) {
		t.Helper()
		var name string
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "id: ") {
				continue // on memory, ids of events are like those of people
			}
			w.never.readIn(t, "the stream", lines.Bytes())
			w.before.readIn(t, "the stream", lines.Bytes())
			if event, is := strings.CutPrefix(lines.Text(), "event: "); is {
				name = event
				require.NoError(t, names.VisitJSON(name))
			}
			text, is := strings.CutPrefix(lines.Text(), "data: ")
			if !is || text == "{}" {
				continue
			}
			var value any
			require.NoError(t, json.Unmarshal([]byte(text), &value))
			require.NoError(t, data.VisitJSON(value), "%s: %s", name, text)
			if name == "report.stored" {
				return
			}
		}
		require.Fail(t, "the stream ended before the report", "%v", lines.Err())
	}
}

// TestOwnersSeeNothingOfTheStaffsWork compares what the owner reads before and after what staff
// do about a case without its owner.
func TestOwnersSeeNothingOfTheStaffsWork(t *testing.T) {
	onBothStages(t, func(t *testing.T, s *stage) {
		w := s.watch(t)
		w.act(t, owner, "/submission", nil)
		w.act(t, valuer, "/claim", nil)
		s.idle(t) // the messages about it are sent
		before := w.unclocked(t)
		for _, work := range []struct {
			path string
			body any
		}{
			{"/claim/heartbeat", nil},
			{"/flag", object{"reason": whyFlagged}},
			{"/photos/" + w.front + "/flag-resolution", object{"decision": "ACCEPTED", "reason": whyAccepted}},
			{"/photos/" + w.amenity + "/flag-resolution", object{"decision": "REFUSED", "reason": whyRefused}},
		} {
			w.act(t, valuer, work.path, work.body)
			assert.Equal(t, before, w.unclocked(t), "the owner sees %s", work.path)
		}
		s.shoot(t, stranger, s.draft(t, stranger), []byte("picture 0"), front)
		assert.Equal(t, before, w.unclocked(t), "the owner sees a later case with the same picture")
	})
}
