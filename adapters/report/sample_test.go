package report_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/propflow/propflow/domain"
)

// house draws a facade under a sky, with windows and grain, as a JPEG.
func house(w, h int, seed uint64) []byte {
	random := rand.New(rand.NewPCG(seed, 1))
	wall := color.RGBA{uint8(150 + random.IntN(90)), uint8(130 + random.IntN(80)), uint8(100 + random.IntN(80)), 255}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	grain := func(v uint8) uint8 { return uint8(min(255, max(0, int(v)+random.IntN(13)-6))) }
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(120 + 100*y/h), uint8(170 + 60*y/h), 235, 255}
			u, v := x*100/w, y*100/h
			switch {
			case v > 85:
				c = color.RGBA{90, 110, 70, 255}
			case u > 15 && u < 85 && v > 35:
				c = wall
				if u%14 > 4 && u%14 < 11 && v%22 > 8 && v%22 < 18 {
					c = color.RGBA{50, 70, 90, 255}
				}
			case v > 15 && v > 35-(min(u, 100-u)-12)/2 && u > 12 && u < 88:
				c = color.RGBA{140, 60, 45, 255}
			}
			img.SetRGBA(x, y, color.RGBA{grain(c.R), grain(c.G), grain(c.B), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// facades are eight houses, the first as large as display derivatives are.
var facades = sync.OnceValue(func() [][]byte {
	made := [][]byte{house(1600, 1200, 0)}
	for i := range uint64(7) {
		made = append(made, house(480, 360, i+1))
	}
	return made
})

var upright = sync.OnceValue(func() []byte { return house(270, 480, 77) })

var (
	generated = time.Date(2026, 3, 2, 6, 41, 12, 0, time.UTC)
	valued    = generated.Add(-18 * time.Minute)
	place     = domain.Point{Lat: 19.11702, Lng: 72.90541}
)

func ptr[T any](v T) *T { return &v }

// sample is a case as a lender sees it: risky, signed off, with one flagged photo and one
// that no longer decodes.
func sample(t testing.TB) domain.ReportDocument {
	t.Helper()
	d := domain.ReportDocument{
		Property: domain.Property{
			ID: "0195502a-0000-7000-8000-000000000001", Reference: "PF-20260302-7KQ2XM", ExternalRef: "LAP/MUM/2026/004417",
			Type: domain.Apartment, State: domain.Approved,
			Details: domain.Details{
				Address: domain.Address{
					Line1: "Flat 1203, Tower B, Nahar Amrit Shakti", Line2: "Chandivali Farm Road", Locality: "Powai",
					City: "Mumbai", State: "Maharashtra", Pincode: "400072",
				},
				AreaSqFt: 1180, Bedrooms: ptr(2), Bathrooms: ptr(2), Floor: ptr(12), YearBuilt: ptr(2014),
				Location: &domain.Location{Point: place, AccuracyM: 8},
			},
			SubmittedAt: valued.Add(-96 * time.Minute), ReviewedAt: valued.Add(-31 * time.Minute),
		},
		OwnerName: "Asha Deshpande", Phone: "+91********78", ValuerName: "Ravi Menon", SignerName: "Farida Contractor",
		AuditHead: strings.Repeat("9f3ac0d17b", 7)[:64], GeneratedAt: generated,
	}
	d.Valuation = domain.Valuation{
		ID: "0195502a-0000-7000-8000-000000000007", Number: 2, Amount: 2_46_50_000, Methodology: domain.SalesComparison,
		Comparables: sales(), Confidence: 74, Status: domain.ValuationApproved, Risks: []domain.Risk{domain.RiskFlagged},
		SignOff:   &domain.SignOff{By: "s", At: valued.Add(9 * time.Minute)},
		CreatedAt: valued, ApprovedAt: valued.Add(9 * time.Minute),
		Suggestion: domain.Suggestion{
			Amount: 2_38_00_000, Low: 2_11_00_000, High: 2_67_00_000, Confidence: 74, ForecastSD: 0.092,
			Comparables: sales(), Model: "weighted comparables v1",
		},
		Rationale: "The flat is on the twelfth floor of a well kept tower with two lifts and covered parking. Kitchen and bathrooms were " +
			"renovated, by the look of the fittings within the last five years; living room and bedrooms are in good order.\n\n" +
			"Sales 1 and 2 are in the same complex and carry most of the weight. Sale 3 is older and lower and was adjusted for both. " +
			"The amount lies a little above the model's because the subject has an open view to the lake, which none of the comparables has.",
	}
	for i, subject := range []domain.Subject{
		{Type: domain.PhotoFront}, {Type: domain.PhotoSide}, {Type: domain.PhotoInternal, Room: domain.RoomLiving},
		{Type: domain.PhotoInternal, Room: domain.RoomKitchen}, {Type: domain.PhotoInternal, Room: domain.RoomBedroom},
		{Type: domain.PhotoInternal, Room: domain.RoomBathroom}, {Type: domain.PhotoAmenity}, {Type: domain.PhotoDocument},
	} {
		d.Photos = append(d.Photos, domain.ReportPhoto{Photo: photo(i, subject), JPEG: facades()[i]})
	}
	flagged := &d.Photos[3].Photo
	flagged.Status = domain.PhotoFlagged
	flagged.Findings = []domain.Finding{{Code: domain.FindingSlightlyBlurred, Outcome: domain.OutcomeFlagged}, {Code: domain.FindingDuplicate, Outcome: domain.OutcomeFlagged}}
	flagged.LinkedTo = []domain.PropertyID{"other"}
	flagged.Resolution = &domain.FlagResolution{Decision: domain.FlagAccepted, Reason: "Same owner, earlier withdrawn case of this flat; the blur hides nothing.", At: valued}
	d.Photos[4].JPEG = upright()
	d.Photos[6].JPEG = d.Photos[6].JPEG[:5_000]
	d.Photos[7].Photo.Facts.EXIF = domain.EXIF{}
	d.Photos[7].Photo.Device = domain.DeviceReport{}
	return d
}

func photo(i int, subject domain.Subject) domain.Photo {
	taken := valued.Add(-time.Duration(120-i) * time.Minute)
	near := domain.Point{Lat: place.Lat + float64(i)*0.00007, Lng: place.Lng}
	return domain.Photo{
		ID: domain.PhotoID(fmt.Sprint("photo", i)), Subject: subject, Status: domain.PhotoPassed, CreatedAt: taken.Add(40 * time.Second),
		Facts: domain.ImageFacts{
			Format: domain.FormatJPEG, Bytes: 3_412_877 + int64(i)*10_007, SHA256: strings.Repeat(fmt.Sprintf("%02x5be1", i*37+16), 11)[:64],
			Width: 4080, Height: 3060,
			EXIF: domain.EXIF{TakenAt: &taken, Zoned: true, Location: &near, Make: "Google", Model: "Pixel 8"},
		},
		Device: domain.DeviceReport{CapturedAt: &taken, Location: &near, AccuracyM: 6, Model: "Pixel 8"},
	}
}

func sales() []domain.AdjustedComparable {
	sold := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 0, 0, 0, 0, time.UTC) }
	sale := func(id, locality string, source domain.ComparableSource, km float64, on time.Time, area int, price, adjusted domain.Rupees, weight, time, size, age float64) domain.AdjustedComparable {
		return domain.AdjustedComparable{
			Comparable: domain.Comparable{
				ID: domain.ComparableID(id), Source: source, SourceID: id, Locality: locality, City: "Mumbai", Pincode: "400072",
				Type: domain.Apartment, AreaSqFt: area, Price: price, SoldOn: on,
			},
			DistanceKM: km, AdjustedPrice: adjusted, Weight: weight,
			Adjustments: []domain.Adjustment{{Kind: domain.AdjustTime, Percent: time}, {Kind: domain.AdjustSize, Percent: size}, {Kind: domain.AdjustAge, Percent: age}},
		}
	}
	return []domain.AdjustedComparable{
		sale("MUM-2025-118822", "Nahar Amrit Shakti, Chandivali", domain.SourceRegistry, 0.12, sold(11, 18), 1150, 2_31_00_000, 2_40_50_000, 0.34, 1.9, 2.1, 0),
		sale("MUM-2025-113401", "Nahar Amrit Shakti, Chandivali", domain.SourceRegistry, 0.18, sold(9, 2), 1220, 2_38_75_000, 2_37_90_000, 0.29, 3.1, -2.9, 0),
		sale("MUM-2025-109377", "Powai", domain.SourceRegistry, 1.34, sold(6, 25), 1010, 1_88_00_000, 2_29_40_000, 0.19, 4.6, 13.8, 2.4),
		sale("L-88213", "Hiranandani Gardens", domain.SourceLender, 1.92, sold(4, 7), 1320, 3_05_00_000, 2_63_10_000, 0.12, 5.8, -9.2, -3.1),
		sale("B-5512", "Saki Vihar Road, opposite the old cotton mill compound", domain.SourceBroker, 2.41, sold(2, 14), 1100, 1_96_00_000, 2_24_80_000, 0.06, 6.7, 5.9, 0),
	}
}
