package report_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"github.com/go-fonts/dejavu/dejavusansmono"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/adapters/report"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/ports/portstest"
)

func renderer(t testing.TB) *report.Renderer {
	t.Helper()
	r, err := report.New()
	require.NoError(t, err)
	return r
}

func render(t testing.TB, d domain.ReportDocument) []byte {
	t.Helper()
	pdf, err := renderer(t).Render(t.Context(), d)
	require.NoError(t, err)
	return pdf
}

func TestContract(t *testing.T) {
	t.Parallel()
	portstest.ReportRenderer(t, func(t *testing.T) ports.ReportRenderer { return renderer(t) })
}

// TestSample writes a rich report where a person can look at it: its path is in the log.
func TestSample(t *testing.T) {
	t.Parallel()
	pdf := render(t, sample(t))
	path := filepath.Join(t.ArtifactDir(), "sample.pdf")
	require.NoError(t, os.WriteFile(path, pdf, 0o600))
	t.Logf("%s: %d KB", path, len(pdf)>>10)

	assertOnPaper(t, pdf)
	said := words(t, pdf)
	for _, fact := range []string{
		"Apartment in Powai", "Flat 1203, Tower B, Nahar Amrit Shakti, Chandivali Farm Road, Powai, Mumbai, Maharashtra, 400072",
		"PF-20260302-7KQ2XM", "LAP/MUM/2026/004417", "2 March 2026", "2 Mar 2026, 12:11:12 IST",
		"₹2,46,50,000", "₹2.465 crore", "₹20,890 per sq ft", "Rupees two crore forty-six lakh fifty thousand only",
		"74 of 100", "₹2.11 crore – ₹2.67 crore", "Ravi Menon", "Farida Contractor", "Asha Deshpande", "+91********78",
		"1,180 sq ft (110 sq m)", "19.11702, 72.90541 (± 8 m)", "Market approach",
		"MUM-2025-118822", "120 m", "18 Nov 2025", "₹2,31,00,000", "₹20,087", "+1.9 %", "−2.9 %", "₹2,40,50,000", "34 %",
		"3.6 % above the model's", "9.2 % of the amount", "The valuer asked for a second pair of eyes.", "Signed off by Farida Contractor on",
		"Internal: kitchen", "Flagged, accepted", "23 m from the property (by the file)", "This photo could not be shown.",
		"Taken at an unknown time", "Distance to the property unknown", "Slightly blurred", "Same picture in 1 other case",
		strings.Repeat("9f3ac0d17b", 7)[:64], "Google Pixel 8", "Nobody visited the property.", "Page 1 of 5", "Page 5 of 5",
	} {
		assert.Contains(t, said, fact)
	}
	for _, p := range sample(t).Photos {
		assert.Contains(t, said, p.Photo.Facts.SHA256)
	}
	assert.NotContains(t, said, "ISO 15919", "nothing was written in Indian scripts")
	assert.Equal(t, 7, bytes.Count(pdf, []byte("/Subtype /Image")), "every photo that decodes")
	assert.Contains(t, string(pdf), "/CreationDate (D:20260302064112)")
}

func TestCharset(t *testing.T) {
	t.Parallel()
	set, err := report.NewCharset(dejavusanscondensed.TTF)
	require.NoError(t, err)
	for _, r := range "₹–−·×±…�āīūṛṅñṭḍṇśṣṁḥ" {
		assert.True(t, set.Has(r), "%c", r)
	}
	for _, r := range "अ🏠𝔸日" + "אع" { // no glyph, out of the PDF library's reach, written from right to left
		assert.False(t, set.Has(r), "%c", r)
	}
	assert.Equal(t, "A �\nB", set.Clean("𝔸 🏠\r\nB\u200d\x07"))
}

