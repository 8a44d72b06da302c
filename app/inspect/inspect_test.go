package inspect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/app/inspect"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/domain/model/photocheck"
	"github.com/propflow/propflow/ports/portstest/photofixture"
)

var taken = time.Date(2026, 11, 23, 10, 0, 0, 0, domain.IST)

// written writes a file and returns its path.
func written(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "photo")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// reported inspects one file.
func reported(t *testing.T, path string, known inspect.Context) inspect.Report {
	t.Helper()
	for report, err := range inspect.Files(t.Context(), []string{path}, known) {
		require.NoError(t, err)
		return report
	}
	t.Fatal("no report")
	return inspect.Report{}
}

func codes(r inspect.Report) []string {
	codes := []string{}
	for _, f := range r.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

func TestFilesAreJudgedByWhatIsKnown(t *testing.T) {
	t.Parallel()
	phone := written(t, photofixture.House(1, photofixture.Options{EXIF: photofixture.Phone(taken, 28.6, 77.2)}))
	bare := written(t, photofixture.House(1, photofixture.Options{}))
	bright := written(t, photofixture.House(1, photofixture.Options{Glare: 1}))
	here, err := inspect.At(28.6, 77.2)
	require.NoError(t, err)
	far, err := inspect.At(28.7, 77.2)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		path    string
		known   inspect.Context
		verdict inspect.Verdict
		codes   []string
	}{
		"a good photo":               {phone, inspect.Context{}, inspect.Passed, []string{}},
		"in its time and place":      {phone, inspect.Context{AskedAt: taken.Add(-time.Minute), Property: here}, inspect.Passed, []string{}},
		"long before the request":    {phone, inspect.Context{AskedAt: taken.Add(time.Hour)}, inspect.Failed, []string{"CAPTURED_TOO_LONG_AGO"}},
		"just before the request":    {phone, inspect.Context{AskedAt: taken.Add(time.Minute)}, inspect.Flagged, []string{"CAPTURED_BEFORE_CHALLENGE"}},
		"elsewhere":                  {phone, inspect.Context{Property: far}, inspect.Failed, []string{"TOO_FAR_FROM_PROPERTY"}},
		"elsewhere, as a document":   {phone, inspect.Context{Property: far, Document: true}, inspect.Passed, []string{}},
		"without metadata":           {bare, inspect.Context{}, inspect.Passed, []string{}},
		"without a place":            {bare, inspect.Context{Property: here}, inspect.Flagged, []string{"NO_LOCATION"}},
		"nothing but glare":          {bright, inspect.Context{}, inspect.Failed, []string{"TOO_BLURRED", "TOO_BRIGHT", "GLARE"}},
		"not a photo":                {written(t, []byte("text")), inspect.Context{}, inspect.Failed, []string{"NOT_AN_IMAGE"}},
		"a picture of many pixels":   {written(t, photofixture.PNGClaiming(60_000, 60_000)), inspect.Context{}, inspect.Failed, []string{"TOO_MANY_PIXELS"}},
		"a file that is not there":   {filepath.Join(t.TempDir(), "none"), inspect.Context{}, inspect.Unreadable, []string{}},
		"a folder in a file's stead": {t.TempDir(), inspect.Context{}, inspect.Unreadable, []string{}},
	} {
		report := reported(t, c.path, c.known)
		assert.Equal(t, c.verdict, report.Verdict, name)
		assert.Equal(t, c.codes, codes(report), name)
		assert.Equal(t, c.verdict == inspect.Unreadable, report.Error != "", name)
		for _, f := range report.Findings {
			assert.NotEmpty(t, f.Advice, name)
		}
	}
}

