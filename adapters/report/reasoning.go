package report

import (
	"fmt"
	"strings"

	"github.com/propflow/propflow/domain"
)

// method describes how the amount was arrived at, as far as it is true of the case.
func method(d domain.ReportDocument) string {
	switch v := d.Valuation; v.Methodology {
	case domain.SalesComparison:
		if len(v.Comparables) == 0 {
			return "Market approach (sales comparison)."
		}
		return "Market approach (sales comparison): sales of comparable properties, adjusted to the subject property."
	case domain.CostApproach:
		if d.Property.Type == domain.Land {
			return "Cost approach: the cost of an equivalent plot today."
		}
		return "Cost approach: the cost of the land and of an equivalent building today, less depreciation."
	case domain.IncomeCapitalisation:
		return "Income approach: the income that the property can earn, capitalised."
	default:
		return sentence(v.Methodology)
	}
}

// reasoning writes how the valuer arrived at the amount.
func reasoning(s *sheet, d domain.ReportDocument) {
	v := d.Valuation
	s.section("Method and reasoning", 24)
	s.paragraph(method(d), strongStyle)
	s.y += 1.5
	if strings.TrimSpace(v.Rationale) == "" {
		s.paragraph("The valuer recorded no further reasoning.", bodyStyle.in(muted))
	} else {
		s.paragraph(discreet(d, v.Rationale), bodyStyle)
	}
	if strings.TrimSpace(v.FewerReason) != "" {
		s.y += 2.5
		title := "The valuer on the number of comparables"
		if v.RestsOnFewSales(d.Property.Type) {
			title = "Why there are fewer comparables than the lender asks for"
		}
		s.paragraph(title, strongStyle)
		s.paragraph(discreet(d, v.FewerReason), bodyStyle)
	}
}

// model writes the model's suggestion, the risks of the case and its sign-off.
func model(s *sheet, d domain.ReportDocument) {
	v := d.Valuation
	s.section("Model, risks and sign-off", 40)
	if v.Suggestion.Amount <= 0 {
		s.paragraph("The model found too few sales to suggest an amount.", bodyStyle)
		s.y += 2
	} else {
		s.facts(3,
			fact{"Suggested by the model", v.Suggestion.Amount.String()},
			fact{"Range with 80 % probability", v.Suggestion.Low.String() + " – " + v.Suggestion.High.String()},
			fact{"The valuer's amount", deviation(v)},
			fact{"Forecast standard deviation", fmt.Sprintf("%.1f %% of the amount", v.Suggestion.ForecastSD*100)},
			fact{"Sales weighed by the model", fmt.Sprint(len(v.Suggestion.Comparables))},
			fact{"Model", orUnknown(v.Suggestion.Model)})
	}
	if len(v.Risks) == 0 {
		s.paragraph("None of the lender's rules asked for a second signature.", bodyStyle)
	}
	if len(v.Risks) > 0 {
		s.paragraph("Why the lender's rules asked for a second signature:", bodyStyle)
		s.y++
	}
	for _, words := range riskWords(v) {
		s.bullet(words, warn)
	}
	if signedOff(v) {
		s.y += 1.5
		s.paragraph("Signed off by "+orUnknown(d.SignerName)+" on "+moment(v.SignOff.At)+".", strongStyle)
	}
}

// deviation returns the difference of the amount from the model's, in words.
func deviation(v domain.Valuation) string {
	off := fmt.Sprintf("%.1f %%", v.Amount.DeviationPercent(v.Suggestion.Amount))
	switch {
	case off == "0.0 %":
		return "equal to the model's"
	case v.Amount > v.Suggestion.Amount:
		return off + " above the model's"
	}
	return off + " below the model's"
}

// bullet writes one point of a list, on one page unless it is long.
func (s *sheet) bullet(raw string, c colour) {
	const indent = 4.0
	lines := s.wrap(s.text.clean(raw), bodyStyle, width-indent)
	s.need(bodyStyle.height(min(len(lines), 4)))
	for i, line := range lines {
		s.need(bodyStyle.leading())
		if i == 0 {
			s.fill(left+0.6, s.y+bodyStyle.leading()/2-0.6, 1.2, 1.2, c)
		}
		s.line(left+indent, s.y, width-indent, line, bodyStyle, toLeft)
		s.y += bodyStyle.leading()
	}
	s.y++
}