func TestSameDocumentSameBytes(t *testing.T) {
	t.Parallel()
	d := sample(t)
	d.Photos = d.Photos[1:5] // several of one size
	fonts := [][]byte{dejavusanscondensed.TTF, dejavusanscondensedbold.TTF, dejavusansmono.TTF}
	untouched := make([][]byte, len(fonts))
	for i, font := range fonts {
		untouched[i] = bytes.Clone(font)
	}
	first := render(t, d)
	shared := renderer(t)
	results := make(chan []byte)
	for range 4 {
		go func() {
			pdf, _ := shared.Render(context.Background(), d)
			results <- pdf
		}()
	}
	for range 4 {
		assert.True(t, bytes.Equal(first, <-results), "rendered at the same time as others")
	}
	for i, font := range fonts {
		assert.True(t, bytes.Equal(untouched[i], font), "font %d is shared and stays as it is", i)
	}
	d.GeneratedAt = time.Time{}
	assert.True(t, bytes.Equal(render(t, d), render(t, d)), "the current time is in nothing, even without a time to print")
}

func TestThirtyNoisyPhotosStaySmall(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	noise := image.NewRGBA(image.Rect(0, 0, 640, 480))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(random.Uint32())
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, noise, nil))
	d := sample(t)
	d.Photos = nil
	for i := range domain.MaxPhotosPerProperty {
		d.Photos = append(d.Photos, domain.ReportPhoto{Photo: photo(i, domain.Subject{Type: domain.PhotoAmenity}), JPEG: file.Bytes()})
	}
	began := time.Now()
	pdf := render(t, d)
	t.Logf("%d KB each became %d KB together in %v", file.Len()>>10, len(pdf)>>10, time.Since(began))
	assert.Less(t, len(pdf), 2<<20, "noise is the worst that a JPEG can be asked to hold")
	assert.Equal(t, 30, bytes.Count(pdf, []byte("/Subtype /Image")), "also of photos that are equal")
}

// BenchmarkRender renders the sample without its photos and with thirty.
func BenchmarkRender(b *testing.B) {
	d, shared := sample(b), renderer(b)
	many := d
	many.Photos = nil
	for i := range domain.MaxPhotosPerProperty {
		many.Photos = append(many.Photos, domain.ReportPhoto{Photo: photo(i, domain.Subject{Type: domain.PhotoAmenity}), JPEG: d.Photos[i%4].JPEG})
	}
	d.Photos = nil
	for name, document := range map[string]domain.ReportDocument{"0 photos": d, "30 photos": many} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				pdf, err := shared.Render(b.Context(), document)
				require.NoError(b, err)
				b.ReportMetric(float64(len(pdf)), "bytes/pdf")
			}
		})
	}
}

