package photocheck

import "github.com/propflow/propflow/domain"

// Advice returns what the owner should know or do about a finding, in plain words.
func Advice(c domain.FindingCode) string {
	if s, ok := advice[c]; ok {
		return s
	}
	return "Please take this photo again."
}

var advice = map[domain.FindingCode]string{
	domain.FindingCode(domain.FaultNotAnImage):   "This file is not a photo. Take the picture with the camera and upload it again.",
	domain.FindingCode(domain.FaultBroken):       "The photo arrived damaged. Please take it again.",
	domain.FindingCode(domain.FaultTooManyBytes): "The photo is larger than 10 MB. Lower the camera's resolution and take it again.",
	domain.FindingCode(domain.FaultTooBig):       "The photo has too many pixels. Lower the camera's resolution and take it again.",
	domain.FindingCode(domain.FaultTooSmall):     "The photo is too small to show anything. Raise the camera's resolution and take it again.",
	domain.FindingCode(domain.FaultTooSlow):      "The photo could not be read in time. Please take it again.",
	domain.FindingCode(domain.FaultChecksum):     "The photo changed on its way to us. Please upload it again.",

	domain.FindingTooBlurred:        "The photo is blurred. Hold the phone still, let it focus and take it again.",
	domain.FindingSlightlyBlurred:   "The photo is slightly blurred; a valuer will look at it.",
	domain.FindingTooDark:           "The photo is too dark. Switch on the lights or use daylight and take it again.",
	domain.FindingTooBright:         "The photo is too bright. Turn away from the light and take it again.",
	domain.FindingGlare:             "Most of the photo is glare. Turn away from the light and take it again.",
	domain.FindingTooOld:            "The photo was taken more than 30 minutes ago. Take a new one at the property.",
	domain.FindingMaybeTooOld:       "The photo may be older than 30 minutes; a valuer will look at it.",
	domain.FindingBeforeChallenge:   "The photo seems to be older than its request; a valuer will look at it.",
	domain.FindingClockSkew:         "The phone's clock seems wrong; a valuer will look at the photo.",
	domain.FindingTooFar:            "The photo was taken too far from the property. Take it at the property, with location switched on.",
	domain.FindingNoLocation:        "The photo does not say where it was taken; a valuer will look at it.",
	domain.FindingImpreciseLocation: "The phone knows only roughly where it is; a valuer will look at the photo. Allow the precise location.",
	domain.FindingNoDevice:          "The photo does not say what took it; a valuer will look at it.",
	domain.FindingLocationDisagrees: "The photo and the phone name different places; a valuer will look at it.",
	domain.FindingModelDisagrees:    "The photo and the phone name different devices; a valuer will look at it.",
	domain.FindingDuplicate:         "A person will look at this photo.", // owners may not know of other cases
	domain.FindingSameBytes:         "This is the same file as another photo of this property. Take a new picture, or remove this one.",
	domain.FindingSamePicture:       "The photo looks like another photo of this property; a valuer will look at it.",
	domain.FindingScreenshot:        "This is a screenshot. Take a photo with the camera.",
	domain.FindingScreen:            "The photo seems to show a screen; a valuer will look at it.",
	domain.FindingUnsafe:            "The photo shows something unsuitable. Take a photo of the property only.",
	domain.FindingContradiction:     "The photo seems to show something else than asked for; a valuer will look at it.",
}
