package api

import (
	openapi_types "github.com/oapi-codegen/runtime/types"

	"github.com/propflow/propflow/api/gen"
	"github.com/propflow/propflow/domain"
)

func encodeComparable(c domain.Comparable) gen.Comparable {
	out := gen.Comparable{
		ID: string(c.ID), Source: gen.ComparableSource(c.Source), SourceID: c.SourceID, Type: gen.PropertyType(c.Type),
		Locality: optional(c.Locality), City: c.City, Pincode: c.Pincode, Location: point(c.Location),
		AreaSqft: c.AreaSqFt, Bedrooms: c.Bedrooms, Bathrooms: c.Bathrooms, YearBuilt: c.YearBuilt,
		Price: money(c.Price), SoldOn: openapi_types.Date{Time: c.SoldOn}, CreatedAt: c.CreatedAt,
	}
	if w := c.Withdrawn; w != nil {
		out.Withdrawn = &gen.ComparableWithdrawal{By: string(w.By), At: w.At, Reason: w.Reason}
	}
	return out
}

func decodeComparable(c gen.CreateComparableRequest) domain.Comparable {
	return domain.Comparable{
		Source: domain.ComparableSource(c.Source), SourceID: c.SourceID, Type: domain.PropertyType(c.Type),
		Locality: value(c.Locality), City: c.City, Pincode: c.Pincode,
		Location: domain.Point{Lat: c.Location.Lat, Lng: c.Location.Lng},
		AreaSqFt: c.AreaSqft, Bedrooms: c.Bedrooms, Bathrooms: c.Bathrooms, YearBuilt: c.YearBuilt,
		Price: domain.Rupees(c.Price.Amount), SoldOn: c.SoldOn.Time,
	}
}

func encodeAdjusted(c domain.AdjustedComparable) gen.AdjustedComparable {
	return gen.AdjustedComparable{
		Comparable: encodeComparable(c.Comparable), DistanceKm: c.DistanceKM, AgeMonths: c.AgeMonths,
		Adjustments: each(c.Adjustments, func(a domain.Adjustment) gen.Adjustment {
			return gen.Adjustment{Kind: gen.AdjustmentKind(a.Kind), Percent: a.Percent}
		}),
		AdjustedPrice: money(c.AdjustedPrice), Weight: c.Weight,
	}
}

func encodeSuggestion(s domain.Suggestion) gen.Suggestion {
	return gen.Suggestion{
		Amount: optionalMoney(s.Amount), Low: optionalMoney(s.Low), High: optionalMoney(s.High),
		Confidence: s.Confidence, ForecastSd: s.ForecastSD, Comparables: each(s.Comparables, encodeAdjusted), Model: s.Model,
	}
}

// encodeValuation encodes a valuation for reviewers. ownersValuation is for the owner.
func encodeValuation(v domain.Valuation) gen.Valuation {
	out := gen.Valuation{
		View: gen.StaffViewSTAFF,
		ID:   string(v.ID), PropertyID: string(v.PropertyID), Number: v.Number, Status: gen.ValuationStatus(v.Status),
		ValuerID: optionalText(v.ValuerID), ValuerName: optional(v.ValuerName), Amount: money(v.Amount), Methodology: gen.Methodology(v.Methodology), Confidence: v.Confidence,
		Rationale: optional(v.Rationale), FewerComparablesReason: optional(v.FewerReason),
		Comparables: each(v.Comparables, encodeAdjusted),
		Suggestion: gen.SuggestionSummary{
			Amount: optionalMoney(v.Suggestion.Amount), Low: optionalMoney(v.Suggestion.Low), High: optionalMoney(v.Suggestion.High),
			Confidence: v.Suggestion.Confidence, ForecastSd: v.Suggestion.ForecastSD, Model: v.Suggestion.Model,
		},
		Risks:  each(v.Risks, encodeRisk),
		Report: encodeReport(v), CreatedAt: v.CreatedAt, ApprovedAt: moment(v.ApprovedAt),
	}
	if s := v.SignOff; s != nil {
		out.SignOff = &gen.SignOff{By: string(s.By), Name: optional(s.Name), At: s.At, ReturnReason: optional(s.ReturnReason)}
	}
	return out
}

func encodeReport(v domain.Valuation) gen.Report {
	out := gen.Report{Status: gen.ReportStatusNONE, Sha256: optional(v.Report.SHA256), StoredAt: moment(v.Report.StoredAt)}
	switch {
	case !v.Report.StoredAt.IsZero():
		out.Status = gen.ReportStatusREADY
	case !v.Report.FailedAt.IsZero():
		out.Status = gen.ReportStatusFAILED
	case v.Status == domain.ValuationApproved:
		out.Status = gen.ReportStatusPENDING
	}
	return out
}
