package domain_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestQueueFilters(t *testing.T) {
	t.Parallel()
	submitted, reviewed, asked := inState(t, domain.Submitted).Property, inState(t, domain.UnderReview).Property, inState(t, domain.FollowUpRequired).Property
	for name, c := range map[string]struct {
		filter domain.QueueFilter
		p      domain.Property
		want   bool
	}{
		"the default, submitted": {domain.QueueFilter{}, submitted, true},
		"the default, reviewed":  {domain.QueueFilter{}, reviewed, false},
		"states":                 {domain.QueueFilter{States: []domain.State{domain.Rejected, domain.UnderReview}}, reviewed, true},
		"other states":           {domain.QueueFilter{States: []domain.State{domain.UnderReview}}, submitted, false},
		"types":                  {domain.QueueFilter{Types: []domain.PropertyType{domain.Villa, domain.Apartment}}, submitted, true},
		"other types":            {domain.QueueFilter{Types: []domain.PropertyType{domain.Villa}}, submitted, false},
		"pincode":                {domain.QueueFilter{Pincode: "560038"}, submitted, true},
		"its beginning":          {domain.QueueFilter{Pincode: "56"}, submitted, true},
		"its end":                {domain.QueueFilter{Pincode: "38"}, submitted, false},
		"longer":                 {domain.QueueFilter{Pincode: "5600381"}, submitted, false},
		"level now":              {domain.QueueFilter{Level: domain.SLANormal, Now: t0.Add(time.Minute)}, submitted, true},
		"level later":            {domain.QueueFilter{Level: domain.SLABreached, Now: t0.Add(6 * time.Hour)}, submitted, true},
		"another level":          {domain.QueueFilter{Level: domain.SLANormal, Now: t0.Add(6 * time.Hour)}, submitted, false},
		"a paused case stays calm": {domain.QueueFilter{
			States: []domain.State{domain.FollowUpRequired}, Level: domain.SLANormal, Now: t0.Add(40 * time.Hour),
		}, asked, true},
		"whose claim": {domain.QueueFilter{States: []domain.State{domain.UnderReview}, Claimant: valuer.ID}, reviewed, true},
		"another's":   {domain.QueueFilter{States: []domain.State{domain.UnderReview}, Claimant: otherValuer.ID}, reviewed, false},
		"nobody's":    {domain.QueueFilter{Claimant: valuer.ID}, submitted, false},
		"all of it":   {domain.QueueFilter{Types: []domain.PropertyType{domain.Apartment}, Pincode: "5", Level: domain.SLANormal, Now: t0}, submitted, true},
		"all but one": {domain.QueueFilter{Types: []domain.PropertyType{domain.Apartment}, Pincode: "6", Level: domain.SLANormal, Now: t0}, submitted, false},
	} {
		assert.Equal(t, c.want, c.filter.Matches(c.p), name)
	}
}
