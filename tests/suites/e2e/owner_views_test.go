package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/pdftext"
)

// What staff type into a case for each other; no owner may read it.
const (
	whyAccepted = "Canary acceptance: the same as in the other case."
	whyRefused  = "Canary refusal: copied."
	whyFlagged  = "Canary flag: look at this owner."
	whyReturned = "Canary return: too high."
)

// secrets are the texts that no owner may read in a case, by what they are.
type secrets map[string]string

func (s secrets) readIn(t *testing.T, at string, body []byte) {
	t.Helper()
	for what, text := range s {
		assert.NotContains(t, string(body), text, "%s: the owner reads %s", at, what)
	}
}

// watched is a case whose owner reads everything after each step.
type watched struct {
	*stage
	id, front, amenity string
	amount             int64
	never              secrets
	before             secrets // until the decision
}

// lenderSales adds sales that are loans of other borrowers, and returns their ids.
func (s *stage) lenderSales(t *testing.T, never secrets) (ids []string) {
	t.Helper()
	now := s.on.Clock.Now()
	require.NoError(t, s.on.UnitOfWork.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		ids = nil
		for i := range 3 {
			c := domain.Comparable{
				ID: domain.ComparableID(s.on.IDs.New()), Source: domain.SourceLender, SourceID: fmt.Sprintf("LAP-2026-00%d", i), Type: domain.Apartment,
				Locality: "Indiranagar", City: "Bengaluru", Pincode: "560038", Location: domain.Point{Lat: 12.973511 + float64(i)/10_000, Lng: 77.642873},
				AreaSqFt: 1217 + 52*i, Price: domain.Rupees(18_543_217 + 913_131*i), SoldOn: domain.Date(now).AddDate(0, -2, 0), CreatedBy: s.people[admin].ID, CreatedAt: now,
			}
			if err := tx.Comparables.Add(ctx, c); err != nil {
				return err
			}
			ids = append(ids, string(c.ID))
			name := "of sale " + strconv.Itoa(i)
			never["the id "+name], never["the LAP number "+name] = string(c.ID), c.SourceID
			never["the price "+name], never["the area "+name] = strconv.FormatInt(int64(c.Price), 10), ":"+strconv.Itoa(c.AreaSqFt)
			never["the price in words "+name], never["the printed price "+name] = c.Price.InWords(), strings.TrimPrefix(c.Price.String(), "₹")
			never["the printed area "+name] = domain.Rupees(c.AreaSqFt).String()[len("₹"):]
			never["the latitude "+name] = strconv.FormatFloat(c.Location.Lat, 'f', -1, 64)
			never["the printed latitude "+name] = strconv.FormatFloat(c.Location.Lat, 'f', 5, 64)
		}
		return nil
	}))
	never["the longitude of the sales"] = "77.6428"
	day := domain.Date(now).AddDate(0, -2, 0)
	never["the day of the sales"], never["the printed day of the sales"] = day.Format("2006-01-02"), day.Format("2 Jan")
	never["that a sale is a loan"] = "ender's record"
	return ids
}

// shoot takes one photo with these bytes.
func (s *stage) shoot(t *testing.T, who, id string, data []byte, subject object) string {
	t.Helper()
	_, announced := s.announce(t, who, id, data, subject)
	s.upload(t, announced, data)
	photo := announced.field("photo.id")
	s.do(t, who, http.MethodPost, property(id, "/photos/", photo, "/completion"), nil)
	s.idle(t)
	return photo
}

// watch has a stranger take photos, and the owner submit the same pictures.
func (s *stage) watch(t *testing.T) *watched {
	t.Helper()
	w := &watched{stage: s, never: secrets{
		"why a photo was accepted": whyAccepted, "why a photo was refused": whyRefused, "why the case was flagged": whyFlagged,
		"why the valuation was returned": whyReturned, "that a photo is known": "SAME_PHOTO_ELSEWHERE",
	}, before: secrets{}}
	for name, user := range s.people {
		if name != owner {
			w.never["the id of the "+name] = string(user.ID)
		}
	}
	for _, risk := range s.doc.Components.Schemas["Risk"].Value.Enum {
		w.never["the risk "+risk.(string)] = risk.(string)
	}
	for _, name := range staffOnly(s) {
		w.never["the field "+name] = strconv.Quote(name) + ":"
	}
	other := s.draft(t, stranger)
	w.never["the other case"] = other
	for i, subject := range []object{front, {"type": "AMENITY"}} {
		w.never[fmt.Sprintf("the other photo %d", i)] = s.shoot(t, stranger, other, []byte(fmt.Sprintf("picture %d", i)), subject)
	}
	w.id = s.draft(t, owner)
	w.front = s.shoot(t, owner, w.id, []byte("picture 0"), front)
	w.amenity = s.shoot(t, owner, w.id, []byte("picture 1"), object{"type": "AMENITY"})
	s.photograph(t, owner, w.id, kitchen)
	s.consent(t, owner)
	return w
}

