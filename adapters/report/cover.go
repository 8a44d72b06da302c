package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/propflow/propflow/domain"
)

// cover writes the first page: the property, its value, the confidence and the people involved.
func cover(s *sheet, d domain.ReportDocument) {
	s.y = 16
	s.line(left, s.y, width, "PropFlow", style{sans, true, 11, accent}, toLeft)
	s.line(left, s.y+1, width, "Valuation from remote evidence", noteStyle, toRight)
	s.y += 7
	s.hairline(s.y, accent, 0.6)
	s.y += 9
	s.line(left, s.y, width, "VALUATION REPORT", eyebrowStyle, toLeft)
	s.y += eyebrowStyle.leading() + 1
	heading(s, d.Property)
	s.y += 3
	v := d.Valuation
	s.facts(4,
		fact{"Reference", orUnknown(string(d.Property.Reference))}, fact{"Lender's case", orUnknown(d.Property.ExternalRef)},
		fact{"Date of valuation", day(v.CreatedAt)}, fact{"Report made", moment(d.GeneratedAt)})
	s.y += 2
	value(s, v, d.Property.Details.AreaSqFt)
	s.y += 5
	people(s, d)
	subject(s, d)
}

// heading names the property. Its address is in smaller type if it takes more than three lines.
func heading(s *sheet, p domain.Property) {
	a := p.Details.Address
	title := kind(p.Type)
	for _, place := range []string{a.Locality, a.City} {
		if strings.TrimSpace(place) != "" {
			title += " in " + place
			break
		}
	}
	address := s.text.clean(strings.Join(nonEmpty(a.Line1, a.Line2, a.Locality, a.City, a.State, a.Pincode), ", "))
	lines := clip(s.wrap(s.text.clean(title), titleStyle, width), 3)
	s.y += s.block(left, s.y, width, lines, titleStyle, toLeft) + 0.5
	st := bodyStyle.sized(9.5)
	if len(s.wrap(address, st, width)) > 3 {
		st = bodyStyle.sized(8)
	}
	s.y += s.block(left, s.y, width, clip(s.wrap(address, st, width), 10), st, toLeft)
}

