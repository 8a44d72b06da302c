package domain_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// t0 is when the tests' stories begin: 23 November 2026, 10:00 in India.
var t0 = time.Date(2026, 11, 23, 4, 30, 0, 0, time.UTC)

// The people of the tests. The moonlighter is a valuer who owns the property.
var (
	owner           = domain.Actor{ID: "owner", Role: domain.RoleCustomer}
	stranger        = domain.Actor{ID: "stranger", Role: domain.RoleCustomer}
	valuer          = domain.Actor{ID: "valuer", Role: domain.RoleValuer}
	otherValuer     = domain.Actor{ID: "other-valuer", Role: domain.RoleValuer}
	supervisor      = domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}
	otherSupervisor = domain.Actor{ID: "other-supervisor", Role: domain.RoleSupervisor}
	admin           = domain.Actor{ID: "admin", Role: domain.RoleAdmin}
)

var (
	home     = domain.Point{Lat: 12.9716, Lng: 77.5946} // Bengaluru
	testRef  = domain.NewReference(t0, [6]byte{1, 2, 3, 4, 5, 6})
	front    = domain.Subject{Type: domain.PhotoFront}
	side     = domain.Subject{Type: domain.PhotoSide}
	kitchen  = domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}
	document = domain.Subject{Type: domain.PhotoDocument}
)

// working returns the actor as a user who has access.
func working(a domain.Actor) domain.User { return domain.User{ID: a.ID, Role: a.Role} }

// disabled returns the actor as a user whose access has ended.
func disabled(a domain.Actor) domain.User {
	return domain.User{ID: a.ID, Role: a.Role, Disabled: true}
}

func ptr[T any](v T) *T { return &v }

func address() domain.Address {
	return domain.Address{
		Line1: "12, 4th Cross", Line2: "Near the lake", Locality: "Indiranagar",
		City: "Bengaluru", State: "Karnataka", Pincode: "560038",
	}
}

// allDetails fills in every field.
func allDetails() domain.DetailsChange {
	return domain.DetailsChange{
		Address: ptr(address()), AreaSqFt: ptr(1200), Bedrooms: ptr(2), Bathrooms: ptr(2), Floor: ptr(3),
		YearBuilt: ptr(2011), Location: &domain.Location{Point: home, AccuracyM: 8},
	}
}

// photo is a photo that passed, taken a minute before t0 at the property.
func photo(id domain.PhotoID, subject domain.Subject) domain.Photo {
	return domain.Photo{
		ID: id, PropertyID: "property", OwnerID: owner.ID, Subject: subject, Status: domain.PhotoPassed,
		ChallengedAt: t0.Add(-2 * time.Minute), CreatedAt: t0.Add(-time.Minute), CompletedAt: t0, InspectedAt: t0,
		Device: domain.DeviceReport{CapturedAt: ptr(t0.Add(-90 * time.Second)), Location: ptr(home), AccuracyM: 10, Model: "Pixel 8"},
	}
}

func with(p domain.Photo, change func(*domain.Photo)) domain.Photo {
	change(&p)
	return p
}

// kase is a property with everything that its methods ask for, at one moment.
type kase struct {
	Property  domain.Property
	Photos    []domain.Photo
	Valuation domain.Valuation
	Now       time.Time
	// The rest is for decisions: other cases, what the valuer does otherwise than by valuation, and the
	// comparables that were withdrawn.
	Links     []domain.Link
	Otherwise func(*domain.Valuation) `json:"-"`
	Withdrawn []domain.ComparableID
}

// draft is a draft that lacks nothing.
func draft(t testing.TB) *kase {
	t.Helper()
	p, _, err := domain.NewProperty("property", owner, domain.Apartment, "LOS-7", allDetails(), "salt", t0)
	require.NoError(t, err)
	return &kase{Property: p, Now: t0, Photos: []domain.Photo{photo("front", front), photo("kitchen", kitchen)}}
}

// later moves the case's clock.
func (k *kase) later(d time.Duration) *kase {
	k.Now = k.Now.Add(d)
	return k
}

func (k *kase) do(t testing.TB, step func(p *domain.Property) (domain.Change, error)) domain.Change {
	t.Helper()
	change, err := step(&k.Property)
	require.NoError(t, err)
	return change
}

func (k *kase) submit(t testing.TB) *kase {
	t.Helper()
	k.do(t, func(p *domain.Property) (domain.Change, error) {
		return p.Submit(owner, testRef, domain.Evidence{Photos: k.Photos, Consented: true}, k.Now)
	})
	return k
}

func (k *kase) claim(t testing.TB, by domain.Actor) *kase {
	t.Helper()
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.ClaimFor(by, k.Now) })
	return k
}

func (k *kase) ask(t testing.TB, items ...domain.FollowUpItem) *kase {
	t.Helper()
	by := domain.Actor{ID: k.Property.Claim.ValuerID, Role: domain.RoleValuer}
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.AskFollowUp(by, items, k.Photos, k.Now) })
	return k
}

