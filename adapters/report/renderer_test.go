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
	"sync"
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

// shared is one renderer for most tests: its fonts take longer to parse than a report to lay out.
var shared = sync.OnceValues(report.New)

func render(t testing.TB, d domain.ReportDocument) []byte {
	t.Helper()
	r, err := shared()
	require.NoError(t, err)
	pdf, err := r.Render(t.Context(), d)
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
	d := sample(t)
	pdf := render(t, d)
	path := filepath.Join(t.ArtifactDir(), "sample.pdf")
	require.NoError(t, os.WriteFile(path, pdf, 0o600))
	t.Logf("%s: %d KB", path, len(pdf)>>10)

	assertOnPaper(t, pdf)
	said := words(t, pdf)
	for _, fact := range []string{
		"Apartment in Powai", "Flat 1203, Tower B, Nahar Amrit Shakti, Chandivali Farm Road, Powai, Mumbai, Maharashtra, 400072",
		"PF-20260302-7KQ2XM", "LAP/MUM/2026/004417", "2 March 2026", "2 Mar 2026, 12:11:12 IST",
		"₹2,46,50,000", d.Valuation.Amount.InWords(), "₹20,890 per sq ft", "Rupees two crore forty-six lakh fifty thousand only",
		"74 of 100", "₹2.11 crore – ₹2.67 crore", "Ravi Menon", "Signed off by", "Farida Contractor", "Asha Deshpande", "+91********78",
		"1,180 sq ft (110 sq m)", "19.11702, 72.90541 (± 8 m)", "Market approach",
		"≤ 0.5 km", "≤ 1.5 km", "Nov 2025", "≈ 1,200", "≈ ₹20,000", "+2 %", "−3 %", "≈ ₹2.4 crore", "34 %",
		"3.6 % above the model's", "9.2 % of the amount", "A second person was asked to look at the case.", "Signed off by Farida Contractor on",
		"Internal: kitchen", "Flagged, accepted", "23 m from the property (by the file)", "This photo could not be shown.",
		"Slightly blurred", "Needs a look",
		strings.Repeat("9f3ac0d17b", 7)[:64], "Google Pixel 8", "Nobody visited the property.", "Page 1 of ",
	} {
		assert.Contains(t, said, fact)
	}
	for _, p := range d.Photos {
		assert.Contains(t, said, p.Photo.Facts.SHA256)
	}
	assert.NotContains(t, said, "ISO 15919", "nothing was written in Indian scripts")
	assert.Equal(t, 6, bytes.Count(pdf, []byte("/Subtype /Image")), "every photo that decodes and is no paper")
	assert.Contains(t, string(pdf), "/CreationDate (D:20260302064112)")
}

func TestCharset(t *testing.T) {
	t.Parallel()
	r := renderer(t)
	for _, c := range "₹–−·×±…�āīūṛṅñṭḍṇśṣṁḥ" {
		assert.True(t, r.Has(c), "%c", c)
	}
	for _, c := range "अ🏠𝔸日" + "אع" { // no glyph, out of the PDF library's reach, written from right to left
		assert.False(t, r.Has(c), "%c", c)
	}
	assert.Equal(t, "A 🏠\nB", r.Clean("𝔸 🏠\r\nB\u200d\x07"))
	assert.Equal(t, "A �", r.Printed(r.Clean("𝔸 🏠")))
	assert.Equal(t, "क्\u200dष", r.Clean("क्\u200dष"), "a joiner chooses between the forms of a conjunct")
}

func TestSameDocumentSameBytes(t *testing.T) {
	t.Parallel()
	d := hindi(t)
	d.Photos = d.Photos[1:5] // several of one size
	for c := 'ऀ'; c <= 'ॿ'; c++ {
		d.OwnerName += string(c)
	}
	fonts := append([][]byte{dejavusanscondensed.TTF, dejavusanscondensedbold.TTF, dejavusansmono.TTF}, report.Devanagari()...)
	untouched := make([][]byte, len(fonts))
	for i, font := range fonts {
		untouched[i] = bytes.Clone(font)
	}
	shared := renderer(t)
	results := make(chan []byte)
	for range 4 {
		go func() {
			pdf, _ := shared.Render(context.Background(), d)
			results <- pdf
		}()
	}
	first := <-results
	for range 3 {
		assert.True(t, bytes.Equal(first, <-results), "rendered at the same time as others")
	}
	assert.True(t, bytes.Equal(first, render(t, d)), "rendered by another renderer")
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

// BenchmarkRender renders the sample without its photos and with thirty, in English and in Hindi.
func BenchmarkRender(b *testing.B) {
	shared := renderer(b)
	for _, of := range []struct {
		name   string
		sample func(testing.TB) domain.ReportDocument
		photos int
	}{
		{"0 photos", sample, 0},
		{"0 photos in Hindi", hindi, 0},
		{"30 photos", sample, domain.MaxPhotosPerProperty},
		{"30 photos in Hindi", hindi, domain.MaxPhotosPerProperty},
	} {
		b.Run(of.name, func(b *testing.B) {
			d := of.sample(b)
			pictures := d.Photos
			d.Photos = nil
			for i := range of.photos {
				d.Photos = append(d.Photos, domain.ReportPhoto{Photo: photo(i, domain.Subject{Type: domain.PhotoAmenity}), JPEG: pictures[i%4].JPEG})
			}
			b.ReportAllocs()
			for b.Loop() {
				pdf, err := shared.Render(b.Context(), d)
				require.NoError(b, err)
				b.ReportMetric(float64(len(pdf)), "bytes/pdf")
			}
		})
	}
}

// assertOnPaper checks that all text lies within the margins, and none on other text.
func assertOnPaper(t testing.TB, pdf []byte) {
	t.Helper()
	for n, page := range pages(t, pdf) {
		taken := map[string]string{}
		for _, run := range page {
			if run.hidden { // as wide as what is above it
				require.True(t, run.x > 56 && run.x < 552, "page %d: %q begins at x %.1f", n+1, run.text, run.x)
				continue
			}
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
	d.AuditHead = long
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
	r := renderer(t)
	anything := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.Int32Range(0x0900, 0x0D7F)),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }))
	rapid.Check(t, func(t *rapid.T) {
		raw := anything.Draw(t, "raw")
		for line := range strings.SplitSeq(r.Clean(raw), "\n") {
			printed := r.Printed(line)
			for _, c := range printed {
				if !r.Printable(c) {
					t.Fatalf("%q has %q, which cannot be printed, in %q", raw, c, printed)
				}
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