// nonEmpty returns the parts without surrounding space and commas, and without the empty ones.
func nonEmpty(parts ...string) []string {
	var out []string
	for _, part := range parts {
		if part = strings.Trim(part, " ,\t\r\n"); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// value writes the panel with the amount, its confidence and its range.
func value(s *sheet, v domain.Valuation, areaSqFt int) {
	const pad, split = 6.0, 104.0
	words := s.wrap(spelled(v.Amount), noteStyle, split-2*pad)
	height := 34 + noteStyle.height(len(words))
	s.need(height)
	s.fill(left, s.y, width, height, panel)
	s.fill(left, s.y, 1.2, height, accent)

	x, y, w := left+pad, s.y+5, split-pad
	s.line(x, y, w, "Market value", labelStyle.sized(7.5), toLeft)
	y += 5
	s.fitted(x, y, w-pad, v.Amount.String(), style{sans, true, 27, accent}, toLeft)
	y += 14
	s.fitted(x, y, w-pad, shortAmount(v.Amount, areaSqFt), strongStyle.sized(9.5), toLeft)
	y += 6
	s.block(x, y, w, words, noteStyle, toLeft)

	x, y, w = left+split, s.y+5, width-split-pad
	s.line(x, y, w, "Confidence", labelStyle.sized(7.5), toLeft)
	if v.Suggestion.Amount > 0 {
		s.line(x, y, w, fmt.Sprintf("%d of 100", v.Confidence), strongStyle.sized(9.5), toRight)
		confidenceBar(s, x, y+6, w, v)
	} else {
		s.line(x, y, w, "none without a suggestion", bodyStyle, toRight)
	}
	y += 13
	s.line(x, y, w, "Range with 80 % probability", labelStyle.sized(7.5), toLeft)
	y += 4.5
	if v.Suggestion.Amount <= 0 {
		s.line(x, y, w, "too few sales to say", bodyStyle, toLeft)
	} else {
		s.fitted(x, y, w, v.Suggestion.Low.InWords()+" – "+v.Suggestion.High.InWords(), strongStyle.sized(9.5), toLeft)
		rangeBar(s, x, y+8, w, v)
	}
	s.y += height
}

// shortAmount returns the amount in crore or lakh, unless that is how it is written anyway, and the
// rate if the area is known.
func shortAmount(amount domain.Rupees, areaSqFt int) string {
	var parts []string
	if words := amount.InWords(); words != amount.String() {
		parts = append(parts, words)
	}
	if areaSqFt > 0 {
		parts = append(parts, perSquareFoot(float64(amount)/float64(areaSqFt))+" per sq ft")
	}
	return strings.Join(parts, "  ·  ")
}

// confidenceBar fills 0…100 of a bar.
func confidenceBar(s *sheet, x, y, w float64, v domain.Valuation) {
	const thick = 1.6
	shade := good
	if slices.Contains(v.Risks, domain.RiskLowConfidence) {
		shade = warn
	}
	s.fill(x, y, w, thick, rule)
	s.fill(x, y, w*float64(min(max(v.Confidence, 0), 100))/100, thick, shade)
}

// rangeBar draws the model's range, and a mark for the amount in or beside it.
func rangeBar(s *sheet, x, y, w float64, v domain.Valuation) {
	const thick = 1.6
	least, most := float64(min(v.Suggestion.Low, v.Amount)), float64(max(v.Suggestion.High, v.Amount))
	if most <= least {
		return
	}
	margin := (most - least) * 0.12
	least, most = least-margin, most+margin
	at := func(r domain.Rupees) float64 { return x + w*(float64(r)-least)/(most-least) }
	s.fill(x, y, w, thick, rule)
	s.fill(at(v.Suggestion.Low), y, at(v.Suggestion.High)-at(v.Suggestion.Low), thick, colour{128, 164, 178})
	s.fill(at(v.Amount)-0.5, y-1, 1, thick+2, accent)
}

// people writes who valued, who signed off and who owns the property.
func people(s *sheet, d domain.ReportDocument) {
	v := d.Valuation
	s.facts(4,
		fact{"Valued by", orUnknown(d.ValuerName) + "\n" + moment(v.CreatedAt)},
		secondSignature(d),
		fact{"Owner", orUnknown(strings.Join(nonEmpty(d.OwnerName, d.Phone), "\n"))},
		fact{"Version", fmt.Sprintf("%d, %s", v.Number, strings.ToLower(sentence(v.Status)))})
}

func secondSignature(d domain.ReportDocument) fact {
	switch v := d.Valuation; {
	case signedOff(v):
		return fact{"Signed off by", orUnknown(d.SignerName) + "\n" + moment(v.SignOff.At)}
	case len(v.Risks) > 0:
		return fact{"Second signature", "asked for and not given"}
	}
	return fact{"Second signature", "not asked for by the lender's rules"}
}

// subject writes the owner's description of the property, as far as it goes. A plot has no rooms,
// floor or year, even if an older case recorded them.
func subject(s *sheet, d domain.ReportDocument) {
	p := d.Property
	s.section("Subject property", 30)
	details := []fact{{"Type", kind(p.Type)}, {"Built-up area", squareFeet(p.Details.AreaSqFt)}}
	if p.Type == domain.Land {
		details[1].label = "Plot area"
	}
	for _, f := range []struct {
		field domain.Field
		fact
	}{
		{domain.FieldYearBuilt, fact{"Year built", whole(p.Details.YearBuilt)}}, {domain.FieldBedrooms, fact{"Bedrooms", whole(p.Details.Bedrooms)}},
		{domain.FieldBathrooms, fact{"Bathrooms", whole(p.Details.Bathrooms)}}, {domain.FieldFloor, fact{"Floor", floor(p.Details.Floor)}},
	} {
		if p.Type.CanHave(f.field) && f.value != unknown {
			details = append(details, f.fact)
		}
	}
	s.facts(3, details...)
	s.facts(3,
		fact{"City, state", orUnknown(strings.Join(nonEmpty(p.Details.Address.City, p.Details.Address.State), ", "))},
		fact{"Pincode", orUnknown(p.Details.Address.Pincode)},
		fact{"Location (WGS 84)", location(p.Details.Location)})
	s.facts(3, fact{"Submitted", moment(p.SubmittedAt)}, fact{"Review began", moment(p.ReviewedAt)}, fact{"Approved", moment(d.Valuation.ApprovedAt)})
}

// kind names a property type in prose.
func kind(t domain.PropertyType) string {
	if t == domain.Commercial {
		return "Commercial property"
	}
	return sentence(t)
}

func location(l *domain.Location) string {
	switch {
	case l == nil:
		return unknown
	case !l.AccuracyKnown():
		return fmt.Sprintf("%.5f, %.5f (accuracy unknown)", l.Point.Lat, l.Point.Lng)
	}
	return fmt.Sprintf("%.5f, %.5f (± %.0f m)", l.Point.Lat, l.Point.Lng, l.AccuracyM)
}

func floor(n *int) string {
	switch {
	case n == nil:
		return unknown
	case *n == 0:
		return "Ground floor"
	case *n < 0:
		return fmt.Sprintf("Basement %d", -*n)
	}
	return fmt.Sprint(*n)
}
