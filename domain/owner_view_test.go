package domain_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func TestWhoSeesACaseAsItsOwner(t *testing.T) {
	t.Parallel()
	p := domain.Property{OwnerID: "owner"}
	for _, test := range []struct {
		who   domain.Actor
		owner bool
	}{
		{domain.Actor{ID: "owner", Role: domain.RoleCustomer}, true},
		{domain.Actor{ID: "owner", Role: domain.RoleSupervisor}, true},
		{domain.Actor{ID: "valuer", Role: domain.RoleValuer}, false},
		{domain.Actor{ID: "supervisor", Role: domain.RoleSupervisor}, false},
		{domain.Actor{ID: "stranger", Role: domain.RoleCustomer}, true},
		{domain.Actor{ID: "admin", Role: domain.RoleAdmin}, true},
		{domain.Actor{ID: "somebody", Role: "A_NEW_ROLE"}, true},
	} {
		assert.Equal(t, test.owner, p.SeenAsOwner(test.who), "%+v", test.who)
	}
}

func TestOwnersEventsAreOfActionsTheyMayKnow(t *testing.T) {
	t.Parallel()
	for _, state := range domain.States {
		for _, a := range actions {
			k := inState(t, state).later(a.wait)
			change, err := a.call(k, a.by)
			if err != nil || change.Action == "" {
				continue
			}
			if !change.Action.ShownToOwner() {
				assert.Equal(t, change.From, change.To, "%s is hidden, so it may not change the state", change.Action)
			}
			for _, e := range change.Effects(k.Property, func() string { return "id" }).Events {
				if e.OwnerID != "" {
					assert.True(t, e.Action.ShownToOwner(), e.Action)
				}
			}
		}
	}
	assert.False(t, domain.Action("something.new").ShownToOwner())
}

func TestTheOwnersTrail(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC)
	entry := func(action domain.Action, by domain.UserID, from, to domain.State, facts ...domain.Fact) domain.AuditEntry {
		return domain.AuditEntry{PropertyID: "p", At: now, ActorID: by, Action: action, From: from, To: to, Facts: facts}
	}
	trail := domain.OwnersTrail("owner", []domain.AuditEntry{
		entry(domain.ActionPhotoInspected, "", domain.Draft, domain.Draft, domain.Fact{Name: "photo", Value: "7"}, domain.Fact{Name: "status", Value: "FLAGGED"}),
		entry(domain.ActionSubmitted, "owner", domain.Draft, domain.Submitted, domain.Count("photos", 3)),
		entry(domain.ActionClaimed, "valuer", domain.Submitted, domain.UnderReview),
		entry(domain.ActionFlagged, "valuer", domain.UnderReview, domain.UnderReview),
		entry(domain.ActionPhotoResolved, "valuer", domain.UnderReview, domain.UnderReview, domain.Fact{Name: "photo", Value: "7"}),
		entry(domain.ActionSignOffAsked, "valuer", domain.UnderReview, domain.AwaitingSignOff, domain.Fact{Name: "amount", Value: "18500000"}),
	})
	assert.Equal(t, []domain.OwnerAuditEntry{
		{At: now, Actor: domain.OwnerActorSystem, Action: domain.ActionPhotoInspected, From: domain.Draft, To: domain.Draft, Photo: "7"},
		{At: now, Actor: domain.OwnerActorOwner, Action: domain.ActionSubmitted, From: domain.Draft, To: domain.Submitted},
		{At: now, Actor: domain.OwnerActorLender, Action: domain.ActionClaimed, From: domain.Submitted, To: domain.UnderReview},
		{At: now, Actor: domain.OwnerActorLender, Action: domain.ActionSignOffAsked, From: domain.UnderReview, To: domain.AwaitingSignOff},
	}, trail)
}

func TestTheOwnersFindings(t *testing.T) {
	t.Parallel()
	flagged, failed := domain.OutcomeFlagged, domain.OutcomeFailed
	elsewhere := domain.OwnersFindings([]domain.Finding{{Code: domain.FindingDuplicate, Outcome: flagged}})
	for _, c := range []domain.FindingCode{
		domain.FindingScreen, domain.FindingModelDisagrees, domain.FindingNoDevice, domain.FindingContradiction, "SOMETHING_NEW",
	} {
		assert.Equal(t, elsewhere, domain.OwnersFindings([]domain.Finding{{Code: c, Outcome: flagged}}), c)
		assert.Equal(t, elsewhere, domain.OwnersFindings([]domain.Finding{{Code: c, Outcome: flagged}, {Code: domain.FindingDuplicate, Outcome: flagged}}),
			"whether a photo is known elsewhere must not show beside %s", c)
	}
	assert.Equal(t, []domain.OwnerFinding{
		{Code: "SCREENSHOT", Outcome: failed}, {Code: "TOO_DARK", Outcome: failed}, {Code: domain.FindingNeedsALook, Outcome: flagged},
	}, domain.OwnersFindings([]domain.Finding{
		{Code: domain.FindingScreen, Outcome: flagged}, {Code: domain.FindingTooDark, Outcome: failed}, {Code: domain.FindingScreenshot, Outcome: failed},
	}))
	assert.Empty(t, domain.OwnersFindings(nil))
}

