package imaging_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// roc is the receiver operating characteristic of a score that is to be greater for what is
// looked for than for the rest.
type roc struct {
	name            string
	positive, other []float64
	area, low, high float64 // under the curve, with its 95 % interval
}

const resamples = 2000

// newROC also takes the 95 % interval of the area by the percentile bootstrap (Efron and
// Tibshirani 1993), with a fixed seed.
func newROC(name string, positive, other []float64) roc {
	r := roc{name: name, positive: positive, other: other, area: areaUnder(positive, other)}
	random := rand.New(rand.NewPCG(1, 2))
	areas := make([]float64, 0, resamples)
	for range resamples {
		areas = append(areas, areaUnder(resampled(positive, random), resampled(other, random)))
	}
	r.low, r.high = quantile(areas, 0.025), quantile(areas, 0.975)
	return r
}

// areaUnder is the probability that a positive scores above another, ties counting half
// (Mann and Whitney).
func areaUnder(positive, other []float64) float64 {
	sorted := slices.Sorted(slices.Values(other))
	var wins float64
	for _, v := range positive {
		below, _ := slices.BinarySearch(sorted, v)
		upTo, _ := slices.BinarySearch(sorted, math.Nextafter(v, math.Inf(1)))
		wins += float64(below+upTo) / 2
	}
	return wins / float64(len(positive)*len(other))
}

func resampled(values []float64, random *rand.Rand) []float64 {
	out := make([]float64, len(values))
	for i := range out {
		out[i] = values[random.IntN(len(values))]
	}
	return out
}

// hits and alarms are the shares of the positives and of the others above the threshold.
func (r roc) hits(threshold float64) float64   { return above(r.positive, threshold) }
func (r roc) alarms(threshold float64) float64 { return above(r.other, threshold) }

func above(values []float64, threshold float64) float64 {
	n := 0
	for _, v := range values {
		n += count(v > threshold)
	}
	return share(n, len(values))
}

func (r roc) summary() string {
	return fmt.Sprintf("%s: %d against %d, area %.3f [%.3f, %.3f]", r.name, len(r.positive), len(r.other), r.area, r.low, r.high)
}

// quantile is the p-quantile by nearest rank.
func quantile(values []float64, p float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(math.Round(p*float64(len(sorted)-1)))]
}

// portion prints a share with its 95 % interval (Wilson 1927).
func portion(part, whole int) string {
	const z = 1.96
	n, p := float64(whole), share(part, whole)
	middle, spread := p+z*z/(2*n), z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	low, high := max(0, (middle-spread)/(1+z*z/n)), min(1, (middle+spread)/(1+z*z/n))
	return fmt.Sprintf("%d of %d (%.1f %%, 95 %% interval %.1f to %.1f)", part, whole, 100*p, 100*low, 100*high)
}

// drawCurves draws the curves, with dots at the chosen thresholds, where -draw is given.
func drawCurves(t *testing.T, name string, thresholds []float64, curves ...roc) {
	t.Helper()
	if !*drawing {
		return
	}
	const side, margin = 360, 40
	at := func(alarms, hits float64) string {
		return fmt.Sprintf("%.1f,%.1f", margin+alarms*side, margin+(1-hits)*side)
	}
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", side+2*margin, side+2*margin)
	fmt.Fprintf(&svg, `<rect width="100%%" height="100%%" fill="white"/><rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="#bbb"/>`+"\n", margin, margin, side, side)
	fmt.Fprintf(&svg, `<text x="%d" y="%d">false alarms, 0 to 1</text><text x="%d" y="%d">found, 0 to 1</text>`+"\n", margin, side+margin+20, margin, margin-10)
	for i, curve := range curves {
		colour := []string{"#1f5fa8", "#c2571a", "#2c7d3f"}[i%3]
		scores := slices.Sorted(slices.Values(slices.Concat(curve.positive, curve.other)))
		points := []string{at(1, 1)}
		for _, score := range scores {
			points = append(points, at(curve.alarms(score), curve.hits(score)))
		}
		fmt.Fprintf(&svg, `<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>`+"\n", colour, strings.Join(slices.Compact(points), " "))
		for _, threshold := range thresholds {
			x, y, _ := strings.Cut(at(curve.alarms(threshold), curve.hits(threshold)), ",")
			fmt.Fprintf(&svg, `<circle cx="%s" cy="%s" r="4" fill="%s"/>`+"\n", x, y, colour)
		}
		fmt.Fprintf(&svg, `<text x="%d" y="%d" fill="%s" text-anchor="end">%s</text>`+"\n", side+margin-8, side+margin-12-18*i, colour, curve.summary())
	}
	svg.WriteString("</svg>\n")
	folder := filepath.Join("..", "..", "docs", "photo-checks")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(svg.String()), 0o644))
}

func TestAreaUnderTheCurve(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 1, areaUnder([]float64{3, 4}, []float64{1, 2}), 1e-12)
	assert.InDelta(t, 0.5, areaUnder([]float64{1, 1}, []float64{1, 1, 1}), 1e-12)
	assert.InDelta(t, 0.75, areaUnder([]float64{1, 3}, []float64{0, 2}), 1e-12)
	assert.Contains(t, portion(0, 240), "interval 0.0 to 1.6")
	assert.Contains(t, portion(28, 32), "interval 71.9 to 95.0")
}
