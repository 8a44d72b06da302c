package report_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// TestEverySentenceIsTrue has for each sentence that depends on the case one of which it is true and
// one of which it is not. Both begin with the sample, an apartment with everything.
func TestEverySentenceIsTrue(t *testing.T) {
	t.Parallel()
	type change = func(d *domain.ReportDocument)
	var asIs change // nil
	noPhotos := func(d *domain.ReportDocument) { d.Photos = nil }
	noSales := func(d *domain.ReportDocument) { d.Valuation.Comparables = nil }
	noModel := func(d *domain.ReportDocument) {
		d.Valuation.Suggestion, d.Valuation.Confidence = domain.Suggestion{}, 0
	}
	land := func(d *domain.ReportDocument) { d.Property.Type = domain.Land }
	unsigned := func(d *domain.ReportDocument) {
		d.Valuation.SignOff, d.Valuation.Risks, d.SignerName = nil, nil, ""
	}
	risky := func(risks ...domain.Risk) change {
		return func(d *domain.ReportDocument) { d.Valuation.Risks = risks }
	}
	method := func(m domain.Methodology) change {
		return func(d *domain.ReportDocument) { d.Valuation.Methodology = m }
	}
	each := func(alter func(p *domain.Photo)) change {
		return func(d *domain.ReportDocument) {
			for i := range d.Photos {
				alter(&d.Photos[i].Photo)
			}
		}
	}
	fewer := func(d *domain.ReportDocument) { d.Valuation.FewerReason = "Nothing else was sold." }
	both := func(one, other change) change {
		return func(d *domain.ReportDocument) {
			one(d)
			other(d)
		}
	}
	refused := both(risky(domain.RiskEvidenceRefused), each(func(p *domain.Photo) {
		p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: "It shows another house."}
	}))
	unchanged := sync.OnceValue(func() string { return words(t, render(t, bare(t))) })
	printed := func(alter change) string {
		if alter == nil {
			return unchanged()
		}
		d := bare(t)
		alter(&d)
		return words(t, render(t, d))
	}
	for sentence, c := range map[string]struct{ is, isNot change }{
		// Cover.
		"74 of 100":                           {asIs, noModel},
		"none without a suggestion":           {noModel, asIs},
		"too few sales to say":                {noModel, asIs},
		"₹2.11 crore – ₹2.67 crore":           {asIs, noModel},
		"Signed off by":                       {asIs, unsigned},
		"not asked for by the lender's rules": {unsigned, asIs},
		"asked for and not given":             {func(d *domain.ReportDocument) { d.Valuation.SignOff = nil }, unsigned},
		"Built-up area":                       {asIs, land},
		"Plot area":                           {land, asIs},
		"Year built":                          {asIs, land},
		"Bedrooms":                            {asIs, land},
		"Bathrooms":                           {asIs, land},
		"Floor":                               {asIs, land},
		"(± 8 m)":                             {asIs, func(d *domain.ReportDocument) { d.Property.Details.Location.AccuracyM = 0 }},
		"(accuracy unknown)":                  {func(d *domain.ReportDocument) { d.Property.Details.Location.AccuracyM = 0 }, asIs},
		"₹20,890 per sq ft":                   {asIs, func(d *domain.ReportDocument) { d.Property.Details.AreaSqFt = 0 }},
		"Ground floor":                        {func(d *domain.ReportDocument) { d.Property.Details.Floor = ptr(0) }, asIs},
		"Basement 1":                          {func(d *domain.ReportDocument) { d.Property.Details.Floor = ptr(-1) }, asIs},
		"Rupees one only":                     {func(d *domain.ReportDocument) { d.Valuation.Amount = 1 }, asIs},
		// Method and reasoning.
		"sales of comparable properties, adjusted":                 {asIs, noSales},
		"Market approach":                                          {asIs, method(domain.CostApproach)},
		"the cost of the land and of an equivalent building today": {method(domain.CostApproach), both(method(domain.CostApproach), land)},
		"the cost of an equivalent plot today":                     {both(method(domain.CostApproach), land), method(domain.CostApproach)},
		"Residual":                                                 {method("RESIDUAL"), asIs},
		"Income approach":                                          {method(domain.IncomeCapitalisation), asIs},
		"The valuer recorded no further reasoning.":                {func(d *domain.ReportDocument) { d.Valuation.Rationale = " " }, asIs},
		"Why there are fewer comparables than the lender asks for": {both(fewer, noSales), fewer},
		"The valuer on the number of comparables":                  {fewer, both(fewer, risky(domain.RiskFewComparables))},
		// Comparable sales.
		"The valuation names no comparable sales.": {noSales, asIs},
		"Adjustments bring each sale": {asIs, func(d *domain.ReportDocument) {
			for i := range d.Valuation.Comparables {
				d.Valuation.Comparables[i].Adjustments = nil
			}
		}},
		"Weight is the sale's share": {asIs, func(d *domain.ReportDocument) {
			for i := range d.Valuation.Comparables {
				d.Valuation.Comparables[i].Weight = 0
			}
		}},
		"Sales that only the valuer chose have none.": {func(d *domain.ReportDocument) { d.Valuation.Comparables[4].Weight = 0 }, asIs},
		"< 1 %":                 {func(d *domain.ReportDocument) { d.Valuation.Comparables[4].Weight = 0.004 }, asIs},
		"Distances are rounded": {asIs, noSales},
		// Model, risks and sign-off.
		"The model found too few sales to suggest an amount.":      {noModel, asIs},
		"Suggested by the model":                                   {asIs, noModel},
		"3.6 % above the model's":                                  {asIs, noModel},
		"None of the lender's rules asked for a second signature.": {unsigned, asIs},
		"equal to the model's":                                     {func(d *domain.ReportDocument) { d.Valuation.Amount = d.Valuation.Suggestion.Amount }, asIs},
		"58.0 % below the model's":                                 {func(d *domain.ReportDocument) { d.Valuation.Amount = 1_00_00_000 }, asIs},
		"Why the lender's rules asked for a second signature:":     {asIs, unsigned},
		"Signed off by Farida Contractor on":                       {asIs, func(d *domain.ReportDocument) { d.Valuation.SignOff.ReturnReason = "Look again." }},
		// Photographs.
		"The case has no photographs.":                                          {noPhotos, asIs},
		"No photograph of the property counts as evidence.":                     {refused, asIs},
		"Photographs that are not shown":                                        {asIs, func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }},
		"A personal paper: its picture is in the case record only.":             {asIs, func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }},
		"The valuer refused it, and it does not count. It shows another house.": {refused, asIs},
		"The owner took it again, and it does not count.":                       {each(func(p *domain.Photo) { p.ReplacedBy = "other" }), asIs},
		"It failed a check and does not count: too dark.": {each(func(p *domain.Photo) {
			p.Status, p.Findings = domain.PhotoFailed, []domain.Finding{{Code: domain.FindingTooDark, Outcome: domain.OutcomeFailed}}
		}), asIs},
		"It was taken out of reach of the property's location and does not count.": {func(d *domain.ReportDocument) {
			d.Property.Details.Location.Point = domain.Point{Lat: 12.97, Lng: 77.59}
		}, asIs},
		"A check flagged it, no valuer accepted it, and it does not count.": {each(func(p *domain.Photo) {
			p.Status, p.Resolution = domain.PhotoFlagged, nil
		}), asIs},
		"It cannot show a property of this type and does not count.": {land, asIs},
		"It has no verdict and does not count.":                      {each(func(p *domain.Photo) { p.Status = domain.PhotoProcessing }), asIs},
		"16 m from the property": {asIs, func(d *domain.ReportDocument) {
			d.Property.Details.Location.Point = domain.Point{Lat: 12.97, Lng: 77.59}
		}},
		"Distance to the property unknown": {each(func(p *domain.Photo) {
			p.Facts.EXIF.Location, p.Device.Location = nil, nil
		}), asIs},
		"Taken at an unknown time": {each(func(p *domain.Photo) {
			p.Facts.EXIF.TakenAt, p.Device.CapturedAt = nil, nil
		}), asIs},
		"(by the device)": {each(func(p *domain.Photo) { p.Facts.EXIF = domain.EXIF{} }), asIs},
		"7 of 8 photographs of the case count as evidence and are shown here.": {asIs, func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }},
		"7 of 7 photographs of the case count as evidence and are shown here.": {func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }, asIs},
		"1 of 1 photograph of the case counts as evidence and is shown here.":  {func(d *domain.ReportDocument) { d.Photos = d.Photos[:1] }, asIs},
		"The others are listed after them.":                                    {asIs, func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }},
		"Commercial property in Powai":                                         {func(d *domain.ReportDocument) { d.Property.Type = domain.Commercial }, asIs},
		// Evidence.
		"Every original photo that was inspected is kept unaltered": {asIs, each(func(p *domain.Photo) { p.Facts.SHA256 = "" })},
		"each entry seals the one before it":                        {asIs, func(d *domain.ReportDocument) { d.AuditHead = "" }},
		"The fingerprints are part of the chain.":                   {asIs, noPhotos},
		"Hash of the audit chain at the approval":                   {asIs, func(d *domain.ReportDocument) { d.AuditHead = "" }},
		"Image recognition looked at none of the photos.":           {asIs, each(func(p *domain.Photo) { p.Analysis.Done = true })},
		"Image recognition looked at 8 of 8 photos.":                {each(func(p *domain.Photo) { p.Analysis.Done = true }), asIs},
		// Assumptions and limits.
		"It was seen in photographs that its owner sent":           {asIs, refused},
		"and no photograph of it counts as evidence":               {noPhotos, asIs},
		"Area, year, rooms and floor are as the owner states them": {asIs, func(d *domain.ReportDocument) { d.Property.Details.Floor = nil }},
		"Area, year and rooms are as":                              {func(d *domain.ReportDocument) { d.Property.Details.Floor = nil }, asIs},
		"Area is as the owner states it":                           {land, asIs},
		"The papers among the photographs were not verified.":      {asIs, func(d *domain.ReportDocument) { d.Photos = d.Photos[:7] }},
		"lawful construction":                                      {asIs, land},
		"Structure, services, soil":                                {asIs, land},
		"that the photographs do not show":                         {asIs, refused},
		"Comparable sales are as their sources recorded them.":     {asIs, noSales},
		"about one value in five":                                  {asIs, noModel},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			assert.Contains(t, printed(c.is), sentence)
			assert.NotContains(t, printed(c.isNot), sentence)
		})
	}
}

