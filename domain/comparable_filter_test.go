package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestComparableFilter(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	withdrawn := sale()
	withdrawn.Withdrawn = &domain.Withdrawal{}
	near := north(0.9)
	for name, c := range map[string]struct {
		filter domain.ComparableFilter
		of     domain.Comparable
		want   bool
	}{
		"no filter":          {domain.ComparableFilter{}, withdrawn, true},
		"its source":         {domain.ComparableFilter{Source: domain.SourceRegistry}, sale(), true},
		"another source":     {domain.ComparableFilter{Source: domain.SourceBroker}, sale(), false},
		"its number":         {domain.ComparableFilter{SourceID: "BLR-2026-1"}, sale(), true},
		"a part of it":       {domain.ComparableFilter{SourceID: "BLR-2026"}, sale(), false},
		"its type":           {domain.ComparableFilter{Type: domain.Apartment}, sale(), true},
		"another type":       {domain.ComparableFilter{Type: domain.Villa}, sale(), false},
		"its pincode":        {domain.ComparableFilter{Pincode: "560038"}, sale(), true},
		"another pincode":    {domain.ComparableFilter{Pincode: "560039"}, sale(), false},
		"near":               {domain.ComparableFilter{Centre: near, RadiusKM: 1}, sale(), true},
		"not so near":        {domain.ComparableFilter{Centre: near, RadiusKM: 0.8}, sale(), false},
		"withdrawn":          {domain.ComparableFilter{Withdrawn: &yes}, withdrawn, true},
		"wanted, but is not": {domain.ComparableFilter{Withdrawn: &yes}, sale(), false},
		"unwanted":           {domain.ComparableFilter{Withdrawn: &no}, withdrawn, false},
		"in use":             {domain.ComparableFilter{Withdrawn: &no}, sale(), true},
	} {
		assert.Equal(t, c.want, c.filter.Matches(c.of), name)
	}
}

func TestComparableFilterLimits(t *testing.T) {
	t.Parallel()
	assert.NoError(t, domain.ComparableFilter{}.Validate())
	assert.NoError(t, domain.ComparableFilter{SourceID: "KA/2026/1", Centre: &home, RadiusKM: 10}.Validate())
	for field, f := range map[string]domain.ComparableFilter{
		"source_id length": {SourceID: "\x00"}, "lat range": {Centre: &domain.Point{Lat: 51.5}, RadiusKM: 1},
		"radius_km range": {Centre: &home, RadiusKM: 10.1},
	} {
		assert.Equal(t, []string{field}, brokenFields(t, f.Validate()))
	}
}
