package model

import (
	"context"
	"math"
	"slices"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// needs are the photos that a type of property must have.
func needs(kind domain.PropertyType) []domain.PhotoType {
	if kind == domain.Land {
		return []domain.PhotoType{domain.PhotoFront, domain.PhotoSide}
	}
	return []domain.PhotoType{domain.PhotoFront, domain.PhotoInternal}
}

// judgeEvidence: what the owner stated, and the photos. A decision also needs the valuer's word on
// every doubt.
func (o *oracle) judgeEvidence(k kase, decided bool) {
	d := k.Details
	if _, _, possible := knownAddress(d.Address); !possible {
		o.fail(k, "the address is impossible: %+v", d.Address)
	}
	if d.AreaSqFt < 1 {
		o.fail(k, "there is no area")
	}
	if d.Location == nil || d.Location.AccuracyM < 1 || d.Location.AccuracyM > 1000 {
		o.fail(k, "the pin is %+v", d.Location)
	}
	shown := make(map[domain.PhotoType]int)
	for _, p := range k.photos {
		pointless := p.ReplacedBy != "" || k.Type == domain.Land && p.Subject.Type == domain.PhotoInternal
		switch {
		case pointless:
		case !judged(p):
			o.fail(k, "photo %s is %s", p.ID, p.Status)
		case refused(p), p.Status == domain.PhotoFailed:
		case p.Status == domain.PhotoFlagged && p.Resolution == nil:
			if decided {
				o.fail(k, "no valuer decided about photo %s", p.ID)
			}
			shown[p.Subject.Type]++
		default:
			shown[p.Subject.Type]++
		}
	}
	for _, need := range needs(k.Type) {
		if shown[need] == 0 {
			o.fail(k, "no %s photo is evidence", need)
		}
	}
}

// judgeSignatures: what is risky has a second person's signature, and no case is decided under
// no rule book.
func (o *oracle) judgeSignatures(k kase) {
	v := k.valuation
	switch {
	case v == nil:
		o.fail(k, "there is no valuation")
		return
	case v.RuleBook != domain.GateRuleBook:
		o.fail(k, "it was decided under rule book %d", v.RuleBook)
	case v.ValuerID == k.OwnerID:
		o.fail(k, "its owner valued it")
	case len(v.Risks) > 0 && v.SignOff == nil:
		o.fail(k, "nobody signed in spite of %v", v.Risks)
	}
	if s := v.SignOff; s != nil && (s.By == v.ValuerID || s.By == k.OwnerID || s.ReturnReason != "") {
		o.fail(k, "%s may not sign", s.By)
	}
	for _, p := range k.photos {
		if refused(p) && !slices.Contains(v.Risks, domain.RiskEvidenceRefused) {
			o.fail(k, "photo %s was refused, and that is no risk of the valuation", p.ID)
		}
	}
}

// judgeDecision: a valuation rests on evidence, and has the risks that the oracle finds and
// no others. A sign-off adds those that came up.
func (o *oracle) judgeDecision(was, is kase) {
	v := is.valuation
	if v == nil {
		o.fail(is, "there is no valuation")
		return
	}
	o.judgeEvidence(is, true)
	o.judgeReasons(is)
	want := o.risks(is)
	if was.State == domain.AwaitingSignOff {
		if was.valuation == nil || was.valuation.ID != v.ID {
			o.fail(is, "another valuation was signed")
			return
		}
		want = append(want, was.valuation.Risks...)
		if v.SignOff == nil {
			o.fail(is, "it has no signature")
		}
	}
	slices.Sort(want)
	want = slices.Compact(want)
	got := slices.Sorted(slices.Values(v.Risks))
	if !slices.Equal(want, got) {
		o.fail(is, "the risks are %v, and should be %v; address %+v, pin %+v", got, want, is.Details.Address, is.Details.Location)
	}
	if was.State == domain.UnderReview && (len(want) > 0) != (is.State == domain.AwaitingSignOff) {
		o.fail(is, "with the risks %v it is %s", want, is.State)
	}
	o.world.tally.decided(v.Risks)
}

// judgeReasons: the valuer's words, and the comparables.
func (o *oracle) judgeReasons(k kase) {
	v := k.valuation
	least := 10
	if v.Methodology != domain.SalesComparison {
		least = 50
	}
	if letters(v.Rationale) < least {
		o.fail(k, "the rationale is %q", v.Rationale)
	}
	if o.sales(k) < o.fewest() && letters(v.FewerReason) < 10 {
		o.fail(k, "%d sales and no reason", o.sales(k))
	}
	for _, c := range v.Comparables {
		gross, _ := adjustment(c)
		stored, err := o.stored(c.Comparable.ID)
		switch {
		case err != nil:
			o.fail(k, "%v", err)
		case gross > 50:
			o.fail(k, "comparable %s is adjusted by %.0f %%", c.Comparable.ID, gross)
		case o.world.sales[c.Comparable.ID].absurd:
			o.fail(k, "comparable %s has a token price", c.Comparable.ID)
		case stored.Withdrawn != nil:
			o.fail(k, "comparable %s was withdrawn", c.Comparable.ID)
		}
	}
}

// letters counts letters and digits of the model's English.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

func (o *oracle) stored(id domain.ComparableID) (domain.Comparable, error) {
	return ports.InTx(context.Background(), o.world.Store, func(ctx context.Context, tx ports.Tx) (domain.Comparable, error) {
		return tx.Comparables.Get(ctx, id)
	})
}

func (o *oracle) fewest() int { return max(3, o.now.settings.MinComparables) }

// sales counts the sales of the case's market that the comparables are records of. None is old.
func (o *oracle) sales(k kase) int {
	different := make(map[int]bool)
	for _, c := range k.valuation.Comparables {
		if c.Comparable.Type == k.Type && c.Comparable.Location.DistanceKM(k.Details.Location.Point) <= 50 {
			different[o.world.sales[c.Comparable.ID].sale] = true
		}
	}
	return len(different)
}

// adjustment returns the gross and the net adjustment in percent, computed in rupees.
func adjustment(c domain.AdjustedComparable) (gross, net float64) {
	paid := float64(c.Comparable.Price)
	price, moved := paid, 0.0
	for _, a := range c.Adjustments {
		step := price * a.Percent / 100
		price, moved = price+step, moved+math.Abs(step)
	}
	return 100 * moved / paid, 100 * math.Abs(price-paid) / paid
}

// risks returns the risks of the case as it is now.
func (o *oracle) risks(k kase) []domain.Risk {
	var found []domain.Risk
	add := func(risk domain.Risk, applies bool) {
		if applies {
			found = append(found, risk)
		}
	}
	v, set, pin := *k.valuation, o.now.settings, k.Details.Location
	add(domain.RiskPinImprecise, pin.AccuracyM > 100)
	add(domain.RiskLocationMoved, o.moved[k.ID].most > 100)
	add(domain.RiskAddressElsewhere, elsewhere(k))
	add(domain.RiskEvidenceRefused, slices.ContainsFunc(k.photos, refused))
	add(domain.RiskSamePhotoElsewhere, o.others(k, o.samePicture))
	add(domain.RiskSamePropertyElsewhere, o.others(k, sameProperty))
	add(domain.RiskFlagged, k.SignOffFlag != nil)
	add(domain.RiskFewComparables, o.sales(k) < o.fewest())
	add(domain.RiskOverAdjusted, slices.ContainsFunc(v.Comparables, func(c domain.AdjustedComparable) bool {
		gross, net := adjustment(c)
		return gross > 25 || net > 15
	}))
	add(domain.RiskNoMarketEvidence, v.Methodology != domain.SalesComparison)
	add(domain.RiskLowConfidence, v.Suggestion.Amount == 0 || v.Suggestion.Confidence < set.MinConfidence)
	add(domain.RiskHighAmount, v.Amount >= set.SignOffAmount)
	off := math.Abs(float64(v.Amount-v.Suggestion.Amount)) / float64(v.Suggestion.Amount) * 100
	add(domain.RiskOffModel, v.Suggestion.Amount > 0 && off > set.MaxDeviationPercent)
	return found
}

// elsewhere reports whether the pin is a surprise by the address.
func elsewhere(k kase) bool {
	a, _, _ := knownAddress(k.Details.Address)
	for _, s := range spots {
		if s.point == k.Details.Location.Point {
			return a.fits != "*" && a.fits != s.city
		}
	}
	return true
}

// others reports whether another case that counts is like this one: it is open, or another owner's
// and was valued or rejected within twelve months.
func (o *oracle) others(k kase, like func(k, other kase) bool) bool {
	for _, id := range o.now.ids {
		other := o.now.cases[id]
		counts := false
		switch other.State {
		case domain.Submitted, domain.UnderReview, domain.FollowUpRequired, domain.AwaitingSignOff, domain.Approved:
			counts = true
		case domain.Valued, domain.Rejected:
			counts = other.OwnerID != k.OwnerID && !other.DecidedAt.AddDate(0, 12, 0).Before(o.now.at)
		case domain.Draft, domain.Withdrawn:
		}
		if id != k.ID && counts && like(k, other) {
			return true
		}
	}
	return false
}

func (o *oracle) samePicture(k, other kase) bool {
	for _, mine := range k.photos {
		for _, theirs := range other.photos {
			a, b := o.world.files[mine.Announced.SHA256], o.world.files[theirs.Announced.SHA256]
			if judged(mine) && judged(theirs) && !a.Broken && !b.Broken && a.Picture == b.Picture {
				return true
			}
		}
	}
	return false
}

func sameProperty(k, other kase) bool {
	if k.ExternalRef != "" && k.ExternalRef == other.ExternalRef {
		return true
	}
	_, mine, _ := knownAddress(k.Details.Address)
	_, theirs, _ := knownAddress(other.Details.Address)
	a, b := k.Details.Location, other.Details.Location
	if mine != theirs || a == nil || b == nil {
		return false
	}
	reach := 250.0
	if a.AccuracyM > 0 && b.AccuracyM > 0 {
		reach = math.Min(reach, 50+a.AccuracyM+b.AccuracyM)
	}
	return metres(a.Point, b.Point) <= reach
}
