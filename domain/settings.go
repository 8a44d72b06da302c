package domain

import (
	"fmt"
	"time"
)

// Settings are the numbers that an ADMIN may change.
type Settings struct {
	// MinConfidence is the confidence, 0…100, below which a supervisor must sign off.
	MinConfidence int
	// SignOffAmount is the least amount for which a supervisor must sign off.
	SignOffAmount Rupees
	// MaxDeviationPercent is how far an amount may differ from the model's before a supervisor
	// must sign off, in percent of the model's.
	MaxDeviationPercent float64
	// MinComparables is the minimum number of comparables of a valuation without a reason for
	// fewer. Earlier releases accepted less than FewestComparables: LeastComparables counts.
	MinComparables int
	// SearchRadiusKM is how far from the subject property comparables may be, in kilometres.
	SearchRadiusKM float64
	// ComparableMaxAgeMonths is how old a comparable sale may be.
	ComparableMaxAgeMonths int
	// Limits are those of one customer.
	Limits CustomerLimits

	UpdatedAt time.Time
	UpdatedBy UserID
	Version   int64
}

// FewestComparables is the least that MinComparables may be: fewer sales are no market.
const FewestComparables = 3

// LeastComparables is MinComparables, or FewestComparables if a release that accepted less stored
// it.
func (s Settings) LeastComparables() int { return max(FewestComparables, s.MinComparables) }

// DefaultSettings are the figures of docs/domain.md, "Valuation".
func DefaultSettings() Settings {
	return Settings{
		MinConfidence: 50, SignOffAmount: 50 * Crore, MaxDeviationPercent: 20, MinComparables: FewestComparables,
		SearchRadiusKM: 5, ComparableMaxAgeMonths: 24, Limits: DefaultCustomerLimits(),
	}
}

// Validate returns a KindInvalid error that names every setting out of its range.
func (s Settings) Validate() error {
	var v Violations
	v.Require(s.MinConfidence >= 0 && s.MinConfidence <= 100, "min_confidence", "range", "must be 0 to 100")
	v.requireAmount(s.SignOffAmount, "sign_off_amount")
	v.Require(s.MaxDeviationPercent > 0 && s.MaxDeviationPercent <= 100, "max_deviation_percent", "range", "must be above 0, at most 100")
	v.Require(s.MinComparables >= FewestComparables && s.MinComparables <= 10, "min_comparables", "range", fmt.Sprintf("must be %d to 10", FewestComparables))
	v.Require(s.SearchRadiusKM >= 0.5 && s.SearchRadiusKM <= MaxComparableKM, "search_radius_km", "range", "must be 0.5 to 50")
	v.Require(s.ComparableMaxAgeMonths >= 3 && s.ComparableMaxAgeMonths <= MaxComparableMonths, "comparable_max_age_months", "range", "must be 3 to 60")
	s.Limits.check(&v)
	return v.Err()
}

// SettingsChange is one change of the settings. Its author and time are those of After.
type SettingsChange struct {
	// Before is nil if a release without a history made the change.
	Before *Settings
	After  Settings
}

// SettingsChanges returns the changes that made these versions, newest first. versions are in that
// order too. The oldest is only compared with, if it is the one before the next.
func SettingsChanges(versions []Settings, most int) []SettingsChange {
	var changes []SettingsChange
	for i, after := range versions {
		if after.Version == 0 || len(changes) == most { // version 0 are the defaults, which no change made
			break
		}
		change := SettingsChange{After: after}
		if i+1 < len(versions) && versions[i+1].Version == after.Version-1 {
			change.Before = &versions[i+1]
		}
		changes = append(changes, change)
	}
	return changes
}

// SoldSince returns the first day on which a sale is recent enough to be a comparable.
func (s Settings) SoldSince(now time.Time) time.Time {
	return Date(now).AddDate(0, -s.ComparableMaxAgeMonths, 0)
}
