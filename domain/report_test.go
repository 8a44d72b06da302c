package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

func TestStandingOfAPhoto(t *testing.T) {
	t.Parallel()
	pin := domain.Point{Lat: 19.117, Lng: 72.905}
	far := domain.Point{Lat: 12.97, Lng: 77.59}
	accepted := &domain.FlagResolution{Decision: domain.FlagAccepted}
	refused := &domain.FlagResolution{Decision: domain.FlagRefused}
	front, paper := domain.Subject{Type: domain.PhotoFront}, domain.Subject{Type: domain.PhotoDocument}
	for name, c := range map[string]struct {
		photo domain.Photo
		want  domain.Standing
	}{
		"passed":                {domain.Photo{Subject: front, Status: domain.PhotoPassed}, domain.StandingPictured},
		"accepted":              {domain.Photo{Subject: front, Status: domain.PhotoFlagged, Resolution: accepted}, domain.StandingPictured},
		"flagged":               {domain.Photo{Subject: front, Status: domain.PhotoFlagged}, domain.StandingUnresolved},
		"refused":               {domain.Photo{Subject: front, Status: domain.PhotoFlagged, Resolution: refused}, domain.StandingRefused},
		"passed and refused":    {domain.Photo{Subject: front, Status: domain.PhotoPassed, Resolution: refused}, domain.StandingRefused},
		"refused, then retaken": {domain.Photo{Subject: front, Status: domain.PhotoFlagged, Resolution: refused, ReplacedBy: "other"}, domain.StandingReplaced},
		"failed":                {domain.Photo{Subject: front, Status: domain.PhotoFailed}, domain.StandingFailed},
		"failed, then retaken":  {domain.Photo{Subject: front, Status: domain.PhotoFailed, ReplacedBy: "other"}, domain.StandingReplaced},
		"never uploaded":        {domain.Photo{Subject: front, Status: domain.PhotoAwaitingUpload}, domain.StandingUnfinished},
		"846 km away":           {domain.Photo{Subject: front, Status: domain.PhotoPassed, Device: domain.DeviceReport{Location: &far}}, domain.StandingElsewhere},
		"a paper 846 km away":   {domain.Photo{Subject: paper, Status: domain.PhotoPassed, Device: domain.DeviceReport{Location: &far}}, domain.StandingPaper},
		"a refused paper":       {domain.Photo{Subject: paper, Status: domain.PhotoFlagged, Resolution: refused}, domain.StandingRefused},
	} {
		d := domain.ReportDocument{
			Property: domain.Property{Details: domain.Details{Location: &domain.Location{Point: pin}}},
			Photos:   []domain.ReportPhoto{{Photo: c.photo}},
		}
		assert.Equal(t, c.want, d.Standing(c.photo), name)
		assert.True(t, d.Has(c.want), name)
		assert.False(t, d.Has("ANOTHER"), name)
	}
}
