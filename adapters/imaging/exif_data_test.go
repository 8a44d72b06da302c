package imaging_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/imaging"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/tests/kit/outside"
)

// knownGaps are the facts in which our metadata reader and the other one differ.
var knownGaps = map[string][]string{
	// The entry after Orientation has field type 0. Our reader stops there, the other one
	// skips it and goes on to the directories with the time and the position.
	"jpeg/Sony DSC-HX5V (2).jpg": {"time", "zoned", "location"},
	// The model is "ION230", a NUL and an F. Our reader drops the NUL, the other one ends there.
	"jpeg/WWL_(Polaroid)_ION230.jpg": {"model"},
	// Their only time is XMP's CreateDate, of an editor. The other reader was asked for XMP's
	// DateTimeOriginal alone.
	"webp_png/screenshot_valv_1.jpg": {"time", "zoned"},
	"webp_png/screenshot_valv_2.jpg": {"time", "zoned"},
	"hostile/image01551.jpg":         {"time", "zoned"},
	"hostile/image01713.jpg":         {"time", "zoned"},
	"hostile/truncated_app14.jpg":    {"time", "zoned"},
}

// What another reader found in photos of real cameras must be what we find.
func TestEXIFAgreesWithAnotherReader(t *testing.T) {
	t.Parallel()
	folder := outside.Path(t, "images")
	compared := 0
	for _, row := range readCSV(t, filepath.Join(folder, "exif_ground_truth.csv")) {
		data, err := os.ReadFile(pathOf(folder, row))
		require.NoError(t, err)
		facts := imaging.Survey(data)
		if facts.Format == domain.FormatUnknown {
			continue
		}
		gaps := map[string]bool{}
		for _, gap := range knownGaps[row["file"]] {
			gaps[gap] = true
		}
		check := func(what string, want, got any) {
			compared++
			if gaps[what] {
				assert.NotEqual(t, want, got, "%s: %s is no gap any more", row["file"], what)
				return
			}
			assert.Equal(t, want, got, "%s: %s", row["file"], what)
		}
		wantAt, wantZoned := trueTime(row)
		at := ""
		if facts.EXIF.TakenAt != nil {
			at = facts.EXIF.TakenAt.Format(time.RFC3339Nano)
		}
		check("time", wantAt, at)
		check("zoned", wantZoned, facts.EXIF.Zoned)
		check("orientation", trueOrientation(row), facts.EXIF.Orientation)
		check("make", row["make"], facts.EXIF.Make)
		check("model", row["model"], facts.EXIF.Model)
		check("software", row["software"], facts.EXIF.Software)
		check("location", true, near(trueLocation(t, row), facts.EXIF.Location))
	}
	t.Logf("%d facts compared", compared)
	assert.Greater(t, compared, 500)
}

func pathOf(folder string, row map[string]string) string {
	if strings.HasPrefix(row["file"], "hostile/") {
		return filepath.Join(folder, row["file"])
	}
	return filepath.Join(folder, "exif", row["file"])
}

// trueTime works out the capture time by the rule of domain.EXIF.
func trueTime(row map[string]string) (at string, zoned bool) {
	const layout = "2006:01:02 15:04:05"
	if t, err := time.Parse(layout+"-07:00", row["datetime_original"]+row["offset_time_original"]); err == nil {
		return t.UTC().Format(time.RFC3339Nano), true
	}
	if t, err := time.Parse(layout, row["gps_date_utc"]+" "+row["gps_time_utc"]); err == nil {
		return t.Format(time.RFC3339Nano), true
	}
	if t, err := time.Parse(layout, row["datetime_original"]); err == nil {
		return t.Add(-5*time.Hour - 30*time.Minute).Format(time.RFC3339Nano), false
	}
	if t, err := time.Parse(layout+"Z07:00", row["xmp_datetime"]); err == nil {
		return t.UTC().Format(time.RFC3339Nano), true
	}
	if t, err := time.Parse(layout, row["xmp_datetime"]); err == nil {
		return t.Add(-5*time.Hour - 30*time.Minute).Format(time.RFC3339Nano), false
	}
	return "", false
}

func trueOrientation(row map[string]string) int {
	orientation, _ := strconv.Atoi(row["orientation"])
	return orientation
}

func trueLocation(t *testing.T, row map[string]string) *domain.Point {
	t.Helper()
	if row["lat"] == "" {
		return nil
	}
	lat, err := strconv.ParseFloat(row["lat"], 64)
	require.NoError(t, err)
	lng, err := strconv.ParseFloat(row["lng"], 64)
	require.NoError(t, err)
	if lat == 0 && lng == 0 {
		return nil
	}
	return &domain.Point{Lat: lat, Lng: lng}
}

// near reports whether both are absent or within a metre.
func near(a, b *domain.Point) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.DistanceKM(*b) < 0.001
}
