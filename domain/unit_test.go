package domain_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func unitOf(lines ...string) domain.Unit {
	a := domain.Address{Line1: lines[0], Pincode: "400053"}
	if len(lines) > 1 {
		a.Line2 = lines[1]
	}
	return a.Unit()
}

func TestSpellingsOfOneUnit(t *testing.T) {
	t.Parallel()
	for unit, spellings := range map[domain.Unit][]string{
		"302, a": {
			"Flat No. 302, Tower A, Sunshine Residency", "A-302 Sunshine Residency", "302 A", "302/A, Sunshine Resi.", "302-a",
			"FLAT # 302 TWR-A", "a wing, flat no 302", "Tower A302", "Wing-A Flat No.302", "Apt.302,Blk.A", "T-A 302", "Flat 302, Block A, M.G. Road",
			"Flat 302, Block A, M G Road", "३०२-A", "Flat no. ３０２, Ｔｏｗｅｒ Ａ", "Unit 0302 Bldg A", "A Block 302", "302, A Building, Mumbai 400053",
		},
		"3, b, tower 2":      {"Flat No. 3-B, Tower 2, Sunshine Residency", "3B, T-2 Sunshine Residency", "T2 3B", "Unit 3/B, Twr 2", "Tower II, Flat 3 B"},
		"3b, tower a":        {"3B, Tower A", "A-3B", "A/3-B", "B-3, A Wing", "Wing A Flat 3-B"},
		"302, ए":             {"फ्लैट नं. ३०२, टावर ए", "फ़्लैट नम्बर ३०२, टॉवर ए", "ए-३०२", "३०२ ए", "302, ए विंग", "मकान नं. ३०२/ए"},
		"12, 4":              {"H.No. 12/4, Station Road", "House No 12/4", "12-4", "म.नं. १२/४", "Plot No 4, H No 12"},
		"302, tower jasmine": {"302 Jasmine Tower, Palm Meadows", "Flat 302, Tower Jasmine", "Jasmine Tower, Flat 302"},
		"12, floor 2":        {"12, 2nd Floor", "Second Floor, House 12", "House 12, Floor 2", "१२, दूसरी मंजिल"},
		"24, lig":            {"LIG 24", "LIG-24, Housing Board Colony", "House no. 24 (LIG)"},
		"302, t":             {"T-302", "Tower T, Flat 302", "302 T"},
		"12, a, floor 2":     {"A-12, 2nd Floor", "A-12, II Floor", "A-12 IInd Floor"},
		"12, a, floor 1":     {"A-12, 1st Floor", "A-12, I Floor", "A-12 Ist Floor", "A-12, F.F.", "A-12 FF"},
		"5, floor 0":         {"Shop 5, Ground Floor", "Shop 5, G/F", "Shop 5, G.F.", "Shop 5 GF"},
		"5, floor lgf":       {"Shop 5, Lower Ground Floor", "LGF, Shop 5"},
		"5, floor basement":  {"Shop 5, Basement", "दुकान ५, बेसमेंट"},
		"302, tower 1":       {"Flat 302, Phase 1", "Flat 302, Phase I", "Flat 302, Ph-I"},
		"12":                 {"मकान नं. १२", "म०न० १२", "म०नं०१२", "मकान सं० 12", "S/o Ramesh, House 12", "12 C/o Ramesh", "D/O: Asha, H.No. 12"},
		"123, 4":             {"S.F. No. 123/4", "SF No 123/4", "Survey No. 123/4"},
		"12f, tower g":       {"G/F-12"},
		"301":                {"2 BHK Flat 301", "Flat 301, 2BHK", "Flat 301, D'Souza House", "Flat 301, S. V. Road", "Shop 301"},
		"302, 45":            {"Flat 302, Sector 45", "302, Sec-45"},
		domain.NoUnit:        {"", "Near the temple, Rampur", "A Wing, Sunshine", "Tower 2, Sunshine", "3rd floor, A wing", "मंदिर के पास", "S V Road"},
		"b, tower 2":         {"Flat B, Tower 2", "Tower 2, B"},
	} {
		for _, spelling := range spellings {
			assert.Equal(t, unit, unitOf(spelling), spelling)
		}
	}
}

func TestUnitsThatAreNotOne(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"Flat 302, Tower A", "Flat 302, Tower B"},
		{"Flat 302, Tower A", "Flat 302"},
		{"Flat 3B, Tower A", "Flat 3A, Tower B"},
		{"Flat 12, Tower 1", "Flat 1, Tower 12"},
		{"Flat 302, Jasmine Tower", "Flat 302, Rose Tower"},
		{"Flat 302, Palm Meadows Tower Jasmine", "Flat 302, Palm Meadows Tower Rose"},
		{"Flat 1, 2nd Floor, House 5", "Flat 2, 1st Floor, House 5"},
		{"LIG-24", "MIG-24"},
		{"फ्लैट ३०२, टावर ए", "Flat 302, Tower A"},
		{"फ्लैट ३०२, टावर ए", "फ्लैट ३०२, टावर बी"},
		{"302A", "302"},
		{"A-12, II Floor", "A-12, III Floor"},
		{"A-12, G.F.", "A-12, F.F."},
		{"A-12, F.F.", "A-12, S.F."},
		{"A-12, S.F.", "A-12, T.F."},
		{"Shop 5, Lower Ground Floor", "Shop 5, Upper Ground Floor"},
		{"Shop 5, LGF", "Shop 5, UGF"},
		{"Shop 5, Basement", "Shop 5, Ground Floor"},
	} {
		assert.NotEqual(t, unitOf(pair[0]), unitOf(pair[1]), "%s | %s", pair[0], pair[1])
	}
}

