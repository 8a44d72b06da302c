package domain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

var gate = domain.Point{Lat: 19.1197, Lng: 72.8464}

// metresNorth returns the point so many metres north of the gate.
func metresNorth(m float64) domain.Point {
	return domain.Point{Lat: gate.Lat + m/111_195, Lng: gate.Lng}
}

// flat is a submitted case about flat 302 of tower A.
func flat(id domain.PropertyID, change ...func(*domain.LinkCandidate)) domain.LinkCandidate {
	c := domain.LinkCandidate{
		ID: id, OwnerID: domain.UserID("owner of " + id), Type: domain.Apartment, State: domain.Submitted,
		Address: domain.Address{Line1: "Flat No. 302, Tower A", Line2: "Sunshine Residency"}, AreaSqFt: 1000,
		Location: &domain.Location{Point: gate, AccuracyM: 10}, SubmittedAt: t0,
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func lines(line1 string) func(*domain.LinkCandidate) {
	return func(c *domain.LinkCandidate) { c.Address = domain.Address{Line1: line1} }
}

func pinned(m, accuracy float64) func(*domain.LinkCandidate) {
	return func(c *domain.LinkCandidate) {
		c.Location = &domain.Location{Point: metresNorth(m), AccuracyM: accuracy}
	}
}

func named(ref string) func(*domain.LinkCandidate) {
	return func(c *domain.LinkCandidate) { c.ExternalRef = ref }
}

func sized(kind domain.PropertyType, area int) func(*domain.LinkCandidate) {
	return func(c *domain.LinkCandidate) { c.Type, c.AreaSqFt = kind, area }
}

func nowhere(c *domain.LinkCandidate) { c.Location = nil }

func TestSameProperty(t *testing.T) {
	t.Parallel()
	vague := lines("Near the temple")
	for name, c := range map[string]struct {
		a, b domain.LinkCandidate
		same bool
	}{
		"another spelling":            {flat("a"), flat("b", lines("A-302, Sunshine Resi")), true},
		"another tower":               {flat("a"), flat("b", lines("B-302, Sunshine Residency")), false},
		"another type":                {flat("a"), flat("b", sized(domain.Commercial, 5000)), true},
		"just near":                   {flat("a"), flat("b", pinned(69.9, 10)), true},
		"just not near":               {flat("a"), flat("b", pinned(70.1, 10)), false},
		"imprecise, just near":        {flat("a"), flat("b", pinned(249.9, 1000)), true},
		"imprecise, far":              {flat("a"), flat("b", pinned(250.1, 1000)), false},
		"unknown accuracy, just near": {flat("a"), flat("b", pinned(249.9, 0)), true},
		"no pin":                      {flat("a"), flat("b", nowhere), false},
		"one reference, far away":     {flat("a", named("LOS-1")), flat("b", named("LOS-1"), pinned(1e6, 1), lines("7")), true},
		"one reference, no pin":       {flat("a", named("LOS-1"), nowhere), flat("b", named("LOS-1")), true},
		"no references":               {flat("a", lines("1")), flat("b", lines("2")), false},
		"other references, one unit":  {flat("a", named("LOS-1")), flat("b", named("LOS-2")), true},
		"vague, of one size":          {flat("a", vague), flat("b"), true},
		"both vague":                  {flat("a", vague), flat("b", lines("S V Road")), true},
		"vague, just of one size":     {flat("a", vague), flat("b", sized(domain.Apartment, 980)), true},
		"vague, of another size":      {flat("a", vague), flat("b", sized(domain.Apartment, 979)), false},
		"vague, of another type":      {flat("a", vague), flat("b", sized(domain.House, 1000)), false},
		"vague and far":               {flat("a", vague), flat("b", pinned(80, 10)), false},
		"vague, of no size":           {flat("a", vague, sized(domain.Apartment, 0)), flat("b", sized(domain.Apartment, 0)), false},
	} {
		assert.Equal(t, c.same, c.a.SameProperty(c.b), name)
		assert.Equal(t, c.same, c.b.SameProperty(c.a), "%s, from the other side", name)
	}
}

// TestTwoTowersOnOnePin submits every flat of two towers in every spelling.
func TestTwoTowersOnOnePin(t *testing.T) {
	t.Parallel()
	var all []domain.LinkCandidate
	for i, style := range []int{0, 1, 3} {
		for _, tower := range []string{"A", "B"} {
			for n := range 200 {
				number := (n/10+1)*100 + n%10 + 1
				id := domain.PropertyID(fmt.Sprint(tower, number, "/", i))
				all = append(all, flat(id, lines(styles[style](tower, number))))
			}
		}
	}
	found, wrong := 0, 0
	for _, c := range all[:400] {
		for _, link := range c.PropertyLinks(all) {
			if link.With == c.ID {
				continue // a store does not find the case itself
			}
			if found++; link.With[:4] != c.ID[:4] && link.With[:5] != c.ID[:5] {
				wrong++
			}
		}
	}
	t.Logf("400 flats, %d links of other spellings, %d false", found, wrong)
	assert.Equal(t, 800, found)
	assert.Zero(t, wrong)
}

func TestSamePropertyIsSymmetric(t *testing.T) {
	t.Parallel()
	draw := func(t *rapid.T, id domain.PropertyID) domain.LinkCandidate {
		return flat(id, lines(rapid.SampledFrom([]string{"", "302 A", "A-302", "302", "Near 7", "temple"}).Draw(t, "line")),
			pinned(rapid.Float64Range(0, 400).Draw(t, "m"), rapid.Float64Range(0, 300).Draw(t, "accuracy")),
			named(rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "ref")),
			sized(rapid.SampledFrom(domain.PropertyTypes).Draw(t, "type"), rapid.IntRange(0, 60).Draw(t, "area")))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		assert.Equal(t, a.SameProperty(b), b.SameProperty(a))
		assert.Len(t, a.PropertyLinks([]domain.LinkCandidate{b}), len(b.PropertyLinks([]domain.LinkCandidate{a})))
	})
}