// staffOnly lists names of properties that the document marks as staff's and that are in no
// owner's schema under another meaning.
func staffOnly(s *stage) (names []string) {
	shown := map[string]bool{}
	for _, schema := range s.doc.Components.Schemas {
		if _, staff := schema.Value.Extensions["x-staff-only"]; !staff {
			for property := range schema.Value.Properties {
				shown[property] = true
			}
		}
	}
	for _, schema := range s.doc.Components.Schemas {
		for property, p := range schema.Value.Properties {
			_, inline := p.Value.Extensions["x-staff-only"]
			_, beside := p.Extensions["x-staff-only"]
			if (inline || beside) && !shown[property] {
				names = append(names, property)
			}
		}
	}
	return names
}

// look reads as the owner everything about the case that an owner can ask for, and returns it by
// path. Every answer, also an error, is searched for secrets.
func (w *watched) look(t *testing.T, decided bool) map[string]answer {
	t.Helper()
	seen := map[string]answer{}
	for _, path := range []string{
		property(w.id), property(w.id, "/photos"), property(w.id, "/photos/", w.front), property(w.id, "/photos/", w.amenity),
		property(w.id, "/audit"), property(w.id, "/valuation"), property(w.id, "/report"), property(w.id, "/valuations"), property(w.id, "/comparables"),
		property(w.id, "/valuation-suggestion"),
		"/api/v1/properties", "/api/v1/notifications", "/api/v1/notifications?property_id=" + w.id, "/api/v1/me", "/api/v1/consents", "/api/v1/queue",
	} {
		a := w.send(t, request{method: http.MethodGet, path: path, token: w.tokens[owner]})
		w.search(t, path, a, decided)
		seen[path] = a
	}
	return seen
}

func (w *watched) search(t *testing.T, at string, a answer, decided bool) {
	t.Helper()
	headers, err := json.Marshal(a.header)
	require.NoError(t, err)
	for _, part := range [][]byte{a.body, headers} {
		if strings.HasPrefix(string(part), "%PDF") {
			part = []byte(strings.Join(strings.Fields(pdftext.Read(t, part)), " "))
			require.Contains(t, string(part), "Comparable sales", "the real report")
		}
		w.never.readIn(t, at, part)
		if !decided {
			w.before.readIn(t, at, part)
		}
	}
}

// act does something as somebody, and as the owner with the answer searched.
func (w *watched) act(t *testing.T, who, path string, body any) answer {
	t.Helper()
	a := w.do(t, who, http.MethodPost, property(w.id, path), body)
	if who == owner {
		w.search(t, path, a, false)
	}
	return a
}

// value values the case by the lender's sales at an amount of its own.
func (w *watched) value(t *testing.T, sales []string, amount int64) {
	t.Helper()
	w.amount = amount
	w.before["the amount"] = strconv.FormatInt(amount, 10)
	w.act(t, valuer, "/valuations", object{
		"amount": object{"amount": amount, "currency": "INR"}, "methodology": "SALES_COMPARISON", "comparable_ids": sales,
		"rationale": "LAP-2026-000, for ₹1,85,43,217, and two sales of homes of the same size close by, all within the last three months.",
	})
}

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

// unclocked is look without what time alone changes: the clock of the SLA, and links, which are
// signed anew each time.
func (w *watched) unclocked(t *testing.T) map[string]string {
	t.Helper()
	seen := map[string]string{}
	for path, a := range w.look(t, false) {
		var value any
		require.NoError(t, json.Unmarshal(a.body, &value))
		without(value, "sla", "links", "request_id")
		text, err := json.Marshal(value)
		require.NoError(t, err)
		seen[path] = a.header.Get("ETag") + " " + string(text)
	}
	return seen
}

// without removes the fields from a value of JSON, at any depth.
func without(value any, names ...string) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range names {
			delete(v, name)
		}
		for _, inner := range v {
			without(inner, names...)
		}
	case []any:
		for _, inner := range v {
			without(inner, names...)
		}
	}
}
