package domain

import (
	"math"
	"slices"
	"time"
)

// Thresholds of the photo checks (docs/domain.md, "Photo checks"; sharpness and moiré calibrated on real photos,
// see docs/photo-checks.md).
const (
	SharpnessFailBelow = 75.0 // variance of the Laplacian at the working size
	SharpnessFlagBelow = 190.0
	BrightnessMin      = 40.0 // mean luma, 0…255
	BrightnessMax      = 220.0
	GlareMax           = 0.70 // share of pixels with luma > 240
	MoireFlagAbove     = 1.5  // natural logarithm of a ratio of power
	CaptureMaxAge      = 30 * time.Minute
	DeviceClockMaxSkew = 5 * time.Minute
	PhotoMaxDistanceKM = 0.5 // beyond the reported accuracy
	// PhotoMaxAccuracyM is the widest circle, in metres, that still says where a photo was
	// taken. Phones whose owner grants the approximate location only are beyond it; so is who
	// claims a circle that holds the property from anywhere.
	PhotoMaxAccuracyM = 1000.0
	// captureRounding is how far a file's time may precede the device's report of the same
	// shot: EXIF keeps whole seconds, and the report comes a moment after the shutter.
	captureRounding = 2 * time.Second
	// SourcesMaxApartKM is how far the file's place and the device's may lie apart before
	// they disagree: the same distance that would fail a photo.
	SourcesMaxApartKM = PhotoMaxDistanceKM
)

// Outcome is what one check says of a photo.
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
	FindingScreenshot        FindingCode = "SCREENSHOT"
	FindingScreen            FindingCode = "SCREEN_PHOTOGRAPHED"
	FindingUnsafe            FindingCode = "UNSAFE_CONTENT"
	FindingContradiction     FindingCode = "SHOWS_SOMETHING_ELSE"
)

// PhotoEvidence is all that the photo checks weigh.
type PhotoEvidence struct {
	Photo    Photo
	Facts    ImageFacts
	Analysis ImageAnalysis
	// Property is where the property lies; nil where that is not known yet.
	Property *Point
	// Twins are photos of other properties that hold the same picture.
	Twins []PropertyID
}

// Inspect weighs the evidence by docs/domain.md, "Photo checks", and returns what it finds
// wrong, worst first. No findings means that the photo passes.
func (e PhotoEvidence) Inspect() []Finding {
	if e.Facts.Fault != NoFault {
		return []Finding{{FindingCode(e.Facts.Fault), OutcomeFailed}}
	}
	checks := []func(PhotoEvidence) []Finding{
		checkSharpness, checkLight, checkTime, checkPlace, checkDevice, checkTwins, checkScreenshot, checkScreen, checkAnalysis,
	}
	var found []Finding
	for _, check := range checks {
		found = append(found, check(e)...)
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return badness(b.Outcome) - badness(a.Outcome) })
	return found
}

// Worst returns the worst outcome among the findings, OutcomePassed where there are none.
func Worst(findings []Finding) Outcome {
	worst := OutcomePassed
	for _, f := range findings {
		if badness(f.Outcome) > badness(worst) {
			worst = f.Outcome
		}
	}
	return worst
}

func badness(o Outcome) int {
	return slices.Index([]Outcome{OutcomePassed, OutcomeFlagged, OutcomeFailed}, o)
}

func fail(code FindingCode) []Finding { return []Finding{{code, OutcomeFailed}} }
func flag(code FindingCode) []Finding { return []Finding{{code, OutcomeFlagged}} }

func checkSharpness(e PhotoEvidence) []Finding {
	switch {
	case e.Facts.Sharpness < SharpnessFailBelow:
		return fail(FindingTooBlurred)
	case e.Facts.Sharpness < SharpnessFlagBelow:
		return flag(FindingSlightlyBlurred)
	}
	return nil
}

func checkLight(e PhotoEvidence) []Finding {
	document := e.Photo.Subject.Type == PhotoDocument
	var found []Finding
	if e.Facts.Brightness < BrightnessMin {
		found = append(found, fail(FindingTooDark)...)
	}
	if e.Facts.Brightness > BrightnessMax && !document {
		found = append(found, fail(FindingTooBright)...)
	}
	if e.Facts.Glare > GlareMax && !document {
		found = append(found, fail(FindingGlare)...)
	}
	return found
}

