package model

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// oracle looks at the world after every commit. It states the rules in its own words, on the truth
// that the model knows; it calls neither domain.Gate nor what that is made of.
type oracle struct {
	world *world
	now   view
	// memory has the last verdict of each photo by the pins within reach of it and by the others.
	memory map[domain.PhotoID]places
	moved  map[domain.PropertyID]*pinTruth
	broken string // the first rule that was broken
}

// view is the world at one moment.
type view struct {
	at       time.Time
	ids      []domain.PropertyID
	cases    map[domain.PropertyID]kase
	settings domain.Settings
	users    map[domain.UserID]domain.User
}

// kase is a property with what belongs to it.
type kase struct {
	domain.Property
	photos    []domain.Photo
	valuation *domain.Valuation // in force, nil if there is none
}

// photo returns the photo with the id, nil if there is none.
func (k kase) photo(id domain.PhotoID) *domain.Photo {
	if i := slices.IndexFunc(k.photos, func(p domain.Photo) bool { return p.ID == id }); i >= 0 {
		return &k.photos[i]
	}
	return nil
}

// places are what was last seen of a photo by the side of the limit of distance at which the pin was.
type places map[bool]verdict

type verdict struct {
	status     domain.PhotoStatus
	findings   []domain.Finding
	resolution *domain.FlagResolution
}

func (v verdict) refused() bool {
	return v.resolution != nil && v.resolution.Decision == domain.FlagRefused
}

func (v verdict) equal(other verdict) bool {
	notIn := func(findings []domain.Finding) func(domain.Finding) bool {
		return func(f domain.Finding) bool { return !slices.Contains(findings, f) }
	}
	return v.status == other.status && reflect.DeepEqual(v.resolution, other.resolution) &&
		!slices.ContainsFunc(v.findings, notIn(other.findings)) && !slices.ContainsFunc(other.findings, notIn(v.findings))
}

// pinTruth is how far a pin was moved since the submission.
type pinTruth struct {
	first domain.Point
	most  float64 // metres
}

// fail records that a rule is broken.
func (o *oracle) fail(k kase, format string, args ...any) {
	if o.broken == "" {
		o.broken = fmt.Sprintf("case %s (%s): %s", k.ID, k.State, fmt.Sprintf(format, args...))
	}
}

// look compares the world with what it was, and judges what changed.
func (o *oracle) look() {
	before := o.now
	now, err := o.read()
	if err != nil {
		o.broken = err.Error()
		return
	}
	o.now = now
	for _, id := range now.ids {
		was, is := before.cases[id], now.cases[id]
		o.world.tally.state(id, is.State)
		if unchanged(was, is) {
			continue
		}
		o.followPin(is)
		o.judgePhotos(was, is)
		switch {
		case is.State == domain.Submitted && (was.State == domain.Draft || was.State == domain.FollowUpRequired):
			o.judgeEvidence(is, false)
		case is.State == was.State:
		case is.State == domain.AwaitingSignOff, is.State == domain.Approved:
			o.judgeDecision(was, is)
		}
		if is.State == domain.Approved || is.State == domain.Valued {
			o.judgeEvidence(is, true)
			o.judgeSignatures(is)
		}
	}
	for _, id := range before.ids {
		if was := before.cases[id]; was.State != domain.Draft && now.cases[id].ID == "" {
			o.fail(was, "it disappeared")
		}
	}
}

func (o *oracle) read() (view, error) {
	return ports.InTx(context.Background(), o.world.Store, func(ctx context.Context, tx ports.Tx) (view, error) {
		v := view{at: o.world.Clock.Now(), cases: make(map[domain.PropertyID]kase), users: make(map[domain.UserID]domain.User)}
		all, err := tx.Inventory.Properties(ctx, "", 1000)
		if err != nil {
			return view{}, err
		}
		for _, id := range all {
			p, err := tx.Properties.Get(ctx, id)
			if err != nil {
				return view{}, err
			}
			k := kase{Property: p}
			if k.photos, err = tx.Photos.ByProperty(ctx, p.ID); err != nil {
				return view{}, err
			}
			if p.Valuation != "" {
				valuation, err := tx.Valuations.Get(ctx, p.Valuation)
				if err != nil {
					return view{}, err
				}
				k.valuation = &valuation
			}
			v.ids, v.cases[p.ID] = append(v.ids, p.ID), k
		}
		staff, err := tx.Users.Staff(ctx, domain.Page{Limit: 100})
		if err != nil {
			return view{}, err
		}
		for _, u := range staff.Items {
			v.users[u.ID] = u
		}
		v.settings, err = tx.Settings.Get(ctx)
		return v, err
	})
}