func TestIndianScriptsArePrintedInLatinLetters(t *testing.T) {
	t.Parallel()
	d := sample(t)
	d.Photos, d.OwnerName = nil, "आशा देशपांडे"
	d.Property.Details.Address = domain.Address{Line1: "१२, महात्मा गांधी मार्ग", Locality: "கோடம்பாக்கம்", City: "ಬೆಂಗಳೂರು", State: "महाराष्ट्र", Pincode: "400072"}
	d.Valuation.Rationale = "घर अच्छी हालत में है। " + "سرخ گھر 🏠"
	said := words(t, render(t, d))
	for _, want := range []string{
		"Āśā Deśapāṁḍe", "12, Mahātmā Gāṁdhī Mārga, Kōṭampākkam, Beṁgaḷūru, Mahārāṣṭra, 400072", "Ghara Acchī Hālata Meṁ Hai.",
		"��� ��� �", "by ISO 15919", "Characters printed as �",
	} {
		assert.Contains(t, said, want)
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	said := words(t, render(t, domain.ReportDocument{
		Property:  domain.Property{Reference: "PF-20260302-000000", Type: domain.Land},
		Valuation: domain.Valuation{Amount: 1, Number: 1, Methodology: domain.CostApproach, FewerReason: "No plot was sold nearby since 2019."},
	}))
	for _, want := range []string{
		"Land", "Plot area", "₹1", "Rupees one only", "0 of 100", "too few comparables to say", "not asked for by the lender's rules",
		"Cost approach", "No plot was sold nearby since 2019.", "The valuation names no comparable sales.",
		"The model found too few comparables to suggest an amount.", "None of the lender's rules asked for a second signature.",
		"The case holds no photographs.", "The valuer recorded no further reasoning.",
	} {
		assert.Contains(t, said, want)
	}
}

func TestVerdictsAreTold(t *testing.T) {
	t.Parallel()
	d := sample(t)
	d.Photos = d.Photos[:6]
	for i := range d.Photos { // what they show is of no matter
		d.Photos[i].JPEG = nil
	}
	at := func(i int) *domain.Photo { return &d.Photos[i].Photo }
	at(0).Status = domain.PhotoFailed
	at(1).Status = domain.PhotoProcessing
	at(1).Facts = domain.ImageFacts{}
	at(1).Announced.SHA256 = strings.Repeat("ab", 32)
	at(2).ReplacedBy = "photo9"
	at(3).Resolution.Decision = domain.FlagRefused
	at(4).Status = domain.PhotoFlagged
	at(5).Analysis.Done = true
	d.Valuation.SignOff.ReturnReason = "Please look at sale 3 again."
	d.Valuation.Risks = append(domainRisks(), "NEW_RISK")
	d.Valuation.Methodology = "RESIDUAL"
	d.Valuation.Amount = 1_00_00_000
	d.Property.Details.Floor = ptr(-1)
	said := words(t, render(t, d))
	for _, want := range []string{
		"Failed", "Processing", "Replaced by a retake", "Flagged, refused", "Flagged", "Passed", strings.Repeat("ab", 32),
		"(by the device)", "Image recognition looked at 1 of 6 photos.", "Returned by Farida Contractor", "Please look at sale 3 again.",
		"below what the lender accepts", "signed by two people", "further from the model's", "New risk", "Residual", "58.0 % below the model's", "Basement 1",
	} {
		assert.Contains(t, said, want)
	}
	d.Property.Details.Floor, d.Valuation.Amount = ptr(0), d.Valuation.Suggestion.Amount
	said = words(t, render(t, d))
	assert.Contains(t, said, "Ground floor")
	assert.Contains(t, said, "equal to the model's")
}

func domainRisks() []domain.Risk {
	return []domain.Risk{domain.RiskLowConfidence, domain.RiskHighAmount, domain.RiskOffModel, domain.RiskFlagged}
}

// assertOnPaper checks that all text lies within the margins, and none on other text.
func assertOnPaper(t testing.TB, pdf []byte) {
	t.Helper()
	for n, page := range pages(t, pdf) {
		taken := map[string]string{}
		for _, run := range page {
			require.True(t, run.x > 56 && run.end < 552, "page %d: %q reaches from x %.1f to %.1f", n+1, run.text, run.x, run.end)
			require.True(t, run.y > 30 && run.y < 812, "page %d: %q stands at y %.1f", n+1, run.text, run.y)
			at := fmt.Sprintf("%.1f %.1f", run.x, run.y)
			require.Empty(t, taken[at], "page %d: %q covers another text", n+1, run.text)
			taken[at] = run.text
		}
	}
}

// extreme is far beyond what the domain lets through.
func extreme(t testing.TB) domain.ReportDocument {
	t.Helper()
	d := sample(t)
	d.Photos = d.Photos[2:4]
	long := strings.Repeat("Unbroken", 120)
	d.Property.Reference = domain.Reference(strings.Repeat("PF-", 60))
	d.Property.ExternalRef, d.OwnerName, d.Phone, d.ValuerName, d.SignerName = long, long, long, long, long
	d.Property.Details.Address = domain.Address{Line1: strings.Repeat("Plot 7, ", 200), Line2: long, Locality: long, City: long, State: long, Pincode: long}
	d.Property.Details.AreaSqFt = math.MaxInt32
	d.Valuation.Amount, d.Valuation.Confidence = domain.MaxAmount-1, 900
	d.Valuation.Suggestion = domain.Suggestion{Amount: domain.MaxAmount, Low: -5, High: domain.MaxAmount, ForecastSD: math.Inf(1), Model: long}
	d.Valuation.Rationale = strings.Repeat("A very long line of reasoning that goes on. ", 400) + strings.Repeat("\n\n\nline", 300) + long
	d.Valuation.FewerReason = strings.Repeat("x ", 3000)
	d.Valuation.SignOff.ReturnReason = long
	for i := range 60 {
		c := sales()[i%5]
		c.Comparable.Locality, c.Comparable.SourceID = strings.Repeat("Old mill compound ", i*3), long[:i*10]
		c.Comparable.Price, c.AdjustedPrice = domain.MaxAmount, math.MinInt64
		c.Comparable.AreaSqFt = i - 1
		c.DistanceKM, c.Weight = math.NaN(), math.Inf(-1)
		c.Adjustments = append(c.Adjustments, domain.Adjustment{Kind: domain.AdjustTime, Percent: 1e12})
		d.Valuation.Comparables = append(d.Valuation.Comparables, c)
	}
	for i := range 30 {
		p := photo(i, domain.Subject{Type: domain.PhotoInternal, Room: domain.Room(strings.Repeat("ROOM_", i*20))})
		p.Facts.SHA256, p.Facts.EXIF.Model = long, long
		p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused, Reason: strings.Repeat(long+" ", 20)}
		for range 100 {
			p.Findings = append(p.Findings, domain.Finding{Code: "SOMETHING_WRONG", Outcome: domain.OutcomeFlagged})
		}
		d.Photos = append(d.Photos, domain.ReportPhoto{Photo: p, JPEG: [][]byte{nil, []byte("no photo"), house(3, 1200, 1), house(1, 1, 1)}[i%4]})
	}
	d.AuditHead, d.AuditEntries = long, math.MinInt64
	return d
}

