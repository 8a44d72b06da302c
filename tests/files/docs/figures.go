package docs

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// figure matches a number with its unit and its constant, e.g. "30 min (`CaptureMaxAge`)".
var figure = regexp.MustCompile("([0-9][0-9.]*)(?: (%|s|min|h|d|km|m|bits|tries|MiB|crore|months))?(?: [a-z]+)? \\(`([A-Za-z][\\w.]*)`\\)")

// units are the values of one of each unit in the unit of the constant.
var units = map[string]float64{
	"s": 1e9, "min": 60e9, "h": 3600e9, "d": 24 * 3600e9, "MiB": 1 << 20, "crore": 1e7,
}

// Figures compares the figures of a page with their constants, of which durations are in
// nanoseconds. It returns the faults and the names of the constants on the page.
func Figures(page string, constants map[string]float64) (faults []string, named map[string]bool) {
	named = map[string]bool{}
	for _, m := range figure.FindAllStringSubmatch(page, -1) {
		number, unit, name := m[1], m[2], m[3]
		stated, err := strconv.ParseFloat(number, 64)
		actual, found := constants[name]
		switch {
		case err != nil:
			faults = append(faults, fmt.Sprintf("%s: %s is no number", name, number))
		case !found:
			faults = append(faults, name+": no such constant")
		case !same(stated, unit, actual):
			faults = append(faults, fmt.Sprintf("%s: the page has %s %s, the code %v", name, number, unit, actual))
		}
		named[name] = true
	}
	return faults, named
}

// same reports whether a number with a unit equals the constant's value. The constant of a
// percentage may be a share of 1 or of 100.
func same(stated float64, unit string, actual float64) bool {
	if factor, ok := units[unit]; ok {
		stated *= factor
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Max(1, math.Abs(b)) }
	return near(stated, actual) || unit == "%" && near(stated/100, actual)
}