// styles spell one flat as people do. Those in Hindi are apart.
var styles = []func(tower string, flat int) string{
	func(tower string, flat int) string {
		return fmt.Sprintf("Flat No. %d, Tower %s, Sunshine Residency", flat, tower)
	},
	func(tower string, flat int) string { return fmt.Sprintf("%s-%d, Sunshine Residency", tower, flat) },
	func(tower string, flat int) string { return fmt.Sprintf("%d %s Sunshine Resi", flat, tower) },
	func(tower string, flat int) string {
		return fmt.Sprintf("%s Wing, flat#%d", strings.ToLower(tower), flat)
	},
	func(tower string, flat int) string { return fmt.Sprintf("BLK.%s,APT.%05d", tower, flat) },
	func(tower string, flat int) string { return fmt.Sprintf("unit %d/%s\nSunshine, 400053", flat, tower) },
}

var hindi = []func(tower string, flat int) string{
	func(tower string, flat int) string {
		return fmt.Sprintf("फ्लैट नं. %s, टावर %s", devanagari(flat), tower)
	},
	func(tower string, flat int) string {
		return fmt.Sprintf("%s-%s, सनशाइन", tower, devanagari(flat))
	},
	func(tower string, flat int) string {
		return fmt.Sprintf("फ़्लैट नम्बर %d, %s विंग", flat, tower)
	},
}

func devanagari(n int) string {
	return strings.Map(func(r rune) rune { return r - '0' + '०' }, fmt.Sprint(n))
}

func TestEveryFlatOfTwoTowersIsOneUnit(t *testing.T) {
	t.Parallel()
	seen := make(map[domain.Unit]string)
	flats := 0
	for _, towers := range [][]string{{"A", "B"}, {"ए", "बी"}} {
		spell := styles
		if towers[0] == "ए" {
			spell = hindi
		}
		for _, tower := range towers {
			for floor := 1; floor <= 20; floor++ {
				for door := 1; door <= 10; door++ {
					flats++
					flat := fmt.Sprint(tower, floor, door)
					want := unitOf(spell[0](tower, floor*100+door))
					require.NotContains(t, seen, want, flat)
					seen[want] = flat
					for _, style := range spell[1:] {
						require.Equal(t, want, unitOf(style(tower, floor*100+door)), style(tower, floor*100+door))
					}
				}
			}
		}
	}
	t.Logf("%d flats, %d units", flats, len(seen))
	assert.Len(t, seen, 800)
}

// lines draws lines of the words that addresses consist of.
func addressLines() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.StringMatching(`[0-9०-९]{1,4}[a-cAए]?`), rapid.StringMatching(`[A-C]`),
		rapid.SampledFrom(strings.Fields("Flat No Tower T Block Wing Phase floor 2nd i ii LIG Sunshine M G F S/o C/o Ground Lower LGF bhk H.No. टावर ए टी न० फ्लैट मंजिल पहली Sec")),
	)
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(0, 8).Draw(t, "parts") {
			b.WriteString(part.Draw(t, "part"))
			b.WriteString(rapid.SampledFrom([]string{" ", ", ", "-", "/", ". ", "", "\n"}).Draw(t, "between"))
		}
		return b.String()
	})
}

func TestAUnitIsItsOwnSpelling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := addressLines().Draw(t, "line")
		unit := unitOf(line)
		assert.Equal(t, unit, unitOf(string(unit)), "%q", line)
		assert.Equal(t, unit, unitOf("", line), "either line")
		assert.Equal(t, unit, unitOf(strings.ToUpper(line)), "case")
		parts := strings.Split(line, ",")
		slices.Reverse(parts)
		assert.Equal(t, unit, unitOf(strings.Join(parts, ",")), "order")
	})
}

func BenchmarkUnit(b *testing.B) {
	a := domain.Address{Line1: "Flat No. 302, Tower A, Sunshine Residency", Line2: "Off M.G. Road, Andheri West"}
	for b.Loop() {
		a.Unit()
	}
}

func FuzzUnit(f *testing.F) {
	f.Add("Flat No. 3-B, Tower 2", "Sunshine Residency")
	f.Add("फ्लैट नं. ३०२, टावर ए", "T-302")
	f.Fuzz(func(t *testing.T, line1, line2 string) {
		if len(line1)+len(line2) > 400 {
			t.Skip("no address")
		}
		a := domain.Address{Line1: line1, Line2: line2}
		unit := a.Unit()
		if again := unitOf(string(unit)); again != unit {
			t.Fatalf("%q of %q %q becomes %q", unit, line1, line2, again)
		}
	})
}
