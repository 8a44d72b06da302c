package estimate

import (
	"math"

	"github.com/propflow/propflow/domain"
)

const (
	// bandwidth is the kernel's width: the share of the squared dissimilarity of the first sale
	// left out at which a weight has fallen to e^−½. It is narrow, so that the last sale
	// included hardly counts and the number of neighbours matters little.
	bandwidth = 0.15
	// minBandwidth keeps trifling differences from deciding the weights of near-twins.
	minBandwidth = 0.1
)

// kernelWeights returns Gaussian weights of the nearest sales, which add up to 1.
func kernelWeights(ranked []sale) []float64 {
	n := min(neighbours, len(ranked))
	edge := ranked[min(n, len(ranked)-1)].unlike
	width := math.Max(bandwidth*edge, minBandwidth)
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = math.Exp((ranked[0].unlike - ranked[i].unlike) / (2 * width))
	}
	return normalised(weights)
}

// robustMean returns Huber's weighted mean of the values and each one's share in it.
func robustMean(values, weights []float64) (mean float64, shares []float64) {
	mean = median(values)
	shares = append([]float64(nil), weights...)
	residuals := make([]float64, len(values))
	for range robustRounds {
		for i, v := range values {
			residuals[i] = v - mean
		}
		reweight(shares, weights, residuals)
		shares, mean = normalised(shares), 0
		for i, v := range values {
			mean += shares[i] * v
		}
	}
	return mean, shares
}

const (
	// priorSD is the usual scatter of adjusted sales, and priorSales the number of sales that
	// count as much as it does. They were calibrated on King County's sales before the test
	// period so that a normal 80 % band contains 80 % there. A band by the scatter of 15 sales
	// alone contains only about 74 %, because an SD from few sales is uncertain itself (Student,
	// Biometrika 6, 1908).
	priorSD    = 0.165
	priorSales = 4
	// adjustmentSD is how wrong an adjustment may be, as a share of itself.
	adjustmentSD = 0.25
)

// forecastSD returns the standard deviation to expect between the suggestion and a sale, as
// a share of the amount (the "forecast standard deviation" of automated valuation models).
// It adds up three uncertainties: the scatter of single sales, that of their mean, and that
// of the adjustments.
func forecastSD(used []adjustedSale, weights []float64, mean float64) float64 {
	var scatter, concentration, net float64
	for i, a := range used {
		scatter += weights[i] * square(a.log-mean)
		concentration += square(weights[i])
		net += weights[i] * a.net
	}
	n := 1 / concentration // effective number of sales (L. Kish, Survey Sampling, Wiley 1965)
	variance := (priorSales*square(priorSD) + n*scatter) / (priorSales + n) * (1 + 1/n)
	return math.Sqrt(variance + square(adjustmentSD*net))
}

// confidence maps the forecast SD f to 100·exp(−(f/0.24)²), which is 75 at 13 % and 50 at
// 20 %, the bounds below which lenders commonly call an automated value of high and of
// medium confidence (Freddie Mac, Home Value Explorer). It then takes off 6 % for each sale
// short of eight, 5 % for each kilometre of mean distance over one and 2 % for each month
// of mean age over six, at most 40 % each.
func confidence(sd float64, used []domain.AdjustedComparable) int {
	const scale = 0.24
	var km, months float64
	for _, c := range used {
		km += c.Weight * c.DistanceKM
		months += c.Weight * c.AgeMonths
	}
	short := func(rate, over float64) float64 { return 1 - clamp(rate*over, 0, 0.4) }
	score := 100 * math.Exp(-square(sd/scale)) *
		short(0.06, float64(8-len(used))) * short(0.05, km-1) * short(0.02, months-6)
	return int(math.Round(score))
}
