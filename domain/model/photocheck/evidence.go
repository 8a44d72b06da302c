package photocheck

import (
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// Thresholds of the photo checks (docs/domain.md, "Photo checks"). Those of sharpness and moiré
// were calibrated on real photos (docs/photo-checks.md).
const (
	SharpnessFailBelow = 75.0 // variance of the Laplacian at the working size
	SharpnessFlagBelow = 190.0
	BrightnessMin      = 40.0 // mean luma, 0…255
	BrightnessMax      = 220.0
	GlareMax           = 0.70 // share of pixels with luma > 240
	MoireFlagAbove     = 1.5  // natural logarithm of a ratio of power
	CaptureMaxAge      = 30 * time.Minute
	DeviceClockMaxSkew = 5 * time.Minute
	// MaxAccuracyM is the greatest accuracy radius, in metres, at which a location is still
	// evidence: that of a pin. Phones that are granted only the approximate location exceed it,
	// and so does a forged report whose circle would contain the property from anywhere.
	MaxAccuracyM = domain.PinUsableM
	// captureRounding is how far a file's time may precede the device's report of the same shot,
	// because EXIF has whole seconds, and the report is made a moment after the shutter.
	captureRounding = 2 * time.Second
	// SourcesMaxApartKM is how far apart the places of the file and the device may be before
	// they disagree. It is the distance that would fail a photo.
	SourcesMaxApartKM = domain.PhotoMaxDistanceKM
)

// Evidence is everything that the photo checks use.
type Evidence struct {
	Photo    domain.Photo
	Facts    domain.ImageFacts
	Analysis domain.ImageAnalysis
	// Property is the location of the property, nil if it is not known yet.
	Property *domain.Point
	// Twins are the other properties of which a photo shows the same picture.
	Twins []domain.PropertyID
	// Repeat is domain.Property.RepeatOf: whether another photo of the case is the same.
	Repeat domain.Outcome
}

// Inspect runs the checks of docs/domain.md, "Photo checks", and returns what they find wrong,
// worst first. A photo without findings passes. For a file that could not be read, the fault is
// the only finding.
func (e Evidence) Inspect() []domain.Finding {
	if e.Facts.Fault != domain.NoFault {
		return fail(domain.FindingCode(e.Facts.Fault))
	}
	e.Photo.Facts = e.Facts
	checks := []func(Evidence) []domain.Finding{
		checkSharpness, checkLight, checkTime, checkPlace, checkDevice, checkTwins, checkRepeat, checkScreenshot, checkScreen, checkAnalysis,
	}
	var found []domain.Finding
	for _, check := range checks {
		found = append(found, check(e)...)
	}
	slices.SortStableFunc(found, func(a, b domain.Finding) int { return b.Outcome.Compare(a.Outcome) })
	return found
}

func fail(code domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: code, Outcome: domain.OutcomeFailed}}
}

func flag(code domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: code, Outcome: domain.OutcomeFlagged}}
}

func checkSharpness(e Evidence) []domain.Finding {
	switch {
	case e.Facts.Sharpness < SharpnessFailBelow:
		return fail(domain.FindingTooBlurred)
	case e.Facts.Sharpness < SharpnessFlagBelow:
		return flag(domain.FindingSlightlyBlurred)
	}
	return nil
}

func checkLight(e Evidence) []domain.Finding {
	exposed := e.Photo.Subject.Type.Traits().Exposed
	var found []domain.Finding
	if e.Facts.Brightness < BrightnessMin {
		found = append(found, fail(domain.FindingTooDark)...)
	}
	if e.Facts.Brightness > BrightnessMax && exposed {
		found = append(found, fail(domain.FindingTooBright)...)
	}
	if e.Facts.Glare > GlareMax && exposed {
		found = append(found, fail(domain.FindingGlare)...)
	}
	return found
}

// checkTime checks when the photo was captured, by the time of the file and that of the device.
// The device's can fail the photo only if the file has none. Both are compared with the times of
// the challenge and of the announcement, because the capture was between these and they are by
// our own clock.
func checkTime(e Evidence) []domain.Finding {
	var found []domain.Finding
	uploaded, challenged := e.Photo.CreatedAt, e.Photo.ChallengedAt
	exif, device := e.Facts.EXIF.TakenAt, e.Photo.Device.CapturedAt
	if exif != nil {
		old := uploaded.Sub(*exif) > CaptureMaxAge
		switch {
		case old && e.Facts.EXIF.Zoned:
			found = append(found, fail(domain.FindingTooOld)...)
		case old:
			found = append(found, flag(domain.FindingMaybeTooOld)...)
		case exif.Before(challenged.Add(-clockLag(e.Photo) - captureRounding)):
			found = append(found, flag(domain.FindingBeforeChallenge)...)
		case exif.Sub(uploaded) > DeviceClockMaxSkew:
			found = append(found, flag(domain.FindingClockSkew)...)
		}
	}
	if device != nil {
		old := uploaded.Sub(*device) > CaptureMaxAge
		switch {
		case old && exif == nil:
			found = append(found, fail(domain.FindingTooOld)...)
		case device.Before(challenged.Add(-DeviceClockMaxSkew)), device.Sub(uploaded) > DeviceClockMaxSkew:
			found = append(found, flag(domain.FindingClockSkew)...)
		}
	}
	return unique(found)
}

// clockLag returns how far the device's clock lags behind ours, at most DeviceClockMaxSkew. If the
// device's report has a time before the challenge, its clock lags by the difference, because the
// report was made after the challenge. The file's time is by the same clock.
func clockLag(p domain.Photo) time.Duration {
	if p.Device.CapturedAt == nil {
		return 0
	}
	return min(max(0, p.ChallengedAt.Sub(*p.Device.CapturedAt)), DeviceClockMaxSkew)
}

// checkPlace checks how far from the property the photo was taken, by the file's own position,
// else by the device's. The device's accuracy widens the limit for both, because the file's
// position comes from the same receiver. An accuracy beyond MaxAccuracyM is flagged, because it
// would make the limit meaningless.
func checkPlace(e Evidence) []domain.Finding {
	if !e.Photo.Subject.Type.Traits().Placed {
		return nil
	}
	exif, device := e.Facts.EXIF.Place(), e.Photo.Device.Place()
	if exif == nil && device == nil {
		return flag(domain.FindingNoLocation)
	}
	var found []domain.Finding
	if e.Property != nil && e.Photo.TooFar(*e.Property) {
		found = append(found, fail(domain.FindingTooFar)...)
	}
	if e.Photo.Device.AccuracyM > MaxAccuracyM {
		found = append(found, flag(domain.FindingImpreciseLocation)...)
	}
	if exif != nil && device != nil && exif.DistanceKM(*device) > SourcesMaxApartKM+e.Photo.Device.AccuracyKM() {
		found = append(found, flag(domain.FindingLocationDisagrees)...)
	}
	return found
}

func checkTwins(e Evidence) []domain.Finding {
	if len(e.Twins) > 0 {
		return flag(domain.FindingDuplicate)
	}
	return nil
}

func checkRepeat(e Evidence) []domain.Finding { return domain.RepeatFindings(e.Repeat) }

func unique(findings []domain.Finding) []domain.Finding {
	var out []domain.Finding
	for _, f := range findings {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}
