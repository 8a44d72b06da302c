package report_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/domain"
)

func TestAmountsAreSpelled(t *testing.T) {
	t.Parallel()
	for amount, want := range map[domain.Rupees]string{
		0:                 "Rupees zero only",
		7:                 "Rupees seven only",
		19:                "Rupees nineteen only",
		20:                "Rupees twenty only",
		99:                "Rupees ninety-nine only",
		100:               "Rupees one hundred only",
		1_01:              "Rupees one hundred one only",
		12_345:            "Rupees twelve thousand three hundred forty-five only",
		1_00_000:          "Rupees one lakh only",
		99_99_999:         "Rupees ninety-nine lakh ninety-nine thousand nine hundred ninety-nine only",
		1_23_45_678:       "Rupees one crore twenty-three lakh forty-five thousand six hundred seventy-eight only",
		50 * domain.Crore: "Rupees fifty crore only",
		domain.MaxAmount:  "Rupees one lakh crore only",
		-5:                "Rupees minus five only",
		math.MinInt64:     "Rupees minus beyond words only",
	} {
		assert.Equal(t, want, report.Spelled(amount))
	}
}

func TestRomaniseFollowsISO15919(t *testing.T) {
	t.Parallel()
	for indian, latin := range map[string]string{
		"मुंबई":           "Muṁbaī",
		"सड़क नंबर ३":     "Saṛaka Naṁbara 3",
		"ज़ीनत ख़ान":      "Zīnata K͟hāna",
		"कृष्ण क्षेत्र":   "Kr̥ṣṇa Kṣetra",
		"ॐ नमः शिवाय।":    "Ōṁ Namaḥ Śivāya.",
		"डॉ॰ राव":         "Ḍô. Rāva",
		"কলকাতা":          "Kalakātā",
		"উৎপল ৰায়":       "Utpala Rāẏa",
		"ਪੱਕਾ ਪੰਜਾਬ":      "Pakkā Paṁjāba",
		"અમદાવાદ":         "Amadāvāda",
		"ଭୁବନେଶ୍ୱର":       "",
		"சென்னை":          "Ceṉṉai",
		"హైదరాబాద్":       "Haidarābād",
		"ತುಮಕೂರು":         "Tumakūru",
		"കൊച്ചി, മലയാളം":  "Kocci, Malayāḷaṁ",
		"Flat 4, बी विंग": "Flat 4, Bī Viṁga",
		"plain – ₹ text":  "plain – ₹ text",
		"अंधेरी(पूर्व)":   "Aṁdherī(Pūrva)",
	} {
		got, changed := report.Romanise(indian)
		if latin == "" {
			assert.True(t, changed)
			t.Log(indian, got)
			continue
		}
		assert.Equal(t, latin, got)
		assert.Equal(t, indian != latin, changed, indian)
	}
}

func TestRomaniseLosesNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringOf(rapid.RuneFrom([]rune("abc XYZ 09,.-₹é\n日"))).Draw(t, "plain")
		got, changed := report.Romanise(plain)
		assert.Equal(t, plain, got)
		assert.False(t, changed)
		mixed, _ := report.Romanise(plain + " क " + plain)
		assert.Equal(t, plain+" Ka "+plain, mixed)
	})
}
