package estimate

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

// daysPerMonth is the mean length of a month in days.
const daysPerMonth = 365.25 / 12

// sale is a comparable with its differences from the subject property.
type sale struct {
	domain.Comparable
	distanceKM  float64
	east, north float64 // kilometres from the subject, on a plane
	ageMonths   float64
	logPrice    float64
	logSize     float64 // ln(subject's area ÷ its area)
	// newer is by how many decades the subject is newer, 0 if either year is not known.
	newer float64
	dated bool // both years are known
	// unlike is the squared dissimilarity to the subject, in the scales below.
	unlike float64
}

// The differences that each make a sale one unit unlike the subject. They were chosen by random
// search on the King County sales before the test period. Their exact values matter little:
// accuracy is flat around them.
const (
	scaleKM        = 0.8
	scaleLogSize   = 0.25
	scaleMonths    = 20
	scaleBedrooms  = 2
	scaleBathrooms = 1
	scaleYears     = 15
	// unknownUnlike is added if the subject's fact is known and the sale's is not.
	unknownUnlike = 0.25
)

const (
	// maxSizeRatio is how many times larger or smaller a usable sale may be.
	maxSizeRatio = 4
	// maxModifiedZ is the modified z-score beyond which a price is absurd (Iglewicz and
	// Hoaglin, How to Detect and Handle Outliers, ASQC 1993).
	maxModifiedZ = 3.5
	// madToSD turns a median absolute deviation into a normal distribution's SD.
	madToSD = 1.4826
	// minPriceSpread is the least spread assumed: if the prices are nearly the same, a slightly
	// different one is not absurd.
	minPriceSpread = 0.1
)

// newSale compares a comparable with the subject.
func newSale(s domain.SubjectProperty, c domain.Comparable, now time.Time) sale {
	const kmPerDegree = math.Pi / 180 * domain.EarthRadiusKM
	v := sale{
		Comparable: c,
		distanceKM: s.Location.DistanceKM(c.Location),
		east:       (c.Location.Lng - s.Location.Lng) * kmPerDegree * math.Cos(s.Location.Lat*math.Pi/180),
		north:      (c.Location.Lat - s.Location.Lat) * kmPerDegree,
		ageMonths:  now.Sub(c.SoldOn).Hours() / 24 / daysPerMonth,
		logPrice:   math.Log(float64(c.Price)),
		logSize:    logSize(s, c),
	}
	if s.YearBuilt != nil && c.YearBuilt != nil {
		v.newer, v.dated = float64(*s.YearBuilt-*c.YearBuilt)/10, true
	}
	v.unlike = square(v.distanceKM/scaleKM) + square(v.logSize/scaleLogSize) + square(v.ageMonths/scaleMonths) +
		unlike(s.Bedrooms, c.Bedrooms, scaleBedrooms) + unlike(s.Bathrooms, c.Bathrooms, scaleBathrooms) +
		unlike(s.YearBuilt, c.YearBuilt, scaleYears)
	return v
}

func logSize(s domain.SubjectProperty, c domain.Comparable) float64 {
	return math.Log(float64(s.AreaSqFt) / float64(c.AreaSqFt))
}

func unlike(subject, sold *int, scale float64) float64 {
	switch {
	case subject == nil:
		return 0
	case sold == nil:
		return unknownUnlike
	}
	return square(float64(*subject-*sold) / scale)
}

func square(x float64) float64 { return x * x }

// rank returns the usable candidates, the most similar first, each sale once. It orders ties by
// id, so that nothing after it depends on the order of the candidates.
func rank(s domain.SubjectProperty, candidates []domain.Comparable, set domain.Settings, now time.Time) []sale {
	if s.AreaSqFt <= 0 {
		return nil
	}
	since, today := set.SoldSince(now), domain.Date(now)
	box, possible := s.Location.BoxAround(set.SearchRadiusKM), domain.PossiblePrices(s.Type)
	records := make([]domain.Comparable, 0, len(candidates))
	for _, c := range candidates {
		if c.Type != s.Type || c.Withdrawn != nil || c.Price <= 0 || c.AreaSqFt <= 0 || !possible.Contain(c) ||
			c.SoldOn.Before(since) || c.SoldOn.After(today) || !box.Contains(c.Location) {
			continue
		}
		if s.Location.DistanceKM(c.Location) <= set.SearchRadiusKM && math.Abs(logSize(s, c)) <= math.Log(maxSizeRatio) {
			records = append(records, c)
		}
	}
	var usable []sale
	for _, c := range atArmsLength(s.Type, domain.OnePerSale(records)) {
		usable = append(usable, newSale(s, c, now))
	}
	usable = withoutAbsurd(usable)
	slices.SortFunc(usable, func(a, b sale) int {
		return cmp.Or(cmp.Compare(a.unlike, b.unlike), cmp.Compare(a.ID, b.ID))
	})
	return usable
}

// atArmsLength drops sales at token prices, and others whose price is not plausible among the
// rest. It returns none if more than one in ten of them, and at least two, are too dear: then the
// middle may be one of token prices, and which of the two levels is the market's only a person
// can decide. If too cheap, they are the usual transfers within families.
func atArmsLength(kind domain.PropertyType, sales []domain.Comparable) []domain.Comparable {
	const minDear, maxDearShare = 2, 0.1
	bounds := domain.PlausiblePrices(kind, sales)
	dear := 0
	kept := make([]domain.Comparable, 0, len(sales))
	for _, c := range sales {
		switch {
		case bounds.Contain(c):
			kept = append(kept, c)
		case c.PricePerSqFt() > bounds.High:
			dear++
		}
	}
	if dear >= minDear && float64(dear) > maxDearShare*float64(len(sales)) {
		return nil
	}
	return kept
}

// withoutAbsurd drops sales whose price, at the usual size elasticity, is far from the median,
// because such prices are slips of a digit, part sales or gifts between relatives.
func withoutAbsurd(sales []sale) []sale {
	prices := make([]float64, len(sales))
	for i, v := range sales {
		prices[i] = v.logPrice + usualSize*v.logSize
	}
	centre := median(prices)
	deviations := make([]float64, len(sales))
	for i, p := range prices {
		deviations[i] = math.Abs(p - centre)
	}
	limit := maxModifiedZ * math.Max(madToSD*median(deviations), minPriceSpread)
	kept := sales[:0]
	for i, v := range sales {
		if deviations[i] <= limit {
			kept = append(kept, v)
		}
	}
	return kept
}
