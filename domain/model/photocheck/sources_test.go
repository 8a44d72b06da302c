package photocheck_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

func TestCaptureTime(t *testing.T) {
	t.Parallel()
	uploaded, challenged := evidence().Photo.CreatedAt, evidence().Photo.ChallengedAt
	old, lagging := uploaded.Add(-30*time.Minute), challenged.Add(-4*time.Minute)
	inspectAll(t, []row{
		{"zoned, 30 min old", changes{takenAt(old, true)}, flagged(domain.FindingBeforeChallenge)},
		{"zoned, older", changes{takenAt(old.Add(-1), true)}, failed(domain.FindingTooOld)},
		{"zoned, older, document", changes{takenAt(old.Add(-1), true), of(document)}, failed(domain.FindingTooOld)},
		{"zoneless, 30 min old", changes{takenAt(old, false)}, flagged(domain.FindingBeforeChallenge)},
		{"zoneless, older", changes{takenAt(old.Add(-1), false)}, flagged(domain.FindingMaybeTooOld)},
		{"zoneless, years old", changes{takenAt(old.AddDate(-3, 0, 0), false)}, flagged(domain.FindingMaybeTooOld)},
		{"about the challenge's second", changes{takenAt(challenged.Add(-2*time.Second), true)}, nil},
		{"before the challenge", changes{takenAt(challenged.Add(-2*time.Second-1), true)}, flagged(domain.FindingBeforeChallenge)},
		{"zoneless, before the challenge", changes{takenAt(challenged.Add(-3*time.Second), false)}, flagged(domain.FindingBeforeChallenge)},
		{"before it without a report", changes{noTime, takenAt(challenged.Add(-3*time.Second), true)}, flagged(domain.FindingBeforeChallenge)},
		{"before it by a clock that lags", changes{takenAt(lagging, true), deviceAt(lagging)}, nil},
		{"before it by more than the lag", changes{takenAt(lagging.Add(-2*time.Second-1), true), deviceAt(lagging)}, flagged(domain.FindingBeforeChallenge)},
		{"file's clock 5 min ahead", changes{takenAt(uploaded.Add(5*time.Minute), true)}, nil},
		{"file's clock further ahead", changes{takenAt(uploaded.Add(5*time.Minute+1), true)}, flagged(domain.FindingClockSkew)},
		{"device's clock 5 min behind", changes{deviceAt(challenged.Add(-5 * time.Minute))}, nil},
		{"device's clock further behind", changes{deviceAt(challenged.Add(-5*time.Minute - 1))}, flagged(domain.FindingClockSkew)},
		{"device's clock 5 min ahead", changes{deviceAt(uploaded.Add(5 * time.Minute))}, nil},
		{"device's clock further ahead", changes{deviceAt(uploaded.Add(5*time.Minute + 1))}, flagged(domain.FindingClockSkew)},
		{"both ahead, told once", changes{takenAt(uploaded.Add(time.Hour), true), deviceAt(uploaded.Add(time.Hour))}, flagged(domain.FindingClockSkew)},
		{"file fresh, device old", changes{deviceAt(old.Add(-1))}, flagged(domain.FindingClockSkew)},
		{"file zoneless, device older", changes{takenAt(uploaded, false), deviceAt(old.Add(-1))}, flagged(domain.FindingClockSkew)},
		{"device alone, 30 min old", changes{noTime, deviceAt(old)}, flagged(domain.FindingClockSkew)},
		{"device alone, older", changes{noTime, deviceAt(old.Add(-1))}, failed(domain.FindingTooOld)},
		{"device alone, fresh", changes{noTime, deviceAt(uploaded)}, nil},
		{"neither: the challenge dates it", changes{noTime}, nil},
	})
}

// TestBothTimesOld finds the file's age once and the device's clock beside it, worst first.
func TestBothTimesOld(t *testing.T) {
	t.Parallel()
	old := t0.Add(-time.Hour)
	assert.Equal(t, append(failed(domain.FindingTooOld), flagged(domain.FindingClockSkew)...),
		evidence(takenAt(old, true), deviceAt(old)).Inspect())
}

