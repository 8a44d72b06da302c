package photocheck

import (
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
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
	// MaxAccuracyM is the widest circle, in metres, that still says where a photo was
	// taken. Phones whose owner grants the approximate location only are beyond it; so is who
	// claims a circle that holds the property from anywhere.
	MaxAccuracyM = 1000.0
	// captureRounding is how far a file's time may precede the device's report of the same
	// shot: EXIF keeps whole seconds, and the report comes a moment after the shutter.
	captureRounding = 2 * time.Second
	// SourcesMaxApartKM is how far the file's place and the device's may lie apart before
	// they disagree: the same distance that would fail a photo.
	SourcesMaxApartKM = domain.PhotoMaxDistanceKM
)

// Evidence is all that the photo checks weigh.
type Evidence struct {
	Photo    domain.Photo
	Facts    domain.ImageFacts
	Analysis domain.ImageAnalysis
	// Property is where the property lies; nil where that is not known yet.
	Property *domain.Point
	// Twins are photos of other properties that hold the same picture.
	Twins []domain.PropertyID
}

// Inspect weighs the evidence by docs/domain.md, "Photo checks", and returns what it finds
// wrong, worst first. No findings means that the photo passes.
func (e Evidence) Inspect() []domain.Finding {
	if e.Facts.Fault != domain.NoFault {
		return fail(domain.FindingCode(e.Facts.Fault))
	}
	e.Photo.Facts = e.Facts
	checks := []func(Evidence) []domain.Finding{
		checkSharpness, checkLight, checkTime, checkPlace, checkDevice, checkTwins, checkScreenshot, checkScreen, checkAnalysis,
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

// checkTime dates the capture. The file's own time counts first, then the device's; the
// challenge brackets both, because it was issued before the shutter by our own clock.
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

// clockLag returns how far the device's clock evidently lags behind ours, at most
// DeviceClockMaxSkew: its report was made after the challenge, whatever it says. The file's
// time is by the same clock.
func clockLag(p domain.Photo) time.Duration {
	if p.Device.CapturedAt == nil {
		return 0
	}
	return min(max(0, p.ChallengedAt.Sub(*p.Device.CapturedAt)), DeviceClockMaxSkew)
}

// checkPlace measures how far from the property the photo was taken, first by the file's
// own position, then by the device's. The device's accuracy widens the limit for both:
// the file's position comes from the same receiver. One beyond MaxAccuracyM would make
// the limit mean nothing, and a valuer looks.
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

func unique(findings []domain.Finding) []domain.Finding {
	var out []domain.Finding
	for _, f := range findings {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}
