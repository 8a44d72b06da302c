package domain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rupees is an amount of money in whole Indian rupees. Money is never a float: estimates
// are computed in floats and rounded to Rupees once, at the end.
type Rupees int64

// Lakh and Crore are the Indian units of large amounts.
const (
	Lakh  Rupees = 100_000
	Crore Rupees = 100 * Lakh
)

// MaxAmount is the greatest amount that PropFlow accepts: ₹1 lakh crore, which is beyond any
// property, and far below the amounts at which float64 or int64 lose a rupee.
const MaxAmount = 100_000 * Crore

// requireAmount records that the field breaks a rule unless the amount is 1 to MaxAmount.
func (v *Violations) requireAmount(amount Rupees, field string) {
	if amount <= 0 || amount > MaxAmount {
		v.Require(false, field, "range", fmt.Sprintf("must be 1 to %d rupees", MaxAmount))
	}
}

// Currency is the ISO 4217 code of every amount.
const Currency = "INR"

// RupeesOf rounds v, in rupees and finite, to the nearest whole rupee, halves away from zero.
func RupeesOf(v float64) Rupees { return Rupees(math.Round(v)) }

// RoundTo rounds the amount to the nearest multiple of step, halves away from zero.
// A step below 1 changes nothing.
func (r Rupees) RoundTo(step Rupees) Rupees {
	if step < 1 {
		return r
	}
	half := step / 2
	if r < 0 {
		return (r - half) / step * step
	}
	return (r + half) / step * step
}

// DeviationPercent returns the absolute difference between r and base in percent of base, 0 if
// base is not positive.
func (r Rupees) DeviationPercent(base Rupees) float64 {
	if base <= 0 {
		return 0
	}
	// Multiplying first keeps whole percentages exact: 107 is 7 % off 100, not a hair more.
	return math.Abs(float64(r-base)) * 100 / float64(base)
}

// String writes the amount as Indians do, e.g. ₹1,23,45,678.
func (r Rupees) String() string {
	digits := strconv.FormatInt(int64(r), 10)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + "₹" + digits
	}
	head, tail := digits[:len(digits)-3], digits[len(digits)-3:]
	var groups []string
	for len(head) > 2 {
		groups = append([]string{head[len(head)-2:]}, groups...)
		head = head[:len(head)-2]
	}
	groups = append([]string{head}, groups...)
	return sign + "₹" + strings.Join(append(groups, tail), ",")
}

// InWords writes the amount in crore or lakh for people, e.g. "₹1.995 crore" or
// "₹98,765.43 crore", if three decimals express it exactly. It writes any other amount as String
// does, because a rounded amount would be read as another one.
func (r Rupees) InWords() string {
	switch {
	case r >= Crore && r%(Crore/1000) == 0:
		return r.in(Crore) + " crore"
	case r >= Lakh && r < Crore && r%(Lakh/1000) == 0:
		return r.in(Lakh) + " lakh"
	}
	return r.String()
}

// in writes the amount in multiples of a unit, with at most three decimals.
func (r Rupees) in(unit Rupees) string {
	decimals := fmt.Sprintf(".%03d", r%unit/(unit/1000))
	return (r / unit).String() + strings.TrimRight(strings.TrimRight(decimals, "0"), ".")
}