// unchanged reports whether nothing of a case was written.
func unchanged(was, is kase) bool {
	return was.Version == is.Version &&
		(was.valuation == nil) == (is.valuation == nil) &&
		(was.valuation == nil || was.valuation.Version == is.valuation.Version) &&
		slices.EqualFunc(was.photos, is.photos, func(a, b domain.Photo) bool { return a.ID == b.ID && a.Version == b.Version })
}

// followPin remembers how far the pin was moved since the submission.
func (o *oracle) followPin(k kase) {
	pin := k.Details.Location
	if k.SubmittedAt.IsZero() || pin == nil {
		return
	}
	m := o.moved[k.ID]
	if m == nil {
		m = &pinTruth{first: pin.Point}
		o.moved[k.ID] = m
	}
	m.most = max(m.most, metres(m.first, pin.Point))
}

// judgePhotos: every verdict fits the present pin, the one that ended comes back with the pin, a
// refusal outlives every move, and evidence stays.
func (o *oracle) judgePhotos(was, is kase) {
	for _, old := range was.photos {
		p := is.photo(old.ID)
		switch {
		case p == nil && was.ID == is.ID && judged(old) && !old.CreatedAt.After(is.SubmittedAt) && was.State != domain.Draft:
			o.fail(is, "photo %s, which was submitted, is gone", old.ID)
		case p != nil && refused(old) && !refused(*p) && is.State != domain.UnderReview:
			o.fail(is, "the refusal of photo %s is gone", p.ID)
		}
	}
	pin := is.Details.Location
	for _, p := range is.photos {
		truth := o.world.files[p.Announced.SHA256]
		if !judged(p) || p.ReplacedBy != "" || truth.Broken {
			continue
		}
		far := pin != nil && p.Subject.Type != domain.PhotoDocument && truth.beyond(pin.Point)
		if far != slices.Contains(p.Findings, domain.Finding{Code: domain.FindingTooFar, Outcome: domain.OutcomeFailed}) {
			o.fail(is, "photo %s (%s, at %v) is beyond reach of the pin %v: %v, its findings are %v", p.ID, p.Status, truth.Place, pin, far, p.Findings)
		}
		hopeless := truth.Light < 40 || far
		doubtful := truth.Place == nil && p.Subject.Type != domain.PhotoDocument || truth.AccuracyM > 1000 && p.Subject.Type != domain.PhotoDocument
		if hopeless && p.Status != domain.PhotoFailed || doubtful && p.Status == domain.PhotoPassed {
			o.fail(is, "photo %s is %s; hopeless: %v, doubtful: %v", p.ID, p.Status, hopeless, doubtful)
		}
		o.compareWithMemory(was, is, p, far)
	}
}

// compareWithMemory: a pin that comes back brings the verdict back, but no refusal that a valuer took back
// meanwhile.
func (o *oracle) compareWithMemory(was, is kase, p domain.Photo, far bool) {
	present := verdict{p.Status, p.Findings, p.Resolution}
	known := o.memory[p.ID]
	if known == nil {
		known = make(places)
		o.memory[p.ID] = known
	}
	if before := was.photo(p.ID); before != nil && refused(*before) && !refused(p) { // taken back, whatever the pin
		if other, seen := known[!far]; seen && other.refused() {
			other.resolution = nil
			known[!far] = other
		}
	}
	if last, seen := known[far]; seen && pinMoved(was, is) && !present.refused() && !last.equal(present) {
		o.fail(is, "the pin came back, but photo %s is %v, %v and was %v, %v", p.ID, present, present.resolution, last, last.resolution)
	}
	known[far] = present
}

func pinMoved(was, is kase) bool {
	return !reflect.DeepEqual(was.Details.Location, is.Details.Location)
}

func judged(p domain.Photo) bool {
	return p.Status == domain.PhotoPassed || p.Status == domain.PhotoFlagged || p.Status == domain.PhotoFailed
}

func refused(p domain.Photo) bool {
	return p.Resolution != nil && p.Resolution.Decision == domain.FlagRefused
}
