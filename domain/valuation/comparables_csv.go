package valuation

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/propflow/propflow/domain"
)

const (
	// maxRows is the maximum number of rows in one import.
	maxRows = 10_000
	// maxViolations is the maximum number of broken rules that an answer names.
	maxViolations = 50
)

// columns are the columns of an import. Every one is required.
var columns = []string{
	"source", "source_id", "type", "locality", "city", "pincode", "lat", "lng", "area_sqft",
	"bedrooms", "bathrooms", "year_built", "price", "sold_on",
}

// readComparables reads the comparables of an import, one for each row. Errors: KindInvalid naming the broken
// rules of the first rows that break any, at most maxViolations, and those of the reader.
func readComparables(r io.Reader, now time.Time) ([]domain.Comparable, error) {
	reader := csv.NewReader(r)
	reader.FieldsPerRecord = -1 // report a row of the wrong length by its number, and go on
	reader.ReuseRecord = true
	place, err := readHeader(reader)
	if err != nil {
		return nil, err
	}
	var sales []domain.Comparable
	var v domain.Violations
	for n := 1; len(v) < maxViolations; n++ {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if n > maxRows {
			v.Require(false, "rows", "length", fmt.Sprintf("must be at most %d rows", maxRows))
			break
		}
		if err != nil {
			if !isSyntax(err) {
				return nil, fmt.Errorf("read comparables: %w", err)
			}
			v.Require(false, at(n), "format", "must be comma-separated values, with quotes in pairs")
			break // the start of the next row is not known
		}
		if len(record) != len(place) {
			v.Require(false, at(n), "length", fmt.Sprintf("must have %d columns", len(place)))
			continue
		}
		sale, broken := parseRow(record, place, now)
		for _, f := range broken {
			v.Require(false, at(n)+"."+f.Field, f.Rule, f.Message)
		}
		sales = append(sales, sale)
	}
	return sales, v[:min(len(v), maxViolations)].Err()
}

// at returns the name of the row n, counted from 1 below the header.
func at(n int) string { return fmt.Sprintf("rows[%d]", n) }

// readHeader returns the index of each column.
func readHeader(reader *csv.Reader) (map[string]int, error) {
	var v domain.Violations
	record, err := reader.Read()
	if err != nil && !errors.Is(err, io.EOF) && !isSyntax(err) {
		return nil, fmt.Errorf("read comparables: %w", err)
	}
	place := make(map[string]int, len(columns))
	for i, name := range record {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))) // spreadsheets write a byte-order mark
		_, twice := place[name]
		v.Require(slices.Contains(columns, name) && !twice, fmt.Sprintf("header[%d]", i+1), "enum",
			"must be one of "+strings.Join(columns, ", ")+", each once")
		place[name] = i
	}
	for _, name := range columns {
		_, there := place[name]
		v.Require(there, "header."+name, "required", "the first row must name this column")
	}
	return place, v[:min(len(v), maxViolations)].Err()
}

func isSyntax(err error) bool {
	var syntax *csv.ParseError
	return errors.As(err, &syntax)
}

// row reads the cells of one row and collects the errors of those that it cannot read.
type row struct {
	record []string
	place  map[string]int
	broken domain.Violations
}

// parseRow reads a comparable and returns every rule that it breaks. It leaves out the domain's
// rules about cells that could not be read.
func parseRow(record []string, place map[string]int, now time.Time) (domain.Comparable, domain.Violations) {
	r := row{record: record, place: place}
	sale := domain.Comparable{
		Source: domain.ComparableSource(r.text("source")), SourceID: r.text("source_id"), Type: domain.PropertyType(r.text("type")),
		Locality: r.text("locality"), City: r.text("city"), Pincode: r.text("pincode"),
		Location: domain.Point{Lat: r.number("lat"), Lng: r.number("lng")},
		AreaSqFt: int(r.whole("area_sqft")), Bedrooms: r.optional("bedrooms"), Bathrooms: r.optional("bathrooms"),
		YearBuilt: r.optional("year_built"), Price: domain.Rupees(r.whole("price")), SoldOn: r.day("sold_on"),
	}
	var invalid *domain.Error
	if errors.As(sale.Validate(now), &invalid) {
		for _, f := range invalid.Fields {
			if !r.unreadable(f.Field) {
				r.broken = append(r.broken, f)
			}
		}
	}
	return sale, r.broken
}

// unreadable reports whether a rule is broken only because a cell could not be read.
func (r *row) unreadable(field string) bool {
	return slices.ContainsFunc(r.broken, func(f domain.FieldError) bool {
		return f.Field == field || field == "location" && (f.Field == "lat" || f.Field == "lng")
	})
}

func (r *row) text(column string) string { return strings.TrimSpace(r.record[r.place[column]]) }

func (r *row) number(column string) float64 {
	v, err := strconv.ParseFloat(r.text(column), 64)
	r.broken.Require(err == nil, column, "format", "must be a number")
	return v
}

func (r *row) whole(column string) int64 {
	v, err := strconv.ParseInt(r.text(column), 10, 64)
	r.broken.Require(err == nil, column, "format", "must be a whole number")
	return v
}

func (r *row) optional(column string) *int {
	if r.text(column) == "" {
		return nil
	}
	v := int(r.whole(column))
	return &v
}

func (r *row) day(column string) time.Time {
	day, err := time.Parse(time.DateOnly, r.text(column))
	r.broken.Require(err == nil, column, "format", "must be a day as YYYY-MM-DD")
	return day
}
