package domain_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/propflow/propflow/domain"
)

func TestStandingOfAPhoto(t *testing.T) {
	t.Parallel()
	pin := domain.Point{Lat: 19.117, Lng: 72.905}
	far := domain.Point{Lat: 12.97, Lng: 77.59}
	accepted := &domain.FlagResolution{Decision: domain.FlagAccepted}
	refused := &domain.FlagResolution{Decision: domain.FlagRefused}
	front, paper := domain.Subject{Type: domain.PhotoFront}, domain.Subject{Type: domain.PhotoDocument}
	kitchen := domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}
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
		"the inside of land":    {domain.Photo{Subject: kitchen, Status: domain.PhotoPassed}, domain.StandingUnsuited},
		"refused inside":        {domain.Photo{Subject: kitchen, Status: domain.PhotoPassed, Resolution: refused}, domain.StandingRefused},
		"a refused paper":       {domain.Photo{Subject: paper, Status: domain.PhotoFlagged, Resolution: refused}, domain.StandingRefused},
	} {
		d := domain.ReportDocument{
			Property: domain.Property{Type: domain.Land, Details: domain.Details{Location: &domain.Location{Point: pin}}},
			Photos:   []domain.ReportPhoto{{Photo: c.photo}},
		}
		assert.Equal(t, c.want, d.Standing(c.photo), name)
		assert.True(t, d.Has(c.want), name)
		assert.False(t, d.Has("ANOTHER"), name)
	}
}

// What the report shows as evidence is what the gate counts, for every photo that there can be.
func TestAReportShowsWhatTheGateCounts(t *testing.T) {
	t.Parallel()
	near, far := domain.Point{Lat: 19.117, Lng: 72.905}, domain.Point{Lat: 12.97, Lng: 77.59}
	rapid.Check(t, func(t *rapid.T) {
		d := domain.ReportDocument{Property: domain.Property{Type: rapid.SampledFrom(domain.PropertyTypes).Draw(t, "property")}}
		if rapid.Bool().Draw(t, "pin") {
			d.Property.Details.Location = &domain.Location{Point: near, AccuracyM: 10}
		}
		status := rapid.SampledFrom([]domain.PhotoStatus{
			domain.PhotoAwaitingUpload, domain.PhotoProcessing, domain.PhotoPassed, domain.PhotoFlagged, domain.PhotoFailed,
		}).Draw(t, "status")
		photo := domain.Photo{
			Status: status, Subject: domain.Subject{Type: rapid.SampledFrom(domain.PhotoTypes).Draw(t, "type")},
			Device:     domain.DeviceReport{Location: rapid.SampledFrom([]*domain.Point{nil, &near, &far}).Draw(t, "place")},
			ReplacedBy: rapid.SampledFrom([]domain.PhotoID{"", "retake"}).Draw(t, "replaced"),
		}
		if decision := rapid.SampledFrom([]domain.FlagDecision{"", domain.FlagAccepted, domain.FlagRefused}).Draw(t, "decision"); decision != "" {
			photo.Resolution = &domain.FlagResolution{Decision: decision}
		}
		standing := d.Standing(photo)
		shown := standing == domain.StandingPictured || standing == domain.StandingPaper
		if counts := d.Property.Counts(domain.GateSignOff, photo); shown != counts {
			t.Fatalf("%s, and the gate counts it: %t", standing, counts)
		}
		if judged := status != domain.PhotoAwaitingUpload && status != domain.PhotoProcessing; judged && standing == domain.StandingUnfinished {
			t.Fatal("no reason found")
		}
	})
}