// bare is the sample without pictures, which take long and on which nothing here depends.
func bare(t *testing.T) domain.ReportDocument {
	t.Helper()
	d := sample(t)
	for i := range d.Photos {
		d.Photos[i].JPEG = nil
	}
	return d
}

// TestEveryRiskHasWords renders each risk alone. Words about linked cases name none.
func TestEveryRiskHasWords(t *testing.T) {
	t.Parallel()
	of := map[domain.Risk]string{
		domain.RiskPinImprecise:          "The property's location is known to no better than 100 m.",
		domain.RiskLocationMoved:         "The owner moved the property's location by more than 100 m after the first submission.",
		domain.RiskAddressElsewhere:      "The pincode of the address does not fit its state, or not the location on the map.",
		domain.RiskEvidenceRefused:       "A valuer refused at least one photograph of the case.",
		domain.RiskSamePhotoElsewhere:    "A second person was asked to look at the case.",
		domain.RiskSamePropertyElsewhere: "A second person was asked to look at the case.",
		domain.RiskFewComparables:        "There are fewer different comparable sales than the lender asks for.",
		domain.RiskOverAdjusted:          "The adjustments of a comparable sale exceed 25 % of its price together, or 15 % on balance.",
		domain.RiskNoMarketEvidence:      "The value was arrived at by another method than a comparison of sales.",
		domain.RiskLowConfidence:         "The confidence is below what the lender accepts without a second signature.",
		domain.RiskHighAmount:            "The amount is one for which the lender asks for two signatures.",
		domain.RiskOffModel:              "The amount is further from the model's suggestion than the lender accepts without a second signature.",
		domain.RiskFlagged:               "A second person was asked to look at the case.",
		"NEW_RISK":                       "New risk",
	}
	for _, risk := range append(slices.Clone(domain.Risks), "NEW_RISK") {
		d := bare(t)
		d.Photos, d.Valuation.Risks = nil, []domain.Risk{risk}
		printed := words(t, render(t, d))
		for other, sentence := range of {
			assert.Equal(t, sentence == of[risk], strings.Contains(printed, sentence), "%s, in a report with %s alone", other, risk)
		}
		assert.NotContains(t, printed, "lsewhere", risk)
	}
}

