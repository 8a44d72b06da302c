package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

var comparableColumns = []column{
	{width: 3.5},
	{title: "Sale", width: 34},
	{title: "Distance", width: 13, align: toRight, tight: true},
	{title: "Sold in", width: 14.5, align: toRight, tight: true},
	{title: "Area\nsq ft", width: 13, align: toRight, tight: true},
	{title: "Price\nper sq ft", width: 15, align: toRight, tight: true},
	{title: "Time", width: 10.5, align: toRight, tight: true},
	{title: "Size", width: 10.5, align: toRight, tight: true},
	{title: "Age", width: 10.5, align: toRight, tight: true},
	{title: "Adjusted\nprice", width: 18.5, align: toRight, tight: true},
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
		rows[i] = comparableRow(i+1, c.ForReport())
	}
	table := s.layTable(comparableColumns, rows)
	s.section("Comparable sales", 20+table.begin())
	s.paragraph(strings.Join(legend(v), " "), noteStyle)
	s.y += 3
	s.table(table)
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
	return append(words, "Distances are rounded up to half a kilometre, areas and prices to two digits, and the rest to whole percent, because each sale "+
		"may be another person's. The lender's case file has the exact figures, with each sale's source and place.")
}

func all[T any](list []T, is func(T) bool) bool {
	return !slices.ContainsFunc(list, func(v T) bool { return !is(v) })
}

func comparableRow(number int, c domain.ReportedComparable) []cell {
	return []cell{
		{text: strconv.Itoa(number)},
		{text: orUnknown(strings.Join(nonEmpty(c.Locality, c.City), ", "))},
		{text: within(c.DistanceKM)}, {text: month(c.Sold)},
		{text: about(grouped(c.AreaSqFt))}, {text: about(c.PricePerSqFt.String())},
		{text: adjusted(c, domain.AdjustTime)}, {text: adjusted(c, domain.AdjustSize)}, {text: adjusted(c, domain.AdjustAge)},
		{text: about(c.AdjustedPrice.InWords()), style: style{sans, true, 7.5, ink}},
		{text: weight(c)},
	}
}

// about marks a rounded figure.
func about(figure string) string { return "≈ " + figure }

// within formats a distance that was rounded up.
func within(km float64) string {
	if !finite(km) {
		return unknown
	}
	return "≤ " + strconv.FormatFloat(km, 'f', 1, 64) + " km"
}

func weight(c domain.ReportedComparable) string {
	switch {
	case !c.Weighed:
		return unknown
	case c.Weight == 0:
		return "< 1 %"
	}
	return share(c.Weight)
}

func adjusted(c domain.ReportedComparable, kind domain.AdjustmentKind) string {
	for _, a := range c.Adjustments {
		if a.Kind == kind {
			return percent(a.Percent)
		}
	}
	return unknown
}
