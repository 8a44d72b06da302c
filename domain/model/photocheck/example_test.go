package photocheck_test

import (
	"fmt"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

// The checks return what is wrong with a photo, and advice for its owner.
func ExampleEvidence_Inspect() {
	home, far := domain.Point{Lat: 12.9716, Lng: 77.5946}, domain.Point{Lat: 12.9916, Lng: 77.5946}
	evidence := photocheck.Evidence{
		Photo:    domain.Photo{Subject: domain.Subject{Type: domain.PhotoFront}, Device: domain.DeviceReport{Location: &far, AccuracyM: 12}},
		Facts:    domain.ImageFacts{Format: domain.FormatJPEG, Sharpness: 200, Brightness: 120},
		Property: &home,
	}
	for _, f := range evidence.Inspect() {
		fmt.Println(f.Outcome, f.Code, "–", photocheck.Advice(f.Code).English)
	}
	// Output:
	// FAILED TOO_FAR_FROM_PROPERTY – The photo was taken too far from the property. Take it at the property, with location switched on.
	// FLAGGED NO_DEVICE – The photo does not say what took it; a valuer will look at it.
}
