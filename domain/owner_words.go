package domain

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	referenceInText = regexp.MustCompile(`\bPF-[0-9]{8}-[0-9A-Z]{6}\b`)
	// With Indian digits and words too. The word crore ends in one character or in two.
	amountInText = regexp.MustCompile(`(?i)(\p{Nd}(?:[\p{Nd},]*\p{Nd})?(?:\.\p{Nd}+)?)` +
		`(?:\s*(?:(?:(crore|cr)|(lakh|lac))s?\b|(करो(?:\x{95c}|\x{921}\x{93c}?))|(लाख)))?`)
)

// leftOut replaces what an owner may not read in a text.
const leftOut = "[…]"

// OwnersWords returns what staff wrote about the valuation as the owner of the case may read it,
// because absent-minded ones name what leads to another borrower: the number of a comparable's
// source becomes "sale 2", by the order in which the valuer named them; its exact price, and
// references of cases other than own, are left out.
func (v Valuation) OwnersWords(words string, own Reference) string {
	words = v.withoutSources(words)
	words = referenceInText.ReplaceAllStringFunc(words, func(reference string) string {
		if reference == string(own) {
			return reference
		}
		return leftOut
	})
	return amountInText.ReplaceAllStringFunc(words, func(text string) string {
		if amount := amountOf(text); amount != v.Amount && amount != v.Suggestion.Amount && v.paid(amount) {
			return leftOut
		}
		return text
	})
}

func (v Valuation) withoutSources(words string) string {
	type name struct{ id, sale string }
	var names []name
	for i, c := range v.Comparables {
		if id := strings.TrimSpace(c.Comparable.SourceID); identifies(id) {
			names = append(names, name{id, fmt.Sprintf("sale %d", i+1)})
		}
	}
	// The longest first, because one number may be the beginning of another.
	slices.SortStableFunc(names, func(a, b name) int { return len(b.id) - len(a.id) })
	for _, n := range names {
		words = strings.ReplaceAll(words, n.id, n.sale)
	}
	return words
}

// identifies reports whether a source's number is one: a short one or one without a digit, such as
// "2025" or "broker", may be any word of a sentence.
func identifies(id string) bool {
	return utf8.RuneCountInString(id) >= 6 && strings.ContainsFunc(id, unicode.IsDigit)
}

// paid reports whether the amount is the exact price of a comparable, adjusted or not. Small ones
// may be any number.
func (v Valuation) paid(amount Rupees) bool {
	return amount >= Lakh && slices.ContainsFunc(v.Comparables, func(c AdjustedComparable) bool {
		return amount == c.Comparable.Price || amount == c.AdjustedPrice
	})
}

// amountOf returns the amount that a match of amountInText names, 0 if it is beyond MaxAmount.
func amountOf(text string) Rupees {
	parts := amountInText.FindStringSubmatch(text)
	n, err := strconv.ParseFloat(strings.Map(digitRune, strings.ReplaceAll(parts[1], ",", "")), 64)
	switch {
	case parts[2] != "", parts[4] != "":
		n *= float64(Crore)
	case parts[3] != "", parts[5] != "":
		n *= float64(Lakh)
	}
	if err != nil || n > float64(MaxAmount) {
		return 0
	}
	return RupeesOf(n)
}
