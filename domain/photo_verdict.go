package domain

import (
	"slices"
	"time"
)

// PastVerdict is a verdict on a photo that ended because the pin moved.
type PastVerdict struct {
	Status   PhotoStatus
	Findings []Finding
	// Resolution is the valuer's decision on that verdict, nil if there was none.
	Resolution *FlagResolution
	EndedAt    time.Time // the last time
}

// JudgePlace judges the photo's place anew by a pin that moved, nil if it was cleared, from the
// facts kept, and reports whether the verdict changed. The verdict that ends is kept. If the pin
// moved back, the verdict that it gave before holds again, with the valuer's decision on it. A
// refusal holds whatever the pin. It leaves alone what has no verdict yet, was replaced or could
// not be read.
func (p *Photo) JudgePlace(pin *Location, now time.Time) bool {
	tooFar := Finding{FindingTooFar, OutcomeFailed}
	judged := p.Status == PhotoPassed || p.Status == PhotoFlagged || p.Status == PhotoFailed
	far := p.outOfReach(pin)
	if !judged || p.ReplacedBy != "" || p.Facts.Fault != NoFault || far == slices.Contains(p.Findings, tooFar) {
		return false
	}
	p.keepVerdict(now)
	if far {
		p.Findings = slices.Insert(slices.Clone(p.Findings), 0, tooFar) // the worst finding comes first
	} else {
		p.Findings = slices.DeleteFunc(slices.Clone(p.Findings), func(f Finding) bool { return f == tooFar })
	}
	p.Status = verdictOf(p.Findings)
	if !p.Refused() {
		p.Resolution = p.earlierResolution()
	}
	return true
}

// wasWithinReach reports whether any verdict on the photo found it within reach.
func (p *Photo) wasWithinReach() bool {
	far := func(f Finding) bool { return f.Code == FindingTooFar }
	return !slices.ContainsFunc(p.Findings, far) ||
		slices.ContainsFunc(p.Past, func(v PastVerdict) bool { return !slices.ContainsFunc(v.Findings, far) })
}

// addFinding adds a finding to a verdict of this moment, unless it has it.
func (p *Photo) addFinding(f Finding) {
	if slices.Contains(p.Findings, f) {
		return
	}
	p.Findings = append(slices.Clone(p.Findings), f)
	slices.SortStableFunc(p.Findings, func(a, b Finding) int { return b.Outcome.Compare(a.Outcome) })
	p.Status, p.Resolution = verdictOf(p.Findings), p.earlierResolution()
}

// keepVerdict adds the present verdict to those that ended. One that is there already only ended
// again: the history of its times is in the audit chain, and an owner who moves the pin back and
// forth must not make the photo grow.
func (p *Photo) keepVerdict(now time.Time) {
	past := slices.DeleteFunc(slices.Clone(p.Past), func(v PastVerdict) bool {
		return v.Status == p.Status && slices.Equal(v.Findings, p.Findings) && v.Resolution.same(p.Resolution)
	})
	past = append(past, PastVerdict{Status: p.Status, Findings: p.Findings, Resolution: p.Resolution, EndedAt: now})
	p.Past = past
}

// earlierResolution returns the last decision on an earlier verdict with the present findings,
// nil if there was none. A refusal is none: it outlived the verdict, and so was taken back since.
func (p *Photo) earlierResolution() *FlagResolution {
	for _, past := range slices.Backward(p.Past) {
		if slices.Equal(past.Findings, p.Findings) {
			if past.Resolution != nil && past.Resolution.Decision == FlagRefused {
				return nil
			}
			return past.Resolution
		}
	}
	return nil
}