// value values the case by a valuation with these risks.
func (k *kase) value(t testing.TB, risks ...domain.Risk) *kase {
	t.Helper()
	by := domain.Actor{ID: k.Property.Claim.ValuerID, Role: domain.RoleValuer}
	k.Valuation = valuation(by, risks...)
	k.do(t, func(p *domain.Property) (domain.Change, error) { return p.Value(by, k.evidence(&k.Valuation), k.Now) })
	return k
}

// evidence is that of the case for a decision by the valuation, with the default settings.
func (k *kase) evidence(v *domain.Valuation) domain.Evidence {
	d := &domain.Decision{Valuation: v, Settings: domain.DefaultSettings()}
	for _, c := range v.Comparables {
		if slices.Contains(k.Withdrawn, c.Comparable.ID) {
			c.Comparable.Withdrawn = &domain.Withdrawal{By: admin.ID, At: k.Now, Reason: "the deed is forged"}
		}
		d.Sales = append(d.Sales, domain.StoredSale{Comparable: c.Comparable, Prices: domain.PossiblePrices(c.Comparable.Type)})
	}
	return domain.Evidence{Photos: k.Photos, Links: k.Links, Decision: d}
}

// valuation is one that has these risks and no others.
func valuation(by domain.Actor, risks ...domain.Risk) domain.Valuation {
	v := domain.Valuation{
		ID: "valuation", PropertyID: "property", Number: 1, ValuerID: by.ID, Amount: 90 * domain.Lakh,
		Methodology: domain.SalesComparison, Rationale: "At the level of the sales around it.", Confidence: 80,
		Comparables: chosen("a", "b", "c"), CreatedAt: t0,
		Suggestion: domain.Suggestion{Amount: 90 * domain.Lakh, Confidence: 80},
	}
	for _, risk := range risks {
		switch risk {
		case domain.RiskLowConfidence:
			v.Confidence = 49
		case domain.RiskHighAmount:
			v.Amount, v.Suggestion.Amount = 60*domain.Crore, 60*domain.Crore
		case domain.RiskOffModel:
			v.Amount = 150 * domain.Lakh
		default:
			panic("no valuation with " + risk)
		}
	}
	return v
}

// question is a follow-up item that a text answers.
func question(id domain.FollowUpItemID) domain.FollowUpItem {
	return domain.FollowUpItem{ID: id, Kind: domain.AnswerQuestion, Message: "Is there a lift?"}
}

// inState leads a new case into the state, an hour or less after t0.
func inState(t testing.TB, state domain.State) *kase {
	t.Helper()
	k := draft(t)
	withdraw := func(p *domain.Property) (domain.Change, error) { return p.Withdraw(owner, k.Now) }
	reject := func(p *domain.Property) (domain.Change, error) {
		return p.Reject(valuer, domain.RejectedOther, "not a home", k.Now)
	}
	report := func(p *domain.Property) (domain.Change, error) {
		return p.CompleteReport(&k.Valuation, "report-sha", k.Now)
	}
	submitted := func() *kase { return k.later(time.Minute).submit(t) }
	reviewed := func() *kase { return submitted().later(time.Minute).claim(t, valuer).later(time.Minute) }
	switch state {
	case domain.Draft:
	case domain.Submitted:
		submitted()
	case domain.UnderReview:
		reviewed()
	case domain.FollowUpRequired:
		reviewed().ask(t, question("item"))
	case domain.AwaitingSignOff:
		reviewed().value(t, domain.RiskHighAmount)
	case domain.Approved:
		reviewed().value(t)
	case domain.Valued:
		reviewed().value(t).do(t, report)
	case domain.Rejected:
		reviewed().do(t, reject)
	case domain.Withdrawn:
		submitted().do(t, withdraw)
	}
	require.Equal(t, state, k.Property.State)
	return k
}

// snapshot writes a value out whole, through every pointer, to see whether it changed.
func snapshot(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

// assertUnchanged compares a value with an earlier snapshot of it and shows the first part that differs.
func assertUnchanged(t testing.TB, before string, v any) {
	t.Helper()
	was, is := strings.Split(before, ","), strings.Split(snapshot(t, v), ",")
	if slices.Equal(was, is) {
		return
	}
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			t.Errorf("a refused action changed something: %s became %s", was[i], is[i])
			return
		}
	}
	t.Errorf("a refused action changed the length of something")
}

// requireError asserts an error's kind and code.
func requireError(t testing.TB, err error, kind domain.Kind, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, domain.CodeOf(err), "code of %v", err)
	require.Equal(t, kind, domain.KindOf(err), "kind of %v", err)
}

// brokenFields lists the fields, and their rules, that an error names.
func brokenFields(t testing.TB, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	var broken []string
	for _, f := range e.Fields {
		assert.NotEmpty(t, f.Message, f.Field)
		broken = append(broken, f.Field+" "+f.Rule)
	}
	return broken
}

// counter gives ids 1, 2, 3, …
func counter() func() string {
	n := 0
	return func() string {
		n++
		return strconv.Itoa(n)
	}
}
