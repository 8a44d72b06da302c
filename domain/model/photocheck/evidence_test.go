package photocheck_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

// evidence is a photo that passes every check: asked for two minutes before t0, taken half
// a minute later at the property, uploaded a minute before t0.
func evidence(change ...func(*photocheck.Evidence)) photocheck.Evidence {
	e := photocheck.Evidence{
		Photo: domain.Photo{
			ID: "front", PropertyID: "property", OwnerID: "owner", Subject: front,
			ChallengedAt: t0.Add(-2 * time.Minute), CreatedAt: t0.Add(-time.Minute),
			Device: domain.DeviceReport{CapturedAt: new(t0.Add(-90 * time.Second)), Location: new(home), AccuracyM: 10, Model: "Pixel 8"},
		},
		Facts: domain.ImageFacts{
			Format: domain.FormatJPEG, Width: 4032, Height: 3024, Sharpness: 200, Brightness: 120, Glare: 0.05,
			EXIF: domain.EXIF{
				TakenAt: new(t0.Add(-90 * time.Second)), Zoned: true, Location: new(home), Make: "Google", Model: "Pixel 8",
			},
		},
		Property: new(home),
	}
	for _, f := range change {
		f(&e)
	}
	return e
}

// north returns the point so many kilometres north of the test's property.
func north(km float64) *domain.Point {
	return &domain.Point{Lat: home.Lat + km/domain.EarthRadiusKM*180/math.Pi, Lng: home.Lng}
}

func takenAt(at time.Time, zoned bool) func(*photocheck.Evidence) {
	return func(e *photocheck.Evidence) { e.Facts.EXIF.TakenAt, e.Facts.EXIF.Zoned = &at, zoned }
}

func deviceAt(at time.Time) func(*photocheck.Evidence) {
	return func(e *photocheck.Evidence) { e.Photo.Device.CapturedAt = &at }
}

func noTime(e *photocheck.Evidence) { e.Facts.EXIF.TakenAt, e.Photo.Device.CapturedAt = nil, nil }

func at(file, device *domain.Point) func(*photocheck.Evidence) {
	return func(e *photocheck.Evidence) { e.Facts.EXIF.Location, e.Photo.Device.Location = file, device }
}

func of(s domain.Subject) func(*photocheck.Evidence) {
	return func(e *photocheck.Evidence) { e.Photo.Subject = s }
}

func facts(change func(*domain.ImageFacts)) func(*photocheck.Evidence) {
	return func(e *photocheck.Evidence) { change(&e.Facts) }
}

func failed(c domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: c, Outcome: domain.OutcomeFailed}}
}

func flagged(c domain.FindingCode) []domain.Finding {
	return []domain.Finding{{Code: c, Outcome: domain.OutcomeFlagged}}
}

type row struct {
	name   string
	change []func(*photocheck.Evidence)
	want   []domain.Finding
}

func inspectAll(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, r.want, evidence(r.change...).Inspect())
		})
	}
}

type changes = []func(*photocheck.Evidence)

func TestGoodEvidencePasses(t *testing.T) {
	t.Parallel()
	for _, subject := range []domain.Subject{front, side, kitchen, document, {Type: domain.PhotoAmenity}} {
		found := evidence(of(subject)).Inspect()
		assert.Empty(t, found, subject)
		assert.Equal(t, domain.OutcomePassed, domain.Worst(found))
	}
}

func TestFileFaults(t *testing.T) {
	t.Parallel()
	for _, fault := range []domain.ImageFault{
		domain.FaultNotAnImage, domain.FaultBroken, domain.FaultTooManyBytes, domain.FaultTooBig, domain.FaultTooSmall,
		domain.FaultTooSlow, domain.FaultChecksum,
	} {
		e := evidence(func(e *photocheck.Evidence) { *e = photocheck.Evidence{Facts: domain.ImageFacts{Fault: fault}} })
		assert.Equal(t, failed(domain.FindingCode(fault)), e.Inspect(), "nothing else is known of a file with a fault")
	}
}

func TestSharpness(t *testing.T) {
	t.Parallel()
	sharp := func(v float64) changes { return changes{facts(func(f *domain.ImageFacts) { f.Sharpness = v })} }
	inspectAll(t, []row{
		{"none", sharp(0), failed(domain.FindingTooBlurred)},
		{"below the lower", sharp(math.Nextafter(photocheck.SharpnessFailBelow, 0)), failed(domain.FindingTooBlurred)},
		{"at the lower", sharp(photocheck.SharpnessFailBelow), flagged(domain.FindingSlightlyBlurred)},
		{"below the upper", sharp(math.Nextafter(photocheck.SharpnessFlagBelow, 0)), flagged(domain.FindingSlightlyBlurred)},
		{"at the upper", sharp(photocheck.SharpnessFlagBelow), nil},
	})
}

