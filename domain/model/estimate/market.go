package estimate

import (
	"math"

	"github.com/propflow/propflow/domain"
)

// market is how the price of a property changes around the subject: a hedonic model of its
// logarithm (S. Rosen, Journal of Political Economy 82, 1974), of which only what can be
// explained to an owner adjusts prices.
type market struct {
	monthly float64 // per month
	size    float64 // elasticity: price ∝ area^size
	decade  float64 // per decade that a building is newer
}

// What is usual, and by how much (one SD) a local market may differ from it. Evidence moves
// the fit away from the usual as in ridge regression: few sales hardly, hundreds freely. A
// trend of 0 is usual: what prices did nearby must show in the sales themselves.
const (
	usualSize = 0.8

	monthlySD = 0.006 // ±7 % a year
	sizeSD    = 0.2
	decadeSD  = 0.03
	gradeSD   = 0.1 // per kilometre to the east or north

	// saleSD is the usual scatter of single sales around a local fit.
	saleSD = 0.2
	// intercept is not held anywhere: prices may be in any unit.
	levelSD = 1e4
)

// The limits that no fit exceeds, whatever a handful of odd sales say.
const (
	maxMonthly       = 0.015 // ±20 % a year
	minSize, maxSize = 0.3, 1.2
	maxDecade        = 0.1
)

const (
	// marketSales is how many of the most similar sales the market is learned from.
	marketSales = 400
	// marketKM and marketLogSize are the bandwidths of its Gaussian weights: broader than
	// those of the mean, as a trend is shared more widely than a price.
	marketKM      = 3
	marketLogSize = 0.5
	// huberK is the tuning constant of Huber's weights, 95 % efficient at the normal
	// distribution (P. J. Huber, Robust Statistics, Wiley 1981).
	huberK = 1.345
	// robustRounds of reweighting: later ones move nine means in ten by less than 0.1 %.
	robustRounds = 5
)

// terms are the regressors: level, time, size, age, east, north.
const terms = 6

// fitMarket learns the market from sales, the most similar first, by a locally weighted,
// robust regression with the usual values as priors.
func fitMarket(sales []sale) market {
	sales = sales[:min(marketSales, len(sales))]
	weights := make([]float64, len(sales))
	for i, v := range sales {
		weights[i] = math.Exp(-(square(v.distanceKM/marketKM) + square(v.logSize/marketLogSize)) / 2)
	}
	robust := append([]float64(nil), weights...)
	residuals := make([]float64, len(sales))
	var beta [terms]float64
	for range robustRounds {
		beta = regress(sales, robust)
		for i, v := range sales {
			residuals[i] = v.logPrice
			for j, x := range v.regressors() {
				residuals[i] -= beta[j] * x
			}
		}
		reweight(robust, weights, residuals)
	}
	return market{
		monthly: clamp(-beta[1], -maxMonthly, maxMonthly),
		size:    clamp(-beta[2], minSize, maxSize),
		decade:  clamp(-beta[3], -maxDecade, maxDecade),
	}
}

// regressors are zero for a sale that is the subject's twin, sold now.
func (v sale) regressors() [terms]float64 {
	return [terms]float64{1, v.ageMonths, v.logSize, v.newer, v.east, v.north}
}

// regress solves the weighted normal equations with the priors added as observations.
func regress(sales []sale, weights []float64) [terms]float64 {
	spread := [terms]float64{levelSD, monthlySD, sizeSD, decadeSD, gradeSD, gradeSD}
	usual := [terms]float64{2: -usualSize}
	var a [terms][terms]float64
	var b [terms]float64
	for j := range terms {
		precision := square(saleSD / spread[j])
		a[j][j] = precision
		b[j] = precision * usual[j]
	}
	for i, v := range sales {
		x := v.regressors()
		for j := range terms {
			wx := weights[i] * x[j]
			b[j] += wx * v.logPrice
			for k := range terms {
				a[j][k] += wx * x[k]
			}
		}
	}
	return solve(a, b)
}

// adjustedSale is a sale on the subject's terms; log is the logarithm of its price there.
type adjustedSale struct {
	domain.AdjustedComparable
	log float64
	net float64 // log of all adjustments together
}

// adjust brings a sale to the subject's terms.
func (m market) adjust(v sale) adjustedSale {
	a := adjustedSale{AdjustedComparable: domain.AdjustedComparable{
		Comparable: v.Comparable, DistanceKM: v.distanceKM, AgeMonths: v.ageMonths,
	}}
	step := func(kind domain.AdjustmentKind, log float64) {
		a.net += log
		a.Adjustments = append(a.Adjustments, domain.Adjustment{Kind: kind, Percent: 100 * math.Expm1(log)})
	}
	step(domain.AdjustTime, m.monthly*v.ageMonths)
	step(domain.AdjustSize, m.size*v.logSize)
	if v.dated {
		step(domain.AdjustAge, m.decade*v.newer)
	}
	a.log = v.logPrice + a.net
	a.AdjustedPrice = rupeesOfLog(a.log)
	return a
}
