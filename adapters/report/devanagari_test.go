package report_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/pdftext"
)

// hindi is a case whose owner writes Hindi.
func hindi(t testing.TB) domain.ReportDocument {
	t.Helper()
	d := sample(t)
	d.OwnerName = "लक्ष्मी कृष्णमूर्ति श्रीवास्तव"
	d.Property.Details.Address = domain.Address{
		Line1: "फ्लैट नं. १२०३, टावर B, ज्ञानेश्वर अपार्टमेंट", Line2: "महात्मा गांधी मार्ग (पूर्व)", Locality: "अंधेरी", City: "मुंबई",
		State: "महाराष्ट्र", Pincode: "400072",
	}
	d.Valuation.Rationale = "घर अच्छी हालत में है। क्षेत्र में विद्युत आपूर्ति और सड़क की स्थिति उत्कृष्ट है; तुलनात्मक विक्रय (sales 1 and 2) उसी परिसर के हैं और " +
		"उनका भार अधिक है। प्लॉट संख्या ४५, ज़ीनत ख़ान, द्वितीय तल, ऋण ₹ १२,३४५, हृदय, दुर्गा, कर्म, ट्रक, शक्ति।"
	d.Valuation.Risks = []domain.Risk{domain.RiskHighAmount}
	d.Photos[3].Photo.Findings, d.Photos[3].Photo.LinkedTo = d.Photos[3].Photo.Findings[:1], nil
	d.Photos[3].Photo.Resolution.Reason = "धुंधलापन कुछ नहीं छिपाता।"
	return d
}

func TestANameInDevanagariIsFound(t *testing.T) {
	t.Parallel()
	found := pdftext.Read(t, render(t, hindi(t)))
	flowing := strings.Join(strings.Fields(found), " ")
	for _, want := range []string{
		"लक्ष्मी कृष्णमूर्ति श्रीवास्तव", "Apartment in अंधेरी",
		"फ्लैट नं. १२०३, टावर B, ज्ञानेश्वर अपार्टमेंट, महात्मा गांधी मार्ग (पूर्व), अंधेरी, मुंबई, महाराष्ट्र, 400072", "मुंबई, महाराष्ट्र",
		hindi(t).Valuation.Rationale, "Valuer: धुंधलापन कुछ नहीं छिपाता।",
	} {
		assert.Contains(t, flowing, want)
	}
	assert.NotContains(t, found, "ISO 15919", "nothing was romanised")
	assert.NotContains(t, found, "Characters printed as")
}

func TestOtherScriptsAreRomanisedAndFoundInTheOriginal(t *testing.T) {
	t.Parallel()
	d := hindi(t)
	d.Photos, d.OwnerName = nil, "ಲಕ್ಷ್ಮೀ ಬೆಂಗಳೂರು"
	d.Property.Details.Address = domain.Address{Line1: "12/4, প্লট নম্বর ৭", Locality: "கோடம்பாக்கம் தெற்கு", City: "चेन्नई", State: "x", Pincode: "600024"}
	d.Valuation.Rationale = "An owner who writes کراچی here. 🏠"
	found := pdftext.Read(t, render(t, d))
	for _, want := range []string{
		"Lakṣmī Beṁgaḷūru", "ಲಕ್ಷ್ಮೀ ಬೆಂಗಳೂರು", "12/4, Plaṭa Nambara 7, Kōṭampākkam Teṟku, चेन्नई", "প্লট নম্বর ৭", "கோடம்பாக்கம் தெற்கு",
		"An owner who writes ����� here. �", "کراچی", "by ISO 15919", "Characters printed as �",
	} {
		assert.Contains(t, found, want)
	}
}

var boxes = regexp.MustCompile(`<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>`)

// TestWhatIsBeneathIsAsWideAsWhatIsSeen lets a reader locate the words of a narrow column: each on
// the paper, none across the next.
func TestWhatIsBeneathIsAsWideAsWhatIsSeen(t *testing.T) {
	t.Parallel()
	d := hindi(t)
	d.Valuation.Rationale = strings.Repeat("ज्ञानेश्वर कृष्णमूर्ति (Tower B) श्रीवास्तव ", 60) + strings.Repeat("स्वास्थ्यराष्ट्रक्ष्मी", 40)
	right := map[string]float64{} // the end of the last word, by line
	words := 0
	for _, box := range boxes.FindAllStringSubmatch(pdftext.Read(t, render(t, d), "-bbox"), -1) {
		x, y, end := number(t, []byte(box[1])), box[2], number(t, []byte(box[3]))
		require.True(t, x > 56 && end < 551, "%s from x %.1f to %.1f", box[5], x, end)
		if strings.ContainsAny(box[5], "ज्ञकृश्र") {
			words++
			require.GreaterOrEqual(t, x, right[y]-0.5, "%s covers the word before it", box[5])
			right[y] = end
		}
	}
	assert.Greater(t, words, 180)
}

func TestDevanagariIsShaped(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for name, c := range map[string]struct {
		word     string
		glyphs   int
		clusters []string
	}{
		"conjunct":                   {"क्ष", 1, []string{"क्ष"}},
		"conjunct with three":        {"स्त्री", 0, []string{"स्त्री"}},
		"vowel sign before":          {"कि", 2, []string{"कि"}},
		"reph":                       {"कर्म", 0, []string{"क", "र्म"}},
		"ra below":                   {"ट्रक", 0, []string{"ट्र", "क"}},
		"dotted":                     {"ज़ीनत", 0, []string{"ज़ी", "न", "त"}},
		"a joiner keeps letters":     {"क्\u200dष", 3, []string{"क्\u200dष"}},
		"digits":                     {"१२०३", 4, []string{"१", "२", "०", "३"}},
		"a name":                     {"ज्ञानेश्वर", 0, []string{"ज्ञा", "ने", "श्व", "र"}},
		"a sign without a consonant": {"ि", 2, nil}, // on a dotted circle
	} {
		glyphs, clusters := r.Shape(c.word)
		if c.glyphs > 0 {
			assert.Equal(t, c.glyphs, glyphs, name)
		}
		if c.clusters != nil {
			assert.Equal(t, c.clusters, clusters, name)
		}
		assert.Equal(t, c.word, strings.Join(clusters, ""), name)
	}
	// The i of कि is written before its consonant: the outline of क is moved by the sign's width.
	assert.Less(t, r.Origin("कि", 'ि'), r.Origin("कि", 'क'))
}

func TestLinesAreCutBetweenSyllables(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Asha Rao":   "Asha R…",
		"कर्म शक्ति": "कर्म श…",
		"ज्ञानेश्वर": "ज्ञाने…",
		"मुंबई की":   "मुंबई…",
	} {
		assert.Equal(t, []string{want}, report.Clip([]string{line, "more"}, 1))
	}
}
