package report

import (
	"fmt"
	"strings"

	"github.com/propflow/propflow/domain"
)

var methods = map[domain.Methodology]string{
	domain.SalesComparison:      "Market approach (sales comparison): recent sales of similar properties nearby, adjusted to the subject property.",
	domain.CostApproach:         "Cost approach: the cost of the land and of an equivalent building today, less depreciation.",
	domain.IncomeCapitalisation: "Income approach: the income that the property can earn, capitalised.",
}

// reasoning writes how the valuer arrived at the amount.
func reasoning(s *sheet, v domain.Valuation) {
	s.section("Method and reasoning", 24)
	method, ok := methods[v.Methodology]
	if !ok {
		method = sentence(v.Methodology)
	}
	s.paragraph(method, strongStyle)
	s.y += 1.5
	if strings.TrimSpace(v.Rationale) == "" {
		s.paragraph("The valuer recorded no further reasoning.", bodyStyle.in(muted))
	} else {
		s.paragraph(v.Rationale, bodyStyle)
	}
	if strings.TrimSpace(v.FewerReason) != "" {
		s.y += 2.5
		s.paragraph("Why there are fewer comparables than the lender asks for", strongStyle)
		s.paragraph(v.FewerReason, bodyStyle)
	}
}

var risks = map[domain.Risk]string{
	domain.RiskLowConfidence: "The confidence is below what the lender accepts without a second signature.",
	domain.RiskHighAmount:    "The amount is one that the lender has signed by two people.",
	domain.RiskOffModel:      "The amount lies further from the model's suggestion than the lender accepts without a second signature.",
	domain.RiskFlagged:       "The valuer asked for a second pair of eyes.",
}

// model writes the model's suggestion, the risks of the case and its sign-off.
func model(s *sheet, d domain.ReportDocument) {
	v := d.Valuation
	s.section("Model, risks and sign-off", 40)
	if v.Suggestion.Amount <= 0 {
		s.paragraph("The model found too few comparables to suggest an amount.", bodyStyle)
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
	for _, risk := range v.Risks {
		reason, ok := risks[risk]
		if !ok {
			reason = sentence(risk)
		}
		s.bullet(reason, warn)
	}
	if v.SignOff != nil {
		s.y += 1.5
		outcome := "Signed off by "
		if v.SignOff.ReturnReason != "" {
			outcome = "Returned by "
		}
		s.paragraph(outcome+orUnknown(d.SignerName)+" on "+moment(v.SignOff.At)+".", strongStyle)
		s.paragraph(v.SignOff.ReturnReason, bodyStyle)
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

// bullet writes one point of a list.
func (s *sheet) bullet(raw string, c colour) {
	const indent = 4.0
	for i, line := range s.wrap(s.text.clean(raw), bodyStyle, width-indent) {
		s.need(bodyStyle.leading())
		if i == 0 {
			s.fill(left+0.6, s.y+bodyStyle.leading()/2-0.6, 1.2, 1.2, c)
		}
		s.line(left+indent, s.y, width-indent, line, bodyStyle, toLeft)
		s.y += bodyStyle.leading()
	}
	s.y++
}
