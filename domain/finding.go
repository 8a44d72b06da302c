package domain

import "slices"

// Outcome is the result of one check of a photo.
type Outcome string

// The outcomes, from best to worst.
const (
	OutcomePassed  Outcome = "PASSED"
	OutcomeFlagged Outcome = "FLAGGED" // a valuer must accept or refuse it
	OutcomeFailed  Outcome = "FAILED"  // the owner must retake it
)

// Finding is one thing that a check found wrong with a photo.
type Finding struct {
	Code    FindingCode
	Outcome Outcome // OutcomeFlagged or OutcomeFailed
}

// FindingCode is the stable reason code of a finding.
type FindingCode string

// The reason codes of the photo table. A file's ImageFault is the code of its finding too.
const (
	FindingTooBlurred        FindingCode = "TOO_BLURRED"
	FindingSlightlyBlurred   FindingCode = "SLIGHTLY_BLURRED"
	FindingTooDark           FindingCode = "TOO_DARK"
	FindingTooBright         FindingCode = "TOO_BRIGHT"
	FindingGlare             FindingCode = "GLARE"
	FindingTooOld            FindingCode = "CAPTURED_TOO_LONG_AGO"
	FindingMaybeTooOld       FindingCode = "MAYBE_CAPTURED_TOO_LONG_AGO"
	FindingBeforeChallenge   FindingCode = "CAPTURED_BEFORE_CHALLENGE"
	FindingClockSkew         FindingCode = "DEVICE_CLOCK_OFF"
	FindingTooFar            FindingCode = "TOO_FAR_FROM_PROPERTY"
	FindingNoLocation        FindingCode = "NO_LOCATION"
	FindingImpreciseLocation FindingCode = "LOCATION_IMPRECISE"
	FindingNoDevice          FindingCode = "NO_DEVICE"
	FindingLocationDisagrees FindingCode = "LOCATIONS_DISAGREE"
	FindingModelDisagrees    FindingCode = "MODELS_DISAGREE"
	FindingDuplicate         FindingCode = "SAME_PHOTO_ELSEWHERE"
	FindingSameBytes         FindingCode = "SAME_BYTES_IN_CASE"
	FindingSamePicture       FindingCode = "SAME_PICTURE_IN_CASE"
	FindingScreenshot        FindingCode = "SCREENSHOT"
	FindingScreen            FindingCode = "SCREEN_PHOTOGRAPHED"
	FindingUnsafe            FindingCode = "UNSAFE_CONTENT"
	FindingContradiction     FindingCode = "SHOWS_SOMETHING_ELSE"
)

// Worst returns the worst outcome among the findings, OutcomePassed if there are none.
func Worst(findings []Finding) Outcome {
	worst := OutcomePassed
	for _, f := range findings {
		if f.Outcome.Compare(worst) > 0 {
			worst = f.Outcome
		}
	}
	return worst
}

// Compare returns a positive number if o is worse than other, 0 if they are the same, and a
// negative number if o is better.
func (o Outcome) Compare(other Outcome) int { return o.badness() - other.badness() }

func (o Outcome) badness() int {
	return slices.Index([]Outcome{OutcomePassed, OutcomeFlagged, OutcomeFailed}, o)
}