func TestPlace(t *testing.T) {
	t.Parallel()
	accuracy := func(m float64) func(*photocheck.Evidence) {
		return func(e *photocheck.Evidence) { e.Photo.Device.AccuracyM = m }
	}
	unknown := func(e *photocheck.Evidence) { e.Property = nil }
	near, far := north(0.4999999), north(0.5000001)
	nowhere := &domain.Point{Lat: math.NaN(), Lng: math.NaN()}
	inspectAll(t, []row{
		{"within half a kilometre", changes{accuracy(0), at(near, nil)}, nil},
		{"beyond it", changes{accuracy(0), at(far, nil)}, failed(domain.FindingTooFar)},
		{"within the accuracy", changes{accuracy(100), at(north(0.5999999), nil)}, nil},
		{"beyond the accuracy", changes{accuracy(100), at(north(0.6000001), nil)}, failed(domain.FindingTooFar)},
		{"nonsense accuracy", changes{accuracy(-1e6), at(near, nil)}, nil},
		{"device alone, near", changes{accuracy(0), at(nil, near)}, nil},
		{"device alone, far", changes{accuracy(0), at(nil, far)}, failed(domain.FindingTooFar)},
		{"the file counts first", changes{accuracy(0), at(north(0.1), north(0.55))}, nil},
		{
			"the file is far, the device near", changes{accuracy(0), at(far, new(home))},
			append(failed(domain.FindingTooFar), flagged(domain.FindingLocationDisagrees)...),
		},
		{"the file is near, the device far", changes{accuracy(0), at(new(home), far)}, flagged(domain.FindingLocationDisagrees)},
		{"they agree within the accuracy", changes{accuracy(50), at(new(home), north(0.5499))}, nil},
		{"as inaccurate as a place may be", changes{accuracy(1000), at(north(1.49), nil)}, nil},
		{"less accurate", changes{accuracy(1000.1), at(near, near)}, flagged(domain.FindingImpreciseLocation)},
		{"anywhere, by its accuracy", changes{accuracy(100_000), at(nil, north(90))}, flagged(domain.FindingImpreciseLocation)},
		{"inaccurate, neither", changes{accuracy(5000), at(nil, nil)}, flagged(domain.FindingNoLocation)},
		{"inaccurate, document", changes{accuracy(5000), at(nil, near), of(document)}, nil},
		{"both far", changes{accuracy(0), at(far, far)}, failed(domain.FindingTooFar)},
		{"neither", changes{at(nil, nil)}, flagged(domain.FindingNoLocation)},
		{"the file's is none", changes{accuracy(0), at(nowhere, nil)}, flagged(domain.FindingNoLocation)},
		{"the file's is none, the device is far", changes{accuracy(0), at(nowhere, far)}, failed(domain.FindingTooFar)},
		{"the file's is 0,0", changes{accuracy(0), at(&domain.Point{}, near)}, nil},
		{"document, neither", changes{at(nil, nil), of(document)}, nil},
		{"document, far away", changes{at(north(900), north(900)), of(document)}, nil},
		{"document, disagreeing", changes{at(north(900), north(100)), of(document)}, nil},
		{"property not placed yet", changes{at(far, far), unknown}, nil},
		{"property not placed yet, neither", changes{at(nil, nil), unknown}, flagged(domain.FindingNoLocation)},
	})
}

// TestTheExactDistance takes a photo exactly as far away as it may be, to the last bit.
func TestTheExactDistance(t *testing.T) {
	t.Parallel()
	where := north(0.61)
	limit := where.DistanceKM(home)
	accuracy := (limit - domain.PhotoMaxDistanceKM) * 1000
	for range 100 {
		if domain.PhotoMaxDistanceKM+accuracy/1000 == limit {
			break
		}
		accuracy = math.Nextafter(accuracy, 0)
	}
	require.InDelta(t, limit, domain.PhotoMaxDistanceKM+accuracy/1000, 0)
	take := func(accuracy float64) []domain.Finding {
		return evidence(at(where, nil), func(e *photocheck.Evidence) { e.Photo.Device.AccuracyM = accuracy }).Inspect()
	}
	assert.Empty(t, take(accuracy))
	assert.Equal(t, failed(domain.FindingTooFar), take(math.Nextafter(accuracy, 0)-1e-9))

	apart := func(accuracy float64) []domain.Finding {
		return evidence(at(new(home), where), func(e *photocheck.Evidence) { e.Photo.Device.AccuracyM = accuracy }).Inspect()
	}
	assert.Empty(t, apart(accuracy))
	assert.Equal(t, flagged(domain.FindingLocationDisagrees), apart(math.Nextafter(accuracy, 0)-1e-9))
}

func TestDevice(t *testing.T) {
	t.Parallel()
	models := func(make_, file, device string) func(*photocheck.Evidence) {
		return func(e *photocheck.Evidence) {
			e.Facts.EXIF.Make, e.Facts.EXIF.Model, e.Photo.Device.Model = make_, file, device
		}
	}
	inspectAll(t, []row{
		{"neither", changes{models("", "", "")}, flagged(domain.FindingNoDevice)},
		{"document, neither", changes{models("", "", ""), of(document)}, nil},
		{"file alone", changes{models("Google", "Pixel 8", "")}, nil},
		{"maker alone", changes{models("Google", "", "")}, nil},
		{"maker and device", changes{models("Google", "", "Pixel 8")}, nil},
		{"device alone", changes{models("", "", "Pixel 8")}, nil},
		{"same, written otherwise", changes{models("Google", "PIXEL-8", "Google Pixel 8")}, nil},
		{"part of the file's", changes{models("Apple", "Apple iPhone 15 Pro", "iPhone 15 Pro")}, nil},
		{"another", changes{models("samsung", "SM-S911B", "Pixel 8")}, flagged(domain.FindingModelDisagrees)},
		{"one letter apart", changes{models("", "A9", "B9")}, flagged(domain.FindingModelDisagrees)},
		{"another letter apart", changes{models("", "Z9", "B9")}, flagged(domain.FindingModelDisagrees)},
		{"one digit apart", changes{models("", "X0", "X1")}, flagged(domain.FindingModelDisagrees)},
		{"another digit apart", changes{models("", "X9", "X1")}, flagged(domain.FindingModelDisagrees)},
		{"another, document", changes{models("samsung", "SM-S911B", "Pixel 8"), of(document)}, nil},
	})
}
