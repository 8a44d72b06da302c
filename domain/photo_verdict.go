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
	EndedAt    time.Time
}

// JudgePlace judges the photo's place anew by a pin that moved, nil if it was cleared, from the
// facts kept, and reports whether the verdict changed. The verdict that ends is kept. If the pin moved back, the verdict
// that it gave before holds again, with the valuer's decision on it. A refusal holds whatever the
// pin. It leaves alone what has no verdict yet, was replaced or could not be read.
func (p *Photo) JudgePlace(pin *Location, now time.Time) bool {
	judged := p.Status == PhotoPassed || p.Status == PhotoFlagged || p.Status == PhotoFailed
	if !judged || p.ReplacedBy != "" || p.Facts.Fault != NoFault {
		return false
	}
	findings := slices.DeleteFunc(slices.Clone(p.Findings), func(f Finding) bool { return f.Code == FindingTooFar })
	if p.outOfReach(pin) {
		// The worst finding comes first.
		findings = slices.Insert(findings, 0, Finding{FindingTooFar, OutcomeFailed})
	}
	if slices.Equal(findings, p.Findings) {
		return false
	}
	before := PastVerdict{Status: p.Status, Findings: p.Findings, Resolution: p.Resolution, EndedAt: now}
	p.Status, p.Findings = verdictOf(findings), findings
	if !p.Refused() {
		p.Resolution = p.earlierResolution()
	}
	p.Past = append(slices.Clip(p.Past), before)
	return true
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
