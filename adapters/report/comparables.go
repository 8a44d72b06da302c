package report

import (
	"strconv"
	"strings"

	"github.com/propflow/propflow/domain"
)

var comparableColumns = []column{
	{width: 3.5},
	{title: "Sale", width: 30.5},
	{title: "Distance", width: 11.5, align: toRight, tight: true},
	{title: "Sold on", width: 15.5, align: toRight, tight: true},
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
	s.paragraph("Adjustments bring each sale to the subject property's terms, one after the other: time (how the market moved since the "+
		"sale), size and age, each in percent of the price before it. Weight is the sale's share in the model's suggestion; "+
		"sales that the valuer added have none.", noteStyle)
}

func comparableRow(number int, a domain.AdjustedComparable) []cell {
	c := a.Comparable
	rate := ""
	if c.AreaSqFt > 0 {
		rate = perSquareFoot(c.PricePerSqFt())
	}
	place := strings.Join(nonEmpty(c.Locality, c.City), ", ")
	return []cell{
		{text: strconv.Itoa(number)},
		{text: orUnknown(place), note: strings.Join(nonEmpty(strings.Join(nonEmpty(c.Pincode, sourceNames[c.Source]), ", "), c.SourceID), "\n")},
		{text: distance(a.DistanceKM)}, {text: shortDay(c.SoldOn)}, {text: grouped(int64(c.AreaSqFt))},
		{text: c.Price.String(), note: rate},
		{text: adjusted(a, domain.AdjustTime)}, {text: adjusted(a, domain.AdjustSize)}, {text: adjusted(a, domain.AdjustAge)},
		{text: a.AdjustedPrice.String(), style: style{sans, true, 7.5, ink}},
		{text: share(a.Weight)},
	}
}

var sourceNames = map[domain.ComparableSource]string{
	domain.SourceRegistry: "registered deed", domain.SourceLender: "lender's case", domain.SourceBroker: "broker",
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
