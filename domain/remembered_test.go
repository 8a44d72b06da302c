package domain_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
)

// TestRememberedResults holds the JSON of results that are remembered under an idempotency
// key, for 24 hours and so across a release, to the files of testdata.
func TestRememberedResults(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]any{"photo": rememberedPhoto(), "valuation": rememberedValuation()} {
		want, err := os.ReadFile("testdata/remembered_" + name + ".json")
		require.NoError(t, err)
		got, err := json.MarshalIndent(result, "", "  ")
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got)+"\n", name)
	}
}

func rememberedPhoto() domain.Photo {
	at := time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)
	place := &domain.Point{Lat: 12.5, Lng: 77.5}
	return domain.Photo{
		ID: "photo", PropertyID: "property", OwnerID: "owner",
		Subject:     domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen},
		Status:      domain.PhotoFlagged,
		Announced:   domain.Announcement{SHA256: "ab", Bytes: 7, ContentType: domain.ContentJPEG},
		Device:      domain.DeviceReport{CapturedAt: &at, Location: place, AccuracyM: 5, Model: "Pixel 8"},
		ChallengeID: "challenge", ChallengedAt: at, CreatedAt: at, CompletedAt: at, InspectedAt: at,
		Facts: domain.ImageFacts{
			Format: domain.FormatJPEG, Bytes: 7, SHA256: "ab", Width: 4000, Height: 3000, Sharpness: 200, Brightness: 120,
			Glare: 0.1, PerceptualHash: 9, Hashes: [8]uint64{9}, Fingerprint: domain.Fingerprint{1, 2}, Moire: 0.5, C2PA: true,
			EXIF: domain.EXIF{Orientation: 1, TakenAt: &at, Zoned: true, Location: place, Make: "Google", Model: "Pixel 8", Software: "s", CreatorTool: "c"},
		},
		Findings:   []domain.Finding{{Code: domain.FindingGlare, Outcome: domain.OutcomeFailed}},
		Analysis:   domain.ImageAnalysis{Done: true, Labels: []domain.Label{{Name: "kitchen", Score: 0.9}}, Text: "text"},
		LinkedTo:   []domain.PropertyID{"twin"},
		Resolution: &domain.FlagResolution{Decision: domain.FlagAccepted, Reason: "fine", By: "valuer", At: at},
		ReplacedBy: "retake", Version: 3,
	}
}

func rememberedValuation() domain.Valuation {
	at := time.Date(2026, 7, 1, 6, 0, 0, 0, time.UTC)
	two := 2
	sold := domain.AdjustedComparable{
		Comparable: domain.Comparable{
			ID: "sale", Source: domain.SourceRegistry, SourceID: "1", Type: domain.House, Locality: "Indiranagar", City: "Bengaluru",
			Pincode: "560038", Location: domain.Point{Lat: 12.5, Lng: 77.5}, AreaSqFt: 900, Bedrooms: &two, Price: 9_000_000, SoldOn: at,
			CreatedBy: "admin", CreatedAt: at,
		},
		DistanceKM: 0.5, AgeMonths: 3, Adjustments: []domain.Adjustment{{Kind: domain.AdjustTime, Percent: 1.5}}, AdjustedPrice: 9_100_000, Weight: 0.5,
	}
	return domain.Valuation{
		ID: "valuation", PropertyID: "property", Number: 1, ValuerID: "valuer", Amount: 9_000_000, Methodology: domain.SalesComparison,
		Comparables: []domain.AdjustedComparable{sold}, FewerReason: "few", Rationale: "why",
		Suggestion: domain.Suggestion{
			Amount: 9_000_000, Low: 8_000_000, High: 10_000_000, Confidence: 70, ForecastSD: 0.12,
			Comparables: []domain.AdjustedComparable{sold}, Model: "similar-sales/1",
		},
		Confidence: 70, Status: domain.ValuationApproved, Risks: []domain.Risk{domain.RiskHighAmount},
		SignOff:   &domain.SignOff{By: "supervisor", At: at, ReturnReason: "r"},
		Report:    domain.Report{Key: "k", SHA256: "ab", StoredAt: at, FailedAt: at, Retries: 1},
		CreatedAt: at, ApprovedAt: at, Version: 2,
	}
}
