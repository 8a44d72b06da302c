package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestTheOwnersWords(t *testing.T) {
	t.Parallel()
	sale := func(id string, price, adjusted domain.Rupees) domain.AdjustedComparable {
		return domain.AdjustedComparable{Comparable: domain.Comparable{SourceID: id, Price: price}, AdjustedPrice: adjusted}
	}
	v := domain.Valuation{
		Amount: 2_50_00_000, Suggestion: domain.Suggestion{Amount: 2_38_00_000},
		Comparables: []domain.AdjustedComparable{
			sale("LAP/MUM/2025/9", 2_31_00_000, 2_40_50_000), sale("LAP/MUM/2025/98", 2_50_00_000, 2_38_00_000), sale("2025", 2025, 95_00_000),
		},
	}
	for words, want := range map[string]string{
		"LAP/MUM/2025/98 is nearer than LAP/MUM/2025/9, both of 2025.": "sale 2 is nearer than sale 1, both of 2025.",
		"See PF-20251118-ABC123; this is PF-20260302-7KQ2XM.":          "See […]; this is PF-20260302-7KQ2XM.",
		"Sold for ₹2,31,00,000, or 23100000, or 23,100,000.":           "Sold for ₹[…], or […], or […].",
		"Sold for 2.31 crore, 2.31cr or 231 lakh.":                     "Sold for […], […] or […].",
		"Sold for 2.31 crores, 231 lakhs, 2.31 Crs or 231 lacs.":       "Sold for […], […], […] or […].",
		"यह 2.31 करो\u095c, २.३१ करो\u0921\u093c या २३१ लाख में बिका।": "यह […], […] या […] में बिका।",
		"₹ २,३१,००,००० में; २.५ करोड़ हमारा मूल्य, १२.३१ करोड़ और":     "₹ […] में; २.५ करोड़ हमारा मूल्य, १२.३१ करोड़ और",
		"Adjusted: ₹ 2,40,50,000 and 95.00 Lac.":                       "Adjusted: ₹ […] and […].",
		"Worth ₹2,50,00,000; the model has ₹2.38 crore.":               "Worth ₹2,50,00,000; the model has ₹2.38 crore.",
		"12.31 crore, 2.312 crore, 1,23,10,000, 2 km, 2025.":           "12.31 crore, 2.312 crore, 1,23,10,000, 2 km, 2025.",
		"घर ₹ 2,31,00,000 में बिका; 99999999999999999999999":           "घर ₹ […] में बिका; 99999999999999999999999",
		"": "",
	} {
		assert.Equal(t, want, v.OwnersWords(words, "PF-20260302-7KQ2XM"))
	}
}
