package phone_test

import (
	"encoding/csv"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/phone"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/outside"
)

func TestParseReadsNumbersAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]domain.Phone{
		"+919812345678":         "+919812345678",
		"9812345678":            "+919812345678",
		"09812345678":           "+919812345678",
		"0091 98123 45678":      "+919812345678",
		"919812345678":          "+919812345678",
		"  +91 (98123) 45-678 ": "+919812345678",
		"98123.45678":           "+919812345678",
		"98123–45678":           "+919812345678",
		"९८१२३४५६७८":            "+919812345678", // Devanagari digits
		"＋９１９８１２３４５６７８":             "+919812345678", // full width, as some keyboards type
		"\u202a+919812345678\u202c": "+919812345678", // copied from a contact on a phone
		"+918416227454":             "+918416227454", // FIXED_LINE_OR_MOBILE
	} {
		got, err := phone.Numbers{}.Parse(raw)
		assert.NoError(t, err, "%q", raw)
		assert.Equal(t, want, got, "%q", raw)
	}
}

func TestParseRefusesWhatNoSMSReaches(t *testing.T) {
	t.Parallel()
	for raw, rule := range map[string]string{
		"":                               "required",
		" \t":                            "required",
		"12345":                          "format",
		"0000000000":                     "format",
		"98765432101":                    "format",
		"5999999999":                     "format",
		"112":                            "format",
		"+1 650 253 0000":                "format", // the United States
		"+44 7400 123456":                "format", // a mobile elsewhere
		"022 2778 3456":                  "mobile", // Mumbai
		"1800 111 1234":                  "mobile", // toll-free
		"9812345678 ext 5":               "format",
		"9812345678;ext=5":               "format",
		"9812345678#5":                   "format",
		"tel:+919812345678":              "format",
		"98ABC45678":                     "format",
		"+919812345678\x00":              "format",
		"\xff\xfe9812345678":             "format",
		"9812345678, 9812345679":         "format",
		strings.Repeat("9", 1_000_000):   "format",
		"981234567८ 💥":                   "format",
		"+91 98123 45678 +91 9812345678": "format",
	} {
		got, err := phone.Numbers{}.Parse(raw)
		assert.Empty(t, got, "%.40q", raw)
		var failure *domain.Error
		if !assert.ErrorAs(t, err, &failure, "%.40q", raw) {
			continue
		}
		assert.Equal(t, domain.KindInvalid, failure.Kind)
		require.Len(t, failure.Fields, 1)
		assert.Equal(t, "phone", failure.Fields[0].Field)
		assert.Equal(t, rule, failure.Fields[0].Rule, "%.40q", raw)
		if digits := strings.TrimSpace(raw); len(digits) > 5 {
			assert.NotContains(t, err.Error(), digits, "an error never echoes the number")
		}
	}
}

// TestParseAgreesWithGooglesVectors reads vectors made from libphonenumber's own metadata.
func TestParseAgreesWithGooglesVectors(t *testing.T) {
	t.Parallel()
	rows := vectors(t)
	seen := map[string]int{}
	for _, row := range rows {
		raw, valid, kind, e164 := row[0], row[2] == "True", row[3], row[5]
		reachable := valid && (kind == "MOBILE" || kind == "FIXED_LINE_OR_MOBILE")
		seen[kind]++
		got, err := phone.Numbers{}.Parse(raw)
		if !reachable {
			assert.True(t, domain.IsKind(err, domain.KindInvalid), "%q (%s): %v", raw, kind, err)
			continue
		}
		assert.NoError(t, err, "%q (%s)", raw, kind)
		assert.Equal(t, domain.Phone(e164), got, "%q", raw)
	}
	t.Logf("%d vectors: %v", len(rows), seen)
	assert.Positive(t, seen["MOBILE"])
	assert.Positive(t, seen["FIXED_LINE"])
}

func vectors(t *testing.T) [][]string {
	t.Helper()
	file, err := os.Open(outside.Path(t, "phone", "in_vectors.csv"))
	require.NoError(t, err)
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(rows), 1)
	return rows[1:]
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"+919812345678", "0091 98123 45678", "९८१२३४५६७८", "9812345678;ext=5", "((((", "+", "\xff"} {
		f.Add(seed)
	}
	indian := regexp.MustCompile(`^\+91[6-9][0-9]{9}$`)
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := phone.Numbers{}.Parse(raw)
		if err != nil {
			if got != "" || !domain.IsKind(err, domain.KindInvalid) {
				t.Fatalf("%q: %q, %v", raw, got, err)
			}
			return
		}
		if !indian.MatchString(string(got)) {
			t.Fatalf("%q became %q", raw, got)
		}
		if again, err := (phone.Numbers{}).Parse(string(got)); err != nil || again != got {
			t.Fatalf("%q became %q, and that %q (%v)", raw, got, again, err)
		}
	})
}