func TestWhichCasesCount(t *testing.T) {
	t.Parallel()
	now := t0.AddDate(2, 0, 0)
	search := domain.Property{ID: "p"}.LinkSearch(nil, now)
	year := now.AddDate(-1, 0, 0)
	for _, state := range domain.States {
		open := state != domain.Draft && state != domain.Valued && state != domain.Rejected && state != domain.Withdrawn
		recent := state == domain.Valued || state == domain.Rejected
		for _, c := range []struct {
			owner   domain.UserID
			decided time.Time
			counts  bool
		}{
			{"other", year, open || recent},
			{"other", year.Add(-time.Second), open},
			{"me", year.AddDate(0, 11, 0), open},
		} {
			other := flat("q", func(l *domain.LinkCandidate) { l.State, l.OwnerID, l.DecidedAt = state, c.owner, c.decided })
			mine := flat("p", func(l *domain.LinkCandidate) { l.OwnerID = "me" })
			linked := search.Finds(other) && len(mine.PropertyLinks([]domain.LinkCandidate{other})) == 1
			assert.Equal(t, c.counts, linked, "%s of %s, decided %s", state, c.owner, c.decided)
			pictured := search.Finds(other) && len(mine.PictureCandidates([]domain.LinkCandidate{other}, []domain.Photo{{LinkedTo: []domain.PropertyID{"q"}}})) == 1
			assert.Equal(t, c.counts, pictured, "%s of %s, decided %s", state, c.owner, c.decided)
		}
	}
	assert.False(t, search.Finds(flat("p")), "a case is not linked to itself")
}

func TestNearestLinks(t *testing.T) {
	t.Parallel()
	link := func(kind domain.LinkKind, id string, m float64) domain.Link {
		l := domain.Link{Kind: kind, With: domain.PropertyID(id)}
		if m >= 0 {
			l.DistanceM = &m
		}
		return l
	}
	var links []domain.Link
	for n := range 30 {
		links = append(links, link(domain.LinkSameProperty, fmt.Sprintf("p%02d", n), float64(30-n)))
	}
	links = append(links, link(domain.LinkSamePhoto, "no pin", -1), link(domain.LinkSamePhoto, "far", 1e6))
	nearest := domain.NearestLinks(links)
	require.Len(t, nearest, domain.MaxLinks)
	assert.Equal(t, domain.PropertyID("p29"), nearest[0].With)
	assert.Equal(t, domain.PropertyID("p11"), nearest[18].With)
	assert.Equal(t, domain.PropertyID("far"), nearest[19].With, "neighbours hide no picture")
	assert.Len(t, links, 32)
	assert.Equal(t, domain.PropertyID("p00"), links[0].With, "the argument is unchanged")
	assert.Len(t, domain.NearestLinks(links[28:]), 4)
	assert.Equal(t, domain.PropertyID("no pin"), domain.NearestLinks(links[28:])[3].With)
}

func TestPhotoLinks(t *testing.T) {
	t.Parallel()
	a, b := flat("a"), flat("b", func(c *domain.LinkCandidate) { c.SubmittedAt = t0.Add(time.Hour) })
	mine := domain.Photo{ID: "mine", LinkedTo: []domain.PropertyID{"b"}, Facts: domain.ImageFacts{SHA256: "1"}, InspectedAt: t0.Add(2 * time.Hour)}
	theirs := domain.Photo{ID: "theirs", LinkedTo: []domain.PropertyID{"a"}, Facts: domain.ImageFacts{SHA256: "1"}, InspectedAt: t0}
	link, linked := a.PhotoLink(b, []domain.Photo{{ID: "x"}, mine}, []domain.Photo{theirs})
	require.True(t, linked)
	assert.Equal(t, []domain.PhotoPair{{Own: "mine", Other: "theirs"}}, link.Photos)
	assert.Equal(t, t0.Add(2*time.Hour), link.Since)
	for name, change := range map[string]func(){
		"another picture":    func() { theirs.Facts.SHA256 = "2" },
		"not measured":       func() { theirs.Facts.SHA256, mine.Facts.SHA256 = "", "" },
		"linked to another":  func() { theirs.LinkedTo = []domain.PropertyID{"c"} },
		"linked by one side": func() { theirs.LinkedTo = []domain.PropertyID{"a"}; mine.LinkedTo = nil },
	} {
		before, after := mine, theirs
		change()
		_, linked = a.PhotoLink(b, []domain.Photo{mine}, []domain.Photo{theirs})
		assert.False(t, linked, name)
		mine, theirs = before, after
	}
}

func TestLinkEvents(t *testing.T) {
	t.Parallel()
	links := []domain.Link{
		{Kind: domain.LinkSamePhoto, With: "open", State: domain.UnderReview}, {Kind: domain.LinkSameProperty, With: "open", State: domain.UnderReview},
		{With: "approved", State: domain.Approved}, {With: "valued", State: domain.Valued}, {With: "rejected", State: domain.Rejected},
	}
	events := domain.LinkEvents(links, t0)
	require.Len(t, events, 2)
	assert.Equal(t, domain.Event{
		Action: domain.ActionLinked, PropertyID: "open", State: domain.UnderReview, At: t0, Roles: []domain.Role{domain.RoleValuer, domain.RoleSupervisor},
	}, events[0])
	assert.Equal(t, domain.PropertyID("approved"), events[1].PropertyID)
	assert.False(t, events[0].VisibleTo(owner))
}
