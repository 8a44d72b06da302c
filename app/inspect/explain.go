package inspect

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
)

// notJudged is printed for a measure that cannot be judged without a case.
const notJudged = "not judged"

// Explain prints the report for people: each measure beside its threshold, the findings, and
// what to do about them.
func (r Report) Explain(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.File, r.Verdict)
	if r.Error != "" {
		fmt.Fprintf(&b, "  %s\n", r.Error)
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range r.rows() {
		fmt.Fprintf(table, "  %s\n", strings.Join(row, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  → %s (%s): %s\n", f.Code, f.Outcome, f.Advice)
	}
	_, err := fmt.Fprintln(out, b.String())
	return err
}

// rows returns the lines of the table: the measure, its value, its threshold and its verdict.
func (r Report) rows() [][]string {
	if r.Verdict == Unreadable {
		return nil
	}
	rows := [][]string{
		{"file", fmt.Sprintf("%s, %.2f MB", orNone(r.Format), float64(r.Bytes)/1e6), "JPEG, PNG, WebP or HEIC of at most 10 MB", r.verdictOn(faults...)},
	}
	if r.Width > 0 {
		rows = append(rows, []string{"picture", fmt.Sprintf("%d×%d", r.Width, r.Height), "200 pixels a side to 50 megapixels (HEIC: 12)", r.verdictOn(sizes...)})
	}
	if m := r.Measures; m != nil {
		rows = append(rows,
			[]string{"sharpness", fmt.Sprintf("%.0f", m.Sharpness), fmt.Sprintf("≥ %.0f; below %.0f fails", photocheck.SharpnessFlagBelow, photocheck.SharpnessFailBelow), r.verdictOn(domain.FindingTooBlurred, domain.FindingSlightlyBlurred)},
			[]string{"brightness", fmt.Sprintf("%.0f", m.Brightness), fmt.Sprintf("%.0f to %.0f", photocheck.BrightnessMin, photocheck.BrightnessMax), r.verdictOn(domain.FindingTooDark, domain.FindingTooBright)},
			[]string{"glare", fmt.Sprintf("%.1f %%", 100*m.Glare), fmt.Sprintf("≤ %.0f %%", 100*photocheck.GlareMax), r.verdictOn(domain.FindingGlare)},
			[]string{"moiré of a screen", fmt.Sprintf("%.2f", m.Moire), fmt.Sprintf("≤ %.1f", photocheck.MoireFlagAbove), r.verdictOn(domain.FindingScreen)},
			[]string{"hash", m.Hashes[0], "that of no other case", notJudged})
	}
	return append(rows, r.metadataRows()...)
}

func (r Report) metadataRows() [][]string {
	taken, place := "unknown", "unknown"
	if at := r.Metadata.TakenAt; at != nil {
		taken = at.In(domain.IST).Format(time.RFC3339)
		if !r.Metadata.Zoned {
			taken += " (zone assumed)"
		}
	}
	if r.Metadata.Latitude != nil {
		place = fmt.Sprintf("%.5f, %.5f", *r.Metadata.Latitude, *r.Metadata.Longitude)
	}
	onTime, onPlace := r.verdictOn(times...), r.verdictOn(domain.FindingTooFar, domain.FindingNoLocation)
	if r.known.AskedAt.IsZero() {
		onTime = notJudged
	}
	if r.known.Property == nil {
		onPlace = notJudged
	}
	return [][]string{
		{"taken", taken, fmt.Sprintf("after the request, at most %.0f minutes before the upload", photocheck.CaptureMaxAge.Minutes()), onTime},
		{"place", place, fmt.Sprintf("within %.1f km of the property", domain.PhotoMaxDistanceKM), onPlace},
		{"camera", orNone(strings.TrimSpace(r.Metadata.Make + " " + r.Metadata.Model)), "a camera and no screenshot", r.verdictOn(domain.FindingScreenshot)},
		{"software", orNone(strings.TrimSpace(r.Metadata.Software + " " + r.Metadata.CreatorTool)), "", ""},
		{"content credentials", map[bool]string{true: "present, not checked", false: "none"}[r.Metadata.C2PA], "", ""},
	}
}

// The codes that concern one line of the table.
var (
	faults = []domain.FindingCode{
		domain.FindingCode(domain.FaultNotAnImage), domain.FindingCode(domain.FaultBroken),
		domain.FindingCode(domain.FaultTooManyBytes), domain.FindingCode(domain.FaultTooSlow),
	}
	sizes = []domain.FindingCode{domain.FindingCode(domain.FaultTooBig), domain.FindingCode(domain.FaultTooSmall)}
	times = []domain.FindingCode{
		domain.FindingTooOld, domain.FindingMaybeTooOld, domain.FindingBeforeChallenge, domain.FindingClockSkew,
	}
)

// verdictOn returns the worst outcome of the findings with one of these codes.
func (r Report) verdictOn(codes ...domain.FindingCode) string {
	for _, f := range r.Findings { // worst first
		if slices.Contains(codes, domain.FindingCode(f.Code)) {
			return f.Outcome
		}
	}
	return "ok"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
