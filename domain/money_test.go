package domain_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func TestRupeesAreWrittenAsInIndia(t *testing.T) {
	t.Parallel()
	for amount, want := range map[domain.Rupees]string{
		0: "₹0", 7: "₹7", 999: "₹999", 1000: "₹1,000", 99_999: "₹99,999", 1_00_000: "₹1,00,000",
		99_99_999: "₹99,99,999", domain.Crore: "₹1,00,00,000", 1_23_45_678: "₹1,23,45,678",
		domain.MaxAmount: "₹10,00,00,00,00,000", -1: "-₹1", -999: "-₹999", -1_00_000: "-₹1,00,000",
		math.MaxInt64: "₹92,23,37,20,36,85,47,75,807", math.MinInt64: "-₹92,23,37,20,36,85,47,75,808",
	} {
		assert.Equal(t, want, amount.String())
	}
}

func TestGroupingKeepsTheDigits(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^-?₹\d{1,3}$|^-?₹\d{1,2}(,\d{2})*,\d{3}$`)
	rapid.Check(t, func(t *rapid.T) {
		amount := domain.Rupees(rapid.Int64().Draw(t, "amount"))
		text := amount.String()
		if !shape.MatchString(text) {
			t.Fatalf("grouped wrongly: %s", text)
		}
		if digits := strings.NewReplacer("₹", "", ",", "").Replace(text); digits != strconv.FormatInt(int64(amount), 10) {
			t.Fatalf("%d became %s", amount, text)
		}
	})
}

func TestRoundTo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ amount, step, want domain.Rupees }{
		{1499, 1000, 1000}, {1500, 1000, 2000}, {-1499, 1000, -1000}, {-1500, 1000, -2000}, {0, 1000, 0},
		{7, 5, 5}, {8, 5, 10}, {1, 3, 0}, {2, 3, 3}, {-2, 3, -3}, {7, 1, 7}, {7, 0, 7}, {7, -5, 7},
		{domain.MaxAmount, domain.Crore, domain.MaxAmount},
	} {
		assert.Equal(t, c.want, c.amount.RoundTo(c.step), "%d to %d", c.amount, c.step)
	}
}

func TestRoundingProperties(t *testing.T) {
	t.Parallel()
	amounts := rapid.Int64Range(-int64(domain.MaxAmount), int64(domain.MaxAmount))
	rapid.Check(t, func(t *rapid.T) {
		amount, other := domain.Rupees(amounts.Draw(t, "amount")), domain.Rupees(amounts.Draw(t, "other"))
		step := domain.Rupees(rapid.Int64Range(1, int64(domain.Crore)).Draw(t, "step"))
		rounded := amount.RoundTo(step)
		off := max(rounded-amount, amount-rounded)
		switch {
		case rounded%step != 0:
			t.Fatalf("%d is no multiple of %d", rounded, step)
		case 2*off > step:
			t.Fatalf("%d is %d off", rounded, off)
		case 2*off == step && max(rounded, -rounded) < max(amount, -amount):
			t.Fatalf("a half went towards zero: %d to %d", amount, rounded)
		case rounded.RoundTo(step) != rounded:
			t.Fatalf("rounding again moves %d", rounded)
		case (-amount).RoundTo(step) != -rounded:
			t.Fatalf("not symmetric: %d", amount)
		case amount <= other && rounded > other.RoundTo(step):
			t.Fatalf("rounding swaps %d and %d", amount, other)
		}
	})
}

func TestRupeesOfAFloat(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]domain.Rupees{
		0: 0, 0.49: 0, 0.5: 1, 1.5: 2, 2.5: 3, -0.5: -1, -2.5: -3, 1e12: domain.MaxAmount, 89_99_999.5: 90 * domain.Lakh,
	} {
		assert.Equal(t, want, domain.RupeesOf(v), v)
	}
}

func TestDeviation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		amount, base domain.Rupees
		want         float64
	}{
		{120, 100, 20}, {80, 100, 20}, {107, 100, 7}, {100, 100, 0}, {0, 100, 100}, {350, 100, 250}, {100, 0, 0}, {100, -5, 0},
	} {
		assert.InDelta(t, c.want, c.amount.DeviationPercent(c.base), 0, "%d from %d", c.amount, c.base)
	}
}

// TestWholePercentagesAreExact guards the threshold for a sign-off: an amount that is off by
// exactly the allowed percentage is not off by more.
func TestWholePercentagesAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		percent := domain.Rupees(rapid.Int64Range(0, 100).Draw(t, "percent"))
		hundredth := domain.Rupees(rapid.Int64Range(1, int64(domain.MaxAmount/200)).Draw(t, "hundredth"))
		base := 100 * hundredth
		for _, amount := range []domain.Rupees{base + percent*hundredth, base - percent*hundredth} {
			if got := amount.DeviationPercent(base); got != float64(percent) {
				t.Fatalf("%d is %v %% off %d, want %d", amount, got, base, percent)
			}
		}
	})
}

func TestRupeesInWords(t *testing.T) {
	t.Parallel()
	for amount, want := range map[domain.Rupees]string{
		0: "₹0", 99_999: "₹99,999", domain.Lakh: "₹1 lakh", 1_50_000: "₹1.5 lakh", 12_34_500: "₹12.345 lakh", 12_34_567: "₹12,34,567",
		99_99_900: "₹99.999 lakh", 99_99_999: "₹99,99,999", domain.Crore: "₹1 crore", 1_00_00_001: "₹1,00,00,001", 1_23_45_678: "₹1,23,45,678",
		1_99_50_000: "₹1.995 crore", 1_05_00_000: "₹1.05 crore", 1_00_10_000: "₹1.001 crore", 10 * domain.Crore: "₹10 crore",
		98_765_43_00_000: "₹98,765.43 crore", 12_34_567 * domain.Crore: "₹12,34,567 crore", domain.MaxAmount: "₹1,00,000 crore",
		-domain.Crore: "-₹1,00,00,000",
	} {
		assert.Equal(t, want, amount.InWords(), int64(amount))
	}
}

// TestWordsAreExact reads the words again, of amounts with any number of zeros at the end.
func TestWordsAreExact(t *testing.T) {
	t.Parallel()
	units := map[string]int64{"": 1, "lakh": int64(domain.Lakh), "crore": int64(domain.Crore)}
	shape := regexp.MustCompile(`^₹((?:\d{1,2},(?:\d{2},)*)?\d{1,3})(?:\.(\d{0,2}[1-9]))?(?: (lakh|crore))?$`)
	rapid.Check(t, func(t *rapid.T) {
		zeros := rapid.IntRange(0, 12).Draw(t, "zeros")
		step := int64(math.Pow10(zeros))
		amount := rapid.Int64Range(0, int64(domain.MaxAmount)/step).Draw(t, "amount") * step
		words := domain.Rupees(amount).InWords()
		parts := shape.FindStringSubmatch(words)
		if parts == nil {
			t.Fatalf("%d became %q", amount, words)
		}
		thousandths, err := strconv.ParseInt(strings.ReplaceAll(parts[1], ",", "")+(parts[2] + "000")[:3], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if read := thousandths * units[parts[3]] / 1000; read != amount {
			t.Fatalf("%d became %q, which reads as %d", amount, words, read)
		}
		exact := amount >= int64(domain.Crore) && amount%10_000 == 0 || amount >= int64(domain.Lakh) && amount < int64(domain.Crore) && amount%100 == 0
		if exact != (parts[3] != "") {
			t.Fatalf("%d became %q", amount, words)
		}
	})
}

func TestTheRefusalOfAnAmountNamesTheMaximum(t *testing.T) {
	t.Parallel()
	dear, limit := sale(), domain.DefaultSettings()
	dear.Price, limit.SignOffAmount = domain.MaxAmount+1, domain.MaxAmount+1
	for _, err := range []error{dear.Validate(t0), limit.Validate()} {
		var refused *domain.Error
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, "must be 1 to 1000000000000 rupees", refused.Fields[0].Message)
	}
}
