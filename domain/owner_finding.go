package domain

import (
	"cmp"
	"slices"
)

// OwnerFindingCode is the reason code of a finding as the owner sees it: that of the finding, or
// FindingNeedsALook.
type OwnerFindingCode string

// FindingNeedsALook stands for every finding about a possible deception. They share one code
// because the owner must not learn that a photo was recognised in another case: a code only for
// that, whatever its name, would reveal it. A deceiver does not learn either which check to evade.
const FindingNeedsALook OwnerFindingCode = "NEEDS_A_LOOK"

// ForOwner returns the code that the owner sees. They see those findings that they can mend, by
// another photo or another setting of the phone.
func (c FindingCode) ForOwner() OwnerFindingCode {
	switch ImageFault(c) {
	case FaultNotAnImage, FaultBroken, FaultTooManyBytes, FaultTooBig, FaultTooSmall, FaultTooSlow, FaultChecksum:
		return OwnerFindingCode(c)
	case NoFault:
	}
	switch c {
	case FindingTooBlurred, FindingSlightlyBlurred, FindingTooDark, FindingTooBright, FindingGlare, FindingTooOld, FindingMaybeTooOld,
		FindingClockSkew, FindingTooFar, FindingNoLocation, FindingImpreciseLocation, FindingScreenshot, FindingUnsafe:
		return OwnerFindingCode(c)
	case FindingBeforeChallenge, FindingNoDevice, FindingLocationDisagrees, FindingModelDisagrees, FindingDuplicate, FindingScreen,
		FindingContradiction:
		return FindingNeedsALook
	}
	return FindingNeedsALook
}

// OwnerFinding is one thing found wrong with a photo, as its owner sees it.
type OwnerFinding struct {
	Code    OwnerFindingCode
	Outcome Outcome
}

// OwnersFindings returns the findings as the owner sees them: each code once with its worst
// outcome, the worst first and then by code, because number and order would reveal which checks
// found something.
func OwnersFindings(findings []Finding) []OwnerFinding {
	var shown []OwnerFinding
	for _, f := range findings {
		code := f.Code.ForOwner()
		i := slices.IndexFunc(shown, func(s OwnerFinding) bool { return s.Code == code })
		switch {
		case i < 0:
			shown = append(shown, OwnerFinding{code, f.Outcome})
		case f.Outcome.Compare(shown[i].Outcome) > 0:
			shown[i].Outcome = f.Outcome
		}
	}
	slices.SortFunc(shown, func(a, b OwnerFinding) int {
		return cmp.Or(b.Outcome.Compare(a.Outcome), cmp.Compare(a.Code, b.Code))
	})
	return shown
}
