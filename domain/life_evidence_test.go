package domain_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

// drawEvidence changes, once in a while, what the case rests on: verdicts, the valuer's decisions on
// photos, the pin, photos taken again, links, and what the valuer will do.
func (l *life) drawEvidence(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "evidence") > 0 {
		return
	}
	l.Photos = slices.Clone(l.Photos)
	photo := &l.Photos[rapid.IntRange(0, len(l.Photos)-1).Draw(rt, "photo")]
	switch rapid.IntRange(0, 9).Draw(rt, "change") {
	case 0:
		photo.Findings, photo.Status, photo.Resolution, photo.Past = flagged("SLIGHTLY_BLURRED"), domain.PhotoFlagged, nil, nil
		photo.JudgePlace(l.Property.Details.Location, l.Now)
	case 1:
		decision := rapid.SampledFrom([]domain.FlagDecision{domain.FlagAccepted, domain.FlagRefused}).Draw(rt, "decision")
		_ = photo.Resolve(decision, "as it looks", valuer.ID, l.Now) // which may be refused
	case 2:
		_ = photo.TakeBackResolution()
	case 3, 4:
		l.drawPin(rt)
	case 5: // taken again, where the pin is
		if l.Property.State == domain.FollowUpRequired && len(l.Photos) < 8 {
			at := l.Property.Details.Location.Point
			l.Photos = append(l.Photos, retaken(domain.PhotoID(strings.Repeat("r", len(l.Photos))), photo.Subject, at, l.Now))
		}
	case 6:
		l.Links = nil
		if rapid.Bool().Draw(rt, "linked") {
			l.Links = []domain.Link{{Kind: rapid.SampledFrom(domain.LinkKinds).Draw(rt, "kind"), With: "other"}}
		}
	case 7:
		l.Withdrawn = nil
		if rapid.Bool().Draw(rt, "withdrawn") {
			l.Withdrawn = []domain.ComparableID{"a"}
		}
	default:
		l.Otherwise = rapid.SampledFrom(habits).Draw(rt, "habit")
	}
}

// habits are what a valuer may do otherwise.
var habits = []func(*domain.Valuation){
	nil,
	func(v *domain.Valuation) { v.Rationale = "..........." },
	func(v *domain.Valuation) { v.Methodology = domain.IncomeCapitalisation },
	func(v *domain.Valuation) {
		v.Methodology, v.Rationale = domain.CostApproach, strings.Repeat("The walls cost as much again today. ", 3)
	},
	func(v *domain.Valuation) { v.Comparables = v.Comparables[:2] },
	func(v *domain.Valuation) {
		v.Comparables, v.FewerReason = v.Comparables[:2], "the only ones of their kind"
	},
	func(v *domain.Valuation) { v.Comparables[0].Adjustments = []domain.Adjustment{{Percent: 30}} },
	func(v *domain.Valuation) { v.Comparables[0].Adjustments = []domain.Adjustment{{Percent: 60}} },
	func(v *domain.Valuation) { v.Suggestion = domain.Suggestion{} },
}

// drawPin has the owner set the pin, and every photo judged by it as a use case does.
func (l *life) drawPin(rt *rapid.T) {
	to := rapid.SampledFrom([]domain.Point{home, home, *north(0.2), *north(3)}).Draw(rt, "pin")
	change, err := l.Property.Edit(owner, domain.DetailsChange{Location: pin(to)}, l.Photos, l.Now)
	if err != nil {
		return // it is not the owner's turn, or nothing asks for it
	}
	for i := range l.Photos {
		l.Photos[i].JudgePlace(l.Property.Details.Location, l.Now)
	}
	if !l.Property.SubmittedAt.IsZero() {
		l.strayed = l.strayed || to != l.firstPin
	}
	var prev *domain.AuditEntry
	if n := len(l.entries); n > 0 {
		prev = &l.entries[n-1]
	}
	l.entries = append(l.entries, change.Effects(l.Property, counter()).Audit.Seal(prev))
}

// checkEvidence states the gate's rules once more, for the case that just moved forward.
func (l *life) checkEvidence(rt *rapid.T, change domain.Change) {
	decided := change.Action == domain.ActionApproved || change.Action == domain.ActionSignOffAsked || change.Action == domain.ActionSignedOff
	switch {
	case change.Action == domain.ActionSubmitted:
		l.firstPin = l.Property.Details.Location.Point
	case change.Action != domain.ActionFollowUpAnswered && !decided:
		return
	}
	for _, need := range []domain.PhotoType{domain.PhotoFront, domain.PhotoInternal} {
		if !slices.ContainsFunc(l.Photos, func(p domain.Photo) bool { return p.Subject.Type == need && l.shows(p, decided) }) {
			rt.Fatalf("%s without %s photo: %+v", change.Action, need, l.Photos)
		}
	}
	if !decided {
		return
	}
	v := l.Valuation
	var want []domain.Risk
	require := func(risk domain.Risk, applies bool) {
		if applies {
			want = append(want, risk)
		}
	}
	require(domain.RiskLocationMoved, l.strayed)
	require(domain.RiskEvidenceRefused, slices.ContainsFunc(l.Photos, domain.Photo.Refused))
	for _, link := range l.Links {
		require(domain.RiskSamePhotoElsewhere, link.Kind == domain.LinkSamePhoto)
		require(domain.RiskSamePropertyElsewhere, link.Kind == domain.LinkSameProperty)
	}
	require(domain.RiskFewComparables, len(v.Comparables) < 3)
	require(domain.RiskOverAdjusted, len(v.Comparables[0].Adjustments) > 0)
	require(domain.RiskNoMarketEvidence, v.Methodology != domain.SalesComparison)
	require(domain.RiskLowConfidence, v.Suggestion.Amount == 0)
	require(domain.RiskFlagged, l.Property.SignOffFlag != nil)
	for _, risk := range want {
		if !slices.Contains(v.Risks, risk) {
			rt.Fatalf("%s without the risk %s, but with %v", change.Action, risk, v.Risks)
		}
	}
	weak := strings.HasPrefix(v.Rationale, ".") || v.Methodology != domain.SalesComparison && len(v.Rationale) < 50 ||
		len(v.Comparables) < 3 && v.FewerReason == "" ||
		slices.ContainsFunc(v.Comparables[0].Adjustments, func(a domain.Adjustment) bool { return a.Percent > 50 }) ||
		slices.ContainsFunc(v.Comparables, func(c domain.AdjustedComparable) bool { return slices.Contains(l.Withdrawn, c.Comparable.ID) })
	if weak || v.RuleBook != domain.GateRuleBook {
		rt.Fatalf("%s by %+v", change.Action, v)
	}
}

// shows reports whether the photo is evidence: seen by a valuer if it is doubtful, once the case is
// decided, and taken where the pin is. No place of these lives is between 0.2 and 2.8 km away.
func (l *life) shows(p domain.Photo, decided bool) bool {
	accepted := p.Resolution != nil && p.Resolution.Decision == domain.FlagAccepted
	good := p.Status == domain.PhotoPassed || p.Status == domain.PhotoFlagged && (accepted || !decided)
	return good && !p.Refused() && p.ReplacedBy == "" && p.Device.Location.DistanceKM(l.Property.Details.Location.Point) < 1
}
