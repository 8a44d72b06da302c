package postal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain/postal"
)

func TestEveryStateIsFoundByItsNames(t *testing.T) {
	t.Parallel()
	require.Len(t, postal.States(), 36, "28 states and 8 union territories")
	for _, s := range postal.States() {
		for _, name := range []string{
			string(s), s.English(), s.Hindi(), strings.ToUpper(s.English()), strings.ToLower(string(s)),
			strings.ReplaceAll(s.English(), " ", ""), strings.ReplaceAll(s.English(), " and ", " & "), "  " + s.Hindi() + ", भारत",
			"The State of " + s.English() + ", India.",
		} {
			got, ok := postal.ParseState(name)
			assert.True(t, ok, name)
			assert.Equal(t, s, got, name)
		}
	}
}

func TestSpellingsOfStates(t *testing.T) {
	t.Parallel()
	for want, names := range map[postal.State][]string{
		"OD": {"Orissa", "ORISSA", "Odisha", "OR", "ओडिशा", "ओड़िशा", "ओड\u093cिशा", "उड़ीसा"},
		"PY": {"Pondicherry", "Puducherry", "U.T. of Puducherry", "पुडुचेरी", "पांडिचेरी", "पाँडिचेरी"},
		"UK": {"Uttaranchal", "Uttarakhand", "Uttrakhand", "UT", "UK", "उत्तराखण्ड", "उत्तराखंड", "उत्तरांचल"},
		"DL": {"Delhi", "New Delhi", "NCT of Delhi", "Delhi (NCT)", "Delhi NCR", "Govt. of NCT of Delhi", "National Capital Territory of Delhi", "दिल्ली", "नई दिल्ली"},
		"JK": {"J&K", "J & K", "J and K", "J.K.", "Jammu & Kashmir", "JAMMU AND KASHMIR", "Jammu-Kashmir", "Jammu, Kashmir and Ladakh", "जम्मू और कश्मीर", "जम्मू-कश्मीर", "जम्मू एवं कश्मीर", "जम्मू व कश्मीर"},
		"LA": {"Ladakh", "Leh-Ladakh", "लद्दाख"},
		"TN": {"Tamilnadu", "Tamil Nadu", "T.N.", "TN", "तमिलनाडु", "तमिल नाडु"},
		"CG": {"Chattisgarh", "Chhattisgarh", "CG", "CT", "छत्तीसगढ़", "छत्तीसगढ"},
		"DH": {"Daman & Diu", "Daman and Diu", "Dadra & Nagar Haveli", "The Dadra and Nagar Haveli and Daman and Diu", "DNH", "D&NH", "दमन एवं दीव", "दादरा एवं नगर हवेली"},
		"AN": {"Andaman & Nicobar", "A & N Islands", "Andaman and Nicobar Islands", "Andaman", "अंडमान और निकोबार द्वीप समूह", "अण्डमान एवं निकोबार"},
		"UP": {"U.P.", "up", "Uttar Pradesh", "UttarPradesh", "उत्तर प्रदेश", "उ. प्र.", "उत्तर\u200dप्रदेश"},
		"MP": {"M.P.", "Madhya Pradesh", "मध्य प्रदेश", "म.प्र."},
		"TS": {"Telangana", "TG", "TS", "तेलंगाना"},
		"MH": {"Maharashtra State", "महाराष्ट्र", "महाराष्ट्र राज्य"},
		"KA": {"KA", "karnataka", "कर्नाटक"},
		"MZ": {"मिज़ोरम", "मिजोरम", "मिज\u093cोरम"},
	} {
		for _, name := range names {
			got, ok := postal.ParseState(name)
			assert.True(t, ok, name)
			assert.Equal(t, want, got, name)
		}
	}
}

func TestWhatIsNoState(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", " ", "Narnia", "India", "भारत", "State", "the", "&", "X", "XX", "123456", "Kerala Karnataka", "Mumbai", "Punjab Haryana",
		"Uttar", "Pradesh", "प्रदेश", "Sindh", "Tamil", "Nepal", "\xff", "Kerala\xffx", strings.Repeat("K", 100),
	} {
		got, ok := postal.ParseState(name)
		assert.False(t, ok, "%q", name)
		assert.Empty(t, got, "%q", name)
	}
	assert.Empty(t, postal.State("XX").English())
	assert.Empty(t, postal.State("").Hindi())
}

func TestLadakhBelongedToJammuAndKashmir(t *testing.T) {
	t.Parallel()
	assert.True(t, postal.State("JK").Covers("LA"))
	assert.False(t, postal.State("LA").Covers("JK"), "no pincode of Ladakh was left in the other")
	assert.True(t, postal.State("KA").Covers("KA"))
	assert.False(t, postal.State("KA").Covers("KL"))
}

func BenchmarkParseState(b *testing.B) {
	for b.Loop() {
		if _, ok := postal.ParseState("Dadra & Nagar Haveli"); !ok {
			b.Fatal("not found")
		}
	}
}
