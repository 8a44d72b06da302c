package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	read := byChance.ReplaceAllString(string(body), "")
	for what, text := range s {
		assert.NotContains(t, read, text, "%s: the owner reads %s", at, what)
	}
}

// byChance matches what may hold a secret's digits by chance: times of day, versions, that of the
// consent notice too, which is a day, and ports.
var byChance = regexp.MustCompile(`T[0-9:.]+Z|"version":"?[0-9-]+|127\.0\.0\.1:[0-9]+`)

// watched is a case whose owner reads everything after each step.
type watched struct {
	*stage
	id, front, amenity string
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

// shoot takes one photo with these bytes at home.
func (s *stage) shoot(t *testing.T, who, id string, data []byte, subject object) string {
	t.Helper()
	return s.shootAt(t, home, who, id, data, subject)
}

// shootAt takes one photo with these bytes at the place.
func (s *stage) shootAt(t *testing.T, place object, who, id string, data []byte, subject object) string {
	t.Helper()
	_, announced := s.announceAt(t, place, who, id, data, subject)
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
	w.before["the amount"] = strconv.FormatInt(amount, 10)
	w.act(t, valuer, "/valuations", object{
		"amount": object{"amount": amount, "currency": "INR"}, "methodology": "SALES_COMPARISON", "comparable_ids": sales,
		"rationale": "LAP-2026-000, for ₹1,85,43,217, and two sales of homes of the same size close by, all within the last three months.",
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
