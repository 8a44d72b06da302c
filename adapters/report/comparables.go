package report

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

var comparableColumns = []column{
	{width: 3.5},
	{title: "Sale", width: 30.5},
	{title: "Distance", width: 12.5, align: toRight, tight: true},
	{title: "Sold in", width: 14.5, align: toRight, tight: true},
	{title: "Area\nsq ft", width: 10.5, align: toRight, tight: true},
	{title: "Price\n₹ per sq ft", width: 20, align: toRight, tight: true},
	{title: "Time", width: 10.5, align: toRight, tight: true},
	{title: "Size", width: 10.5, align: toRight, tight: true},
	{title: "Age", width: 10.5, align: toRight, tight: true},
	{title: "Adjusted\nprice", width: 20, align: toRight, tight: true},
	{title: "Weight", width: 11, align: toRight, tight: true},
}

// comparables writes the sales that the valuation is based on.
func comparables(s *sheet, v domain.Valuation) {
	if len(v.Comparables) == 0 {
		s.section("Comparable sales", 10)
		s.paragraph("The valuation names no comparable sales.", bodyStyle.in(muted))
		return
	}
	rows := make([][]cell, len(v.Comparables))
	for i, c := range v.Comparables {
		rows[i] = comparableRow(i+1, c)
	}
	table := s.layTable(comparableColumns, rows)
	s.section("Comparable sales", table.height())
	s.table(table)
	s.y += 2
	s.paragraph(strings.Join(legend(v), " "), noteStyle)
}

// legend explains the columns, as far as the sales have something in them.
func legend(v domain.Valuation) []string {
	var words []string
	if slices.ContainsFunc(v.Comparables, func(c domain.AdjustedComparable) bool { return len(c.Adjustments) > 0 }) {
		words = append(words, "Adjustments bring each sale to the subject property's terms, one after the other: time (how the market moved since the "+
			"sale), size and age, each in percent of the price before it.")
	}
	weighed := func(c domain.AdjustedComparable) bool { return c.Weight > 0 }
	if slices.ContainsFunc(v.Comparables, weighed) {
		words = append(words, "Weight is the sale's share in the model's suggestion.")
		if !all(v.Comparables, weighed) {
			words = append(words, "Sales that only the valuer chose have none.")
		}
	}
	return append(words, "Distances are rounded. The lender's staff see each sale's source and place in the case record.")
}

func all[T any](list []T, is func(T) bool) bool {
	return !slices.ContainsFunc(list, func(v T) bool { return !is(v) })
}

// comparableRow leaves out what could lead to another borrower: the source's number, the day, the
// pincode and the exact place.
func comparableRow(number int, a domain.AdjustedComparable) []cell {
	c := a.Comparable
	rate := ""
	if c.AreaSqFt > 0 {
		rate = perSquareFoot(c.PricePerSqFt())
	}
	place := strings.Join(nonEmpty(c.Locality, c.City), ", ")
	return []cell{
		{text: strconv.Itoa(number)},
		{text: orUnknown(place), note: sourceNames[c.Source]},
		{text: roughDistance(a.DistanceKM)}, {text: month(c.SoldOn)}, {text: grouped(int64(c.AreaSqFt))},
		{text: c.Price.String(), note: rate},
		{text: adjusted(a, domain.AdjustTime)}, {text: adjusted(a, domain.AdjustSize)}, {text: adjusted(a, domain.AdjustAge)},
		{text: a.AdjustedPrice.String(), style: style{sans, true, 7.5, ink}},
		{text: weight(a.Weight)},
	}
}

var sourceNames = map[domain.ComparableSource]string{
	domain.SourceRegistry: "registered deed", domain.SourceLender: "lender's record", domain.SourceBroker: "broker",
}

// roughDistance rounds kilometres to halves, so that the place cannot be found from it.
func roughDistance(km float64) string {
	switch {
	case !finite(km):
		return unknown
	case km < 0.5:
		return "< 0.5 km"
	}
	return "≈ " + strconv.FormatFloat(math.Round(km*2)/2, 'f', 1, 64) + " km"
}

// weight is empty for a sale that is no part of the model's suggestion.
func weight(v float64) string {
	if v == 0 {
		return unknown
	}
	return share(v)
}

// adjusted compounds the adjustments of one kind.
func adjusted(a domain.AdjustedComparable, kind domain.AdjustmentKind) string {
	factor, found := 1.0, false
	for _, adjustment := range a.Adjustments {
		if adjustment.Kind == kind {
			factor *= 1 + adjustment.Percent/100
			found = true
		}
	}
	if !found {
		return unknown
	}
	return percent((factor - 1) * 100)
}
