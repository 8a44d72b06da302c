package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/propflow/propflow/domain"
)

const unknown = "–"

// sentence returns a constant as prose: FLAGGED_BY_VALUER as "Flagged by valuer".
func sentence[T ~string](constant T) string {
	s := strings.ToLower(strings.ReplaceAll(string(constant), "_", " "))
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return unknown
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

func day(t time.Time) string {
	if t.IsZero() {
		return unknown
	}
	return t.In(domain.IST).Format("2 January 2006")
}

// month formats a year and month, e.g. "2026-05".
func month(yearMonth string) string {
	t, err := time.Parse("2006-01", yearMonth)
	if err != nil || t.IsZero() {
		return unknown
	}
	return t.Format("Jan 2006")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return unknown
	}
	return t.In(domain.IST).Format("2 Jan 2006, 15:04:05") + " IST"
}

func orUnknown(s string) string {
	if strings.TrimSpace(s) == "" {
		return unknown
	}
	return s
}

func whole(n *int) string {
	if n == nil {
		return unknown
	}
	return strconv.Itoa(*n)
}

// grouped returns n with the Indian grouping of digits, e.g. 1,23,456.
func grouped(n int64) string {
	return strings.Replace(domain.Rupees(n).String(), "₹", "", 1)
}

func squareFeet(n int) string {
	if n <= 0 {
		return unknown
	}
	const squareMetres = 0.09290304 // per square foot, exactly
	return fmt.Sprintf("%s sq ft (%s sq m)", grouped(int64(n)), grouped(int64(math.Round(float64(n)*squareMetres))))
}

// perSquareFoot formats a rate in whole rupees.
func perSquareFoot(rate float64) string {
	if !finite(rate) {
		return unknown
	}
	return domain.RupeesOf(rate).String()
}

// percent formats a change in whole percent.
func percent(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	switch {
	case !finite(v):
		return unknown
	case s == "0", s == "-0":
		return "0 %"
	case strings.HasPrefix(s, "-"):
		return "−" + s[1:] + " %"
	}
	return "+" + s + " %"
}

// distance formats kilometres, or metres if there is less than one.
func distance(km float64) string {
	if !finite(km) {
		return unknown
	}
	if km < 1 {
		return strconv.FormatFloat(math.Round(km*1000), 'f', 0, 64) + " m"
	}
	return strconv.FormatFloat(km, 'f', 1, 64) + " km"
}

// share formats a fraction as a percentage.
func share(v float64) string {
	if !finite(v) {
		return unknown
	}
	return fmt.Sprintf("%.0f %%", v*100)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(int64(n)) + " " + many
}

// spelled returns an amount in words with Indian units, e.g. "Rupees one crore two lakh only".
func spelled(r domain.Rupees) string {
	n, sign := int64(r), ""
	if n < 0 {
		n, sign = -n, "minus "
	}
	return "Rupees " + sign + number(n) + " only"
}

var smallNumbers = strings.Fields(`zero one two three four five six seven eight nine ten eleven twelve thirteen
	fourteen fifteen sixteen seventeen eighteen nineteen`)

var tens = strings.Fields("_ ten twenty thirty forty fifty sixty seventy eighty ninety")

func number(n int64) string {
	for _, unit := range []struct {
		value int64
		name  string
	}{{1_00_00_000, "crore"}, {1_00_000, "lakh"}, {1_000, "thousand"}, {100, "hundred"}} {
		if n >= unit.value {
			words := number(n/unit.value) + " " + unit.name
			if rest := n % unit.value; rest > 0 {
				words += " " + number(rest)
			}
			return words
		}
	}
	switch {
	case n < 0: // only the smallest int64, because negating it overflows
		return "beyond words"
	case n < 20:
		return smallNumbers[n]
	case n%10 == 0:
		return tens[n/10]
	}
	return tens[n/10] + "-" + smallNumbers[n%10]
}