func TestReportsAreWholeAndOneLine(t *testing.T) {
	t.Parallel()
	exif := photofixture.Phone(taken, 28.6, 77.2)
	report := reported(t, written(t, photofixture.House(1, photofixture.Options{EXIF: exif, Orientation: 6})), inspect.Context{})
	line, err := json.Marshal(report)
	require.NoError(t, err)
	assert.NotContains(t, string(line), "\n")
	var got map[string]any
	require.NoError(t, json.Unmarshal(line, &got))
	assert.Equal(t, "PASSED", got["verdict"])
	assert.EqualValues(t, 640, got["width"])
	assert.Len(t, got["sha256"], 64)
	assert.Equal(t, []any{}, got["findings"])
	measures, ok := got["measures"].(map[string]any)
	require.True(t, ok)
	assert.Len(t, measures["hashes"], 8)
	assert.Greater(t, measures["sharpness"], photocheck.SharpnessFlagBelow)
	metadata, ok := got["metadata"].(map[string]any)
	require.True(t, ok)
	assert.Equal(t, "2026-11-23T04:30:00Z", metadata["taken_at"])
	assert.InDelta(t, 28.6, metadata["latitude"], 1e-6)
	assert.EqualValues(t, 6, metadata["orientation"])
}

func TestExplanationsNameMeasureThresholdAndAdvice(t *testing.T) {
	t.Parallel()
	explained := func(data []byte, known inspect.Context) string {
		var out bytes.Buffer
		require.NoError(t, reported(t, written(t, data), known).Explain(&out))
		return out.String()
	}
	dark := explained(photofixture.House(1, photofixture.Options{Luma: 20}), inspect.Context{})
	assert.Regexp(t, `(?m): FAILED$`, dark)
	assert.Regexp(t, `(?m)^  brightness +\d+ +40 to 220 +FAILED$`, dark)
	assert.Regexp(t, `(?m)^  glare +0\.0 % +≤ 70 % +ok$`, dark)
	assert.Regexp(t, `(?m)^  taken +unknown .* not judged$`, dark)
	assert.Regexp(t, `(?m)^  place +unknown .* not judged$`, dark)
	assert.Contains(t, dark, "→ TOO_DARK (FAILED): The photo is too dark.")

	phone := photofixture.House(1, photofixture.Options{EXIF: &photofixture.EXIF{TakenAt: taken, Make: "Acme"}})
	old := explained(phone, inspect.Context{AskedAt: taken.Add(24 * time.Hour)})
	assert.Regexp(t, `(?m)^  taken +2026-11-23T10:00:00\+05:30 \(zone assumed\) .* FLAGGED$`, old)
	assert.Regexp(t, `(?m)^  camera +Acme `, old)

	var out bytes.Buffer
	require.NoError(t, reported(t, filepath.Join(t.TempDir(), "none"), inspect.Context{}).Explain(&out))
	assert.Regexp(t, `none: UNREADABLE\n  open .*\n\n$`, out.String())
	assert.ErrorIs(t, reported(t, "none", inspect.Context{}).Explain(brokenPipe{}), os.ErrClosed)
}

// brokenPipe is a writer that nobody reads from any more.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestExitCodesRiseWithTheVerdict(t *testing.T) {
	t.Parallel()
	for code, verdict := range []inspect.Verdict{inspect.Passed, inspect.Flagged, inspect.Failed, inspect.Unreadable} {
		assert.Equal(t, code, verdict.ExitCode())
	}
}

func TestPlacesMustLieOnEarth(t *testing.T) {
	t.Parallel()
	for _, at := range [][2]float64{{0, 0}, {91, 0}, {0, 181}} {
		_, err := inspect.At(at[0], at[1])
		assert.ErrorContains(t, err, "no place on Earth")
	}
}

func TestAnEndedContextEndsTheInspection(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := written(t, photofixture.House(1, photofixture.Options{}))
	n := 0
	for _, err := range inspect.Files(ctx, []string{path, path}, inspect.Context{}) {
		assert.ErrorIs(t, err, context.Canceled)
		n++
	}
	assert.Equal(t, 1, n)
}