func TestTheOwnersComparables(t *testing.T) {
	t.Parallel()
	sale := func(km float64, area int, price domain.Rupees, sold time.Time) domain.AdjustedComparable {
		return domain.AdjustedComparable{DistanceKM: km, Comparable: domain.Comparable{
			ID: "id", Source: domain.SourceLender, SourceID: "LAP-1", Locality: "Indiranagar", City: "Bengaluru", AreaSqFt: area, Price: price, SoldOn: sold,
		}}
	}
	may := time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, []domain.OwnerComparable{
		{Locality: "Indiranagar", City: "Bengaluru", DistanceKM: 0.5, AreaSqFt: 95, PricePerSqFt: 9_600, Sold: "2026-05"},
		{Locality: "Indiranagar", City: "Bengaluru", DistanceKM: 1, AreaSqFt: 1_200, PricePerSqFt: 15_000, Sold: "2026-05"},
	}, domain.OwnersComparables([]domain.AdjustedComparable{sale(0.5001, 1_234, 18_543_210, may), sale(0, 95, 910_000, may)}))
}

func TestTheReportsComparables(t *testing.T) {
	t.Parallel()
	c := domain.AdjustedComparable{
		Comparable: domain.Comparable{Locality: "Powai", City: "Mumbai", AreaSqFt: 1150, Price: 2_31_00_000, SoldOn: time.Date(2025, 11, 18, 0, 0, 0, 0, time.UTC)},
		DistanceKM: 0.12, AdjustedPrice: 2_40_50_000, Weight: 0.344,
		Adjustments: []domain.Adjustment{
			{Kind: domain.AdjustAge, Percent: -3.6}, {Kind: domain.AdjustTime, Percent: 10}, {Kind: domain.AdjustTime, Percent: 10.4},
		},
	}
	shown := c.ForReport()
	assert.Equal(t, domain.ReportedComparable{
		OwnerComparable: c.ForOwner(), AdjustedPrice: 2_40_00_000, Weighed: true, Weight: 0.34,
		Adjustments: []domain.Adjustment{{Kind: domain.AdjustTime, Percent: 21}, {Kind: domain.AdjustAge, Percent: -4}},
	}, shown)
	c.Weight = 0.004
	assert.True(t, c.ForReport().Weighed)
	assert.Zero(t, c.ForReport().Weight)
}

// Of whatever sale, what the owner sees must also be what they see of many others.
func TestOwnersCannotTellOneSaleFromAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		area := rapid.IntRange(100, domain.MaxAreaSqFt).Draw(t, "area")
		price := rapid.Int64Range(int64(area)*100, int64(area)*100_000).Draw(t, "price")
		shown := domain.AdjustedComparable{
			DistanceKM: rapid.Float64Range(0, 50).Draw(t, "km"),
			Comparable: domain.Comparable{AreaSqFt: area, Price: domain.Rupees(price), SoldOn: time.Date(2026, 5, 14, 0, 0, 0, 0, time.UTC)},
			Adjustments: []domain.Adjustment{
				{Kind: domain.AdjustTime, Percent: rapid.Float64Range(-30, 30).Draw(t, "time")},
				{Kind: domain.AdjustSize, Percent: rapid.Float64Range(-30, 30).Draw(t, "size")},
			},
			AdjustedPrice: domain.Rupees(rapid.Int64Range(100, int64(domain.MaxAmount)).Draw(t, "adjusted")),
			Weight:        rapid.Float64Range(0, 1).Draw(t, "weight"),
		}.ForReport()
		require.InEpsilon(t, area, shown.AreaSqFt, 0.051)
		require.InEpsilon(t, float64(price)/float64(area), int64(shown.PricePerSqFt), 0.06)
		for _, n := range []int64{shown.AreaSqFt, int64(shown.PricePerSqFt), int64(shown.AdjustedPrice)} {
			for n >= 100 {
				require.Zero(t, n%10, "more than two digits")
				n /= 10
			}
		}
		require.Zero(t, shown.DistanceKM*2-float64(int(shown.DistanceKM*2)), "half kilometres")
		require.GreaterOrEqual(t, shown.DistanceKM, 0.5)
		for _, fine := range []float64{shown.Adjustments[0].Percent, shown.Adjustments[1].Percent, shown.Weight * 100} {
			require.InDelta(t, math.Round(fine), fine, 1e-9, "whole percent")
		}
	})
}