func TestExtremesStayOnPaper(t *testing.T) {
	t.Parallel()
	began := time.Now()
	pdf := render(t, extreme(t))
	t.Logf("%d pages, %d KB, %v", len(pages(t, pdf)), len(pdf)>>10, time.Since(began))
	assertOnPaper(t, pdf)
}

func TestAnyTextIsMadePrintable(t *testing.T) {
	t.Parallel()
	set, err := report.NewCharset(dejavusanscondensed.TTF)
	require.NoError(t, err)
	anything := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.Int32Range(0x0900, 0x0D7F)),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		raw := anything.Draw(t, "raw")
		clean := set.Clean(raw)
		for _, r := range clean {
			if r != '\n' && !set.Has(r) {
				t.Fatalf("%q has %q, which cannot be printed, in %q", raw, r, clean)
			}
		}
	})
}

func FuzzRender(f *testing.F) {
	base, shared := sample(f), renderer(f)
	base.Photos = base.Photos[:1]
	for _, text := range []string{"", "\x00\xff", "a\r\nb\u202ec", "क्\u200dष ੱ", "🏠𝗕é", "((\\)) {nb} \u2028", "\U0010ffff\uffff"} {
		f.Add(text, text, int64(-1)<<63, base.Photos[0].JPEG[:700])
	}
	f.Fuzz(func(t *testing.T, short, long string, amount int64, photo []byte) {
		d := base
		d.OwnerName, d.AuditHead, d.Property.Reference, d.Property.Details.Address.City = short, short, domain.Reference(short), short
		d.Valuation.Rationale, d.Valuation.Amount = long, domain.Rupees(amount)
		d.Photos = []domain.ReportPhoto{{Photo: base.Photos[0].Photo, JPEG: photo}}
		pdf, err := shared.Render(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		assertOnPaper(t, pdf)
	})
}
