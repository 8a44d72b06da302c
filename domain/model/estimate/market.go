package estimate

import (
	"math"

	"github.com/propflow/propflow/domain"
)

// market is how prices change around the subject: a hedonic model of the logarithm of the price
// (S. Rosen, Journal of Political Economy 82, 1974). Of the terms of the fit it has only those
// that can be explained to an owner, because only those adjust prices.
type market struct {
	monthly float64 // per month
	size    float64 // elasticity: price ∝ area^size
	decade  float64 // per decade that a building is newer
}

// The usual values, and by how much (one SD) a local market may differ from them. As in ridge
// regression, a few sales hardly move the fit away from the usual values, and hundreds move it
// freely. The usual trend is 0, because a trend must be visible in the nearby sales themselves.
const (
	usualSize = 0.8

	monthlySD = 0.006 // ±7 % a year
	sizeSD    = 0.2
	decadeSD  = 0.03
	gradeSD   = 0.1 // per kilometre to the east or north

	// saleSD is the usual scatter of single sales around a local fit.
	saleSD = 0.2
	// levelSD leaves the intercept free, because prices may be in any unit.
	levelSD = 1e4
)

// The limits that no fit exceeds, even if a handful of odd sales would have it do so.
const (
	maxMonthly       = 0.015 // ±20 % a year
	minSize, maxSize = 0.3, 1.2
	maxDecade        = 0.1
)

const (
	// marketSales is the maximum number of sales, the most similar ones, to which the market is
	// fitted.
	marketSales = 400
	// marketKM and marketLogSize are the bandwidths of its Gaussian weights. They are broader
	// than those of the mean, because a trend is shared more widely than a price.
	marketKM      = 3
	marketLogSize = 0.5
	// huberK is the tuning constant of Huber's weights, 95 % efficient at the normal
	// distribution (P. J. Huber, Robust Statistics, Wiley 1981).
	huberK = 1.345
	// robustRounds is the number of rounds of reweighting. Further rounds would move nine means
	// in ten by less than 0.1 %.
	robustRounds = 5
)

// terms are the regressors: level, time, size, age, east, north.
const terms = 6

// fitMarket fits a market to sales, the most similar first, by a locally weighted, robust
// regression with the usual values as priors.
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

// regressors returns the terms of a sale. All but the level, which is 1, are zero for a sale of
// the subject's twin, sold now.
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

// adjustedSale is a sale with its price adjusted to the subject.
type adjustedSale struct {
	domain.AdjustedComparable
	log float64 // log of the adjusted price
	net float64 // log of all adjustments together
}

// adjust adjusts the price of a sale to the subject. It adjusts for age only if both years are
// known.
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