func TestLight(t *testing.T) {
	t.Parallel()
	bright := func(v float64, subject domain.Subject) changes {
		return changes{facts(func(f *domain.ImageFacts) { f.Brightness = v }), of(subject)}
	}
	glare := func(v float64, subject domain.Subject) changes {
		return changes{facts(func(f *domain.ImageFacts) { f.Glare = v }), of(subject)}
	}
	inspectAll(t, []row{
		{"dark", bright(math.Nextafter(40, 0), front), failed(domain.FindingTooDark)},
		{"dark document", bright(39, document), failed(domain.FindingTooDark)},
		{"just light enough", bright(40, front), nil},
		{"just not too bright", bright(220, front), nil},
		{"bright", bright(math.Nextafter(220, 255), front), failed(domain.FindingTooBright)},
		{"bright document", bright(255, document), nil},
		{"just not glaring", glare(0.70, front), nil},
		{"glaring", glare(math.Nextafter(0.70, 1), front), failed(domain.FindingGlare)},
		{"glaring document", glare(1, document), nil},
	})
}

func TestTwins(t *testing.T) {
	t.Parallel()
	twins := func(e *photocheck.Evidence) { e.Twins = []domain.PropertyID{"another"} }
	repeat := func(o domain.Outcome) func(e *photocheck.Evidence) {
		return func(e *photocheck.Evidence) { e.Repeat = o }
	}
	inspectAll(t, []row{
		{"another property's photo", changes{twins}, flagged(domain.FindingDuplicate)},
		{"another property's document", changes{twins, of(document)}, flagged(domain.FindingDuplicate)},
		{"the same file in the case", changes{repeat(domain.OutcomeFailed)}, failed(domain.FindingSameBytes)},
		{"the same picture in the case", changes{repeat(domain.OutcomeFlagged)}, flagged(domain.FindingSamePicture)},
		{"no repetition", changes{repeat(domain.OutcomePassed)}, nil},
	})
}

// TestWorstFirst piles up findings.
func TestWorstFirst(t *testing.T) {
	t.Parallel()
	found := evidence(
		facts(func(f *domain.ImageFacts) {
			f.Sharpness, f.Brightness, f.Glare = photocheck.SharpnessFlagBelow-1, 250, 0.9
		}), at(nil, nil),
		func(e *photocheck.Evidence) { e.Twins = []domain.PropertyID{"x", "y"} },
	).Inspect()
	assert.Equal(t, []domain.Finding{
		{Code: domain.FindingTooBright, Outcome: domain.OutcomeFailed}, {Code: domain.FindingGlare, Outcome: domain.OutcomeFailed},
		{Code: domain.FindingSlightlyBlurred, Outcome: domain.OutcomeFlagged},
		{Code: domain.FindingNoLocation, Outcome: domain.OutcomeFlagged}, {Code: domain.FindingDuplicate, Outcome: domain.OutcomeFlagged},
	}, found)
}

// TestInspectIsPure weighs random evidence twice, and never finds the same thing twice.
func TestInspectIsPure(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := evidence(
			facts(func(f *domain.ImageFacts) {
				f.Sharpness = rapid.Float64Range(0, 100).Draw(t, "sharpness")
				f.Brightness = rapid.Float64Range(0, 255).Draw(t, "brightness")
				f.Glare = rapid.Float64Range(0, 1).Draw(t, "glare")
			}),
			takenAt(t0.Add(time.Duration(rapid.IntRange(-90, 90).Draw(t, "minutes"))*time.Minute), rapid.Bool().Draw(t, "zoned")),
			deviceAt(t0.Add(time.Duration(rapid.IntRange(-90, 90).Draw(t, "device minutes"))*time.Minute)),
			at(north(rapid.Float64Range(-2, 2).Draw(t, "km")), north(rapid.Float64Range(-2, 2).Draw(t, "device km"))),
			of(rapid.SampledFrom([]domain.Subject{front, side, kitchen, document}).Draw(t, "subject")),
		)
		found := e.Inspect()
		if again := e.Inspect(); len(again) != len(found) {
			t.Fatalf("found %v, then %v", found, again)
		}
		seen := map[domain.FindingCode]bool{}
		for i, f := range found {
			if seen[f.Code] {
				t.Fatalf("%s found twice in %v", f.Code, found)
			}
			seen[f.Code] = true
			if i > 0 && found[i-1].Outcome == domain.OutcomeFlagged && f.Outcome == domain.OutcomeFailed {
				t.Fatalf("not worst first: %v", found)
			}
		}
		if e.Photo.Subject == document {
			for _, c := range []domain.FindingCode{domain.FindingTooBright, domain.FindingGlare, domain.FindingTooFar, domain.FindingNoLocation, domain.FindingNoDevice} {
				if seen[c] {
					t.Fatalf("%s does not apply to documents", c)
				}
			}
		}
	})
}
