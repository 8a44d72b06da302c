package domain_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // to compare IST with the zone database wherever the tests run

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestReferencesAreDatedInIndia(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 12, 31, 18, 30, 0, 0, time.UTC) // 1 January 2027, 00:00 IST
	for at, day := range map[time.Time]string{
		midnight.Add(-1):               "20261231",
		midnight:                       "20270101",
		midnight.Add(24*time.Hour - 1): "20270101",
		midnight.In(time.Local):        "20270101",
		t0:                             "20261123",
		time.Date(987, 6, 5, 0, 0, 0, 0, time.UTC): "09870605",
	} {
		assert.Equal(t, domain.Reference("PF-"+day+"-000000"), domain.NewReference(at, [6]byte{}))
	}
}

func TestReferencesUseTheWholeAlphabet(t *testing.T) {
	t.Parallel()
	count := map[byte]int{}
	for b := range 256 {
		ref := domain.NewReference(t0, [6]byte{0, 1, 2, 3, 4, byte(b)})
		require.True(t, ref.Valid(), ref)
		count[ref[len(ref)-1]]++
	}
	require.Len(t, count, 32)
	for _, c := range []byte(crockford) {
		assert.Equal(t, 8, count[c], "%c is as likely as every other", c)
	}
	assert.Equal(t, domain.Reference("PF-20261123-ZYXWVT"), domain.NewReference(t0, [6]byte{31, 30, 29, 28, 27, 26}))
}

func TestReferenceForm(t *testing.T) {
	t.Parallel()
	for ref, valid := range map[domain.Reference]bool{
		"PF-20261123-0AZ9KX": true, "": false, "PF-20261123-0AZ9K": false, "PF-20261123-0AZ9KX7": false,
		"PF-2026112-0AZ9KX": false, "pf-20261123-0AZ9KX": false, "PF-20261123-0az9kx": false,
		"PF-20261123-0AZ9KI": false, "PF-20261123-0AZ9KL": false, "PF-20261123-0AZ9KO": false, "PF-20261123-0AZ9KU": false,
		"PF-20261123-0AZ9KX\n": false, "\tPF-20261123-0AZ9KX": false, "PF-२०२६११२३-0AZ9KX": false, "PF-20261123_0AZ9KX": false,
	} {
		assert.Equal(t, valid, ref.Valid(), "%q", ref)
	}
}

func FuzzReference(f *testing.F) {
	f.Add("PF-20261123-0AZ9KX")
	f.Add("PF-20261123-0AZ9KX\n")
	f.Add("pf-२०२६११२३-000000")
	f.Fuzz(func(t *testing.T, s string) {
		parts := strings.Split(s, "-")
		only := func(s, alphabet string) bool { return strings.Trim(s, alphabet) == "" }
		want := len(parts) == 3 && parts[0] == "PF" && len(parts[1]) == 8 && only(parts[1], "0123456789") &&
			len(parts[2]) == 6 && only(parts[2], crockford)
		if got := domain.Reference(s).Valid(); got != want {
			t.Fatalf("%q: valid %v, want %v", s, got, want)
		}
	})
}

// TestISTIsTheZone compares the fixed offset with the zone database, and the days with it.
func TestISTIsTheZone(t *testing.T) {
	t.Parallel()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-700_000_000, 4_000_000_000).Draw(t, "unix"), 0).UTC() // 1947…2096
		y, m, d := at.In(kolkata).Date()
		if got := domain.Date(at); got != time.Date(y, m, d, 0, 0, 0, 0, time.UTC) {
			t.Fatalf("%v is on %v", at, got)
		}
		if at.In(kolkata).Format("15:04") != at.In(domain.IST).Format("15:04") {
			t.Fatalf("%v reads otherwise in IST", at)
		}
	})
}

func TestDateAroundMidnight(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2028, 2, 28, 18, 30, 0, 0, time.UTC)
	assert.Equal(t, time.Date(2028, 2, 28, 0, 0, 0, 0, time.UTC), domain.Date(midnight.Add(-1)))
	assert.Equal(t, time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC), domain.Date(midnight))
	assert.Equal(t, domain.Date(midnight), domain.Date(domain.Date(midnight)), "a day is on itself")
}
