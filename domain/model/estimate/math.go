package estimate

import (
	"math"
	"slices"
)

// median returns the middle value, 0 for none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

func clamp(v, low, high float64) float64 { return math.Min(math.Max(v, low), high) }

// normalised scales positive weights so that they add up to 1.
func normalised(weights []float64) []float64 {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	for i := range weights {
		weights[i] /= sum
	}
	return weights
}

// minScatter is the least scatter assumed, because no price is known to better than 2 %.
const minScatter = 0.02

// reweight sets robust to the weights times Huber's, which are 1 for a residual within huberK
// times the scatter, and inversely proportional to the residual beyond that.
func reweight(robust, weights, residuals []float64) {
	absolute := make([]float64, len(residuals))
	for i, r := range residuals {
		absolute[i] = math.Abs(r)
	}
	limit := huberK * math.Max(madToSD*median(absolute), minScatter)
	for i, r := range absolute {
		robust[i] = weights[i] * math.Min(1, limit/math.Max(r, limit))
	}
}

// solve solves a·x = b for a symmetric positive definite a, by Cholesky's decomposition.
func solve(a [terms][terms]float64, b [terms]float64) (x [terms]float64) {
	var l [terms][terms]float64
	for i := range terms {
		for j := 0; j <= i; j++ {
			sum := a[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(math.Max(sum, math.SmallestNonzeroFloat64))
			} else {
				l[i][j] = sum / l[j][j]
			}
		}
	}
	for i := range terms { // forwards: l·y = b
		x[i] = b[i]
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := terms - 1; i >= 0; i-- { // backwards: lᵀ·x = y
		for k := i + 1; k < terms; k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
	return x
}