// checkTime dates the capture. The file's own time counts first, then the device's; the
// challenge brackets both, because it was issued before the shutter by our own clock.
func checkTime(e PhotoEvidence) []Finding {
	var found []Finding
	uploaded, challenged := e.Photo.CreatedAt, e.Photo.ChallengedAt
	exif, device := e.Facts.EXIF.TakenAt, e.Photo.Device.CapturedAt
	if exif != nil {
		old := uploaded.Sub(*exif) > CaptureMaxAge
		switch {
		case old && e.Facts.EXIF.Zoned:
			found = append(found, fail(FindingTooOld)...)
		case old:
			found = append(found, flag(FindingMaybeTooOld)...)
		case exif.Before(challenged.Add(-clockLag(e.Photo) - captureRounding)):
			found = append(found, flag(FindingBeforeChallenge)...)
		case exif.Sub(uploaded) > DeviceClockMaxSkew:
			found = append(found, flag(FindingClockSkew)...)
		}
	}
	if device != nil {
		old := uploaded.Sub(*device) > CaptureMaxAge
		switch {
		case old && exif == nil:
			found = append(found, fail(FindingTooOld)...)
		case device.Before(challenged.Add(-DeviceClockMaxSkew)), device.Sub(uploaded) > DeviceClockMaxSkew:
			found = append(found, flag(FindingClockSkew)...)
		}
	}
	return unique(found)
}

// clockLag returns how far the device's clock evidently lags behind ours, at most
// DeviceClockMaxSkew: its report was made after the challenge, whatever it says. The file's
// time is by the same clock.
func clockLag(p Photo) time.Duration {
	if p.Device.CapturedAt == nil {
		return 0
	}
	return min(max(0, p.ChallengedAt.Sub(*p.Device.CapturedAt)), DeviceClockMaxSkew)
}

// checkPlace measures how far from the property the photo was taken, first by the file's
// own position, then by the device's. The device's accuracy widens the limit for both:
// the file's position comes from the same receiver. One beyond PhotoMaxAccuracyM would make
// the limit mean nothing, and a valuer looks.
func checkPlace(e PhotoEvidence) []Finding {
	if e.Photo.Subject.Type == PhotoDocument {
		return nil
	}
	exif, device := known(e.Facts.EXIF.Location), known(e.Photo.Device.Location)
	if exif == nil && device == nil {
		return flag(FindingNoLocation)
	}
	var found []Finding
	if e.Property != nil && tooFar(e.Photo, e.Facts, *e.Property) {
		found = append(found, fail(FindingTooFar)...)
	}
	if e.Photo.Device.AccuracyM > PhotoMaxAccuracyM {
		found = append(found, flag(FindingImpreciseLocation)...)
	}
	if exif != nil && device != nil && exif.DistanceKM(*device) > SourcesMaxApartKM+slackKM(e.Photo) {
		found = append(found, flag(FindingLocationDisagrees)...)
	}
	return found
}

// tooFar reports whether the photo says, first by its file, then by the device, that it was
// taken too far from the property. Documents may be photographed anywhere.
func tooFar(p Photo, f ImageFacts, property Point) bool {
	where := known(f.EXIF.Location)
	if where == nil {
		where = known(p.Device.Location)
	}
	return p.Subject.Type != PhotoDocument && where != nil && where.DistanceKM(property) > PhotoMaxDistanceKM+slackKM(p)
}

func slackKM(p Photo) float64 { return math.Max(0, p.Device.AccuracyM) / 1000 }

// known returns the place, or nil where it is none on Earth: files are hostile.
func known(where *Point) *Point {
	if where == nil || !where.Valid() {
		return nil
	}
	return where
}

// checkDevice asks that somebody says what took the photo, and that both agree.
func checkDevice(e PhotoEvidence) []Finding {
	if e.Photo.Subject.Type == PhotoDocument {
		return nil
	}
	file, device := e.Facts.EXIF, e.Photo.Device.Model
	switch {
	case !file.HasCamera() && device == "":
		return flag(FindingNoDevice)
	case file.Model != "" && device != "" && !sameModel(file.Model, device):
		return flag(FindingModelDisagrees)
	}
	return nil
}

func checkTwins(e PhotoEvidence) []Finding {
	if len(e.Twins) > 0 {
		return flag(FindingDuplicate)
	}
	return nil
}

func checkAnalysis(e PhotoEvidence) []Finding {
	switch {
	case !e.Analysis.Done:
		return nil
	case e.Analysis.Unsafe:
		return fail(FindingUnsafe)
	case contradicts(e.Analysis.Labels, e.Photo.Subject):
		return flag(FindingContradiction)
	}
	return nil
}

func unique(findings []Finding) []Finding {
	var out []Finding
	for _, f := range findings {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}