func TestRisksAreTrueOfTheCase(t *testing.T) {
	t.Parallel()
	d := bare(t)
	d.Photos, d.Valuation.Suggestion, d.Valuation.Confidence = nil, domain.Suggestion{}, 0
	d.Valuation.Risks = domain.Risks
	printed := words(t, render(t, d))
	assert.Contains(t, printed, "The model could suggest no amount with which to compare.")
	assert.NotContains(t, printed, "The confidence is below", "there is none")
	assert.Equal(t, 1, strings.Count(printed, "A second person was asked to look at the case."))

	d.Valuation.ValuerID = "valuer"
	d.Valuation.Suggestion = domain.Suggestion{Amount: 1, Comparables: []domain.AdjustedComparable{{Comparable: domain.Comparable{CreatedBy: d.Valuation.ValuerID}}}}
	assert.Contains(t, words(t, render(t, d)), "The model's suggestion rests on a sale that the valuer entered.")
}

// TestLandHasNoRooms renders a plot of a release that let rooms through.
func TestLandHasNoRooms(t *testing.T) {
	t.Parallel()
	d := bare(t)
	d.Photos, d.Valuation.Rationale, d.Property.Type = nil, "A corner plot.", domain.Land
	d.Property.Details.Bedrooms, d.Property.Details.Floor, d.Property.Details.YearBuilt = ptr(37), ptr(41), ptr(1987)
	printed := words(t, render(t, d))
	for _, word := range []string{"Bedroom", "Bathroom", "loor", "Year", "1987", "rooms", "onstruction", "tructure"} {
		assert.NotContains(t, printed, word)
	}
	assert.Contains(t, printed, "Plot area")
}

// TestAmountsAreWrittenAsIndiansDo renders amounts whose short form loses or repeats figures.
func TestAmountsAreWrittenAsIndiansDo(t *testing.T) {
	t.Parallel()
	for _, amount := range []domain.Rupees{98_765_43_00_000, 1_99_50_000, 99_999} {
		d := bare(t)
		d.Photos, d.Valuation.Amount = nil, amount
		printed := words(t, render(t, d))
		assert.Contains(t, printed, amount.String())
		assert.Contains(t, printed, amount.InWords())
		assert.NotContains(t, printed, amount.String()+" "+amount.String(), "once")
	}
}
