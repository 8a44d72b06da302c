package domain_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/propflow/propflow/domain"
)

// pictured returns a passed photo of a picture, of whose hash these bits are wrong.
func pictured(id domain.PhotoID, file string, picture int, wrong uint64) domain.Photo {
	detail := make([]float64, domain.FingerprintSide*domain.FingerprintSide)
	for i := range detail {
		detail[i] = float64((i*7919 + picture*i*i) % 101)
	}
	p := domain.Photo{ID: id, Status: domain.PhotoPassed, Subject: domain.Subject{Type: domain.PhotoFront}, CreatedAt: t0}
	p.Facts = domain.ImageFacts{SHA256: file, PerceptualHash: wrong, Fingerprint: domain.NewFingerprint(detail)}
	for i := range p.Facts.Hashes {
		p.Facts.Hashes[i] = ^uint64(0)
	}
	p.Facts.Hashes[0] = wrong
	return p
}

func TestOnePictureTwiceInACase(t *testing.T) {
	t.Parallel()
	fresh := pictured("fresh", "1", 7, 0)
	kitchen, document := domain.Subject{Type: domain.PhotoInternal, Room: domain.RoomKitchen}, domain.Subject{Type: domain.PhotoDocument}
	front := fresh.Subject
	asked := func(old domain.PhotoID, subject domain.Subject, at time.Time) []domain.FollowUp {
		return []domain.FollowUp{{AskedAt: at, Items: []domain.FollowUpItem{{Kind: domain.RetakePhoto, PhotoID: old, Subject: subject}}}}
	}
	bytes, near := pictured("old", "1", 7, 0), pictured("old", "2", 7, 0b11)
	with := func(p domain.Photo, change func(*domain.Photo)) domain.Photo { change(&p); return p }
	failed := func(p *domain.Photo) { p.Status = domain.PhotoFailed }
	replaced := func(p *domain.Photo) { p.ReplacedBy = "another" }
	refused := func(p *domain.Photo) { p.Resolution = &domain.FlagResolution{Decision: domain.FlagRefused} }
	flagged := func(p *domain.Photo) { p.Status = domain.PhotoFlagged }
	waiting := func(p *domain.Photo) { p.Status = domain.PhotoProcessing }
	far := func(more ...domain.Finding) func(p *domain.Photo) {
		return func(p *domain.Photo) {
			p.Status = domain.PhotoFailed
			p.Findings = slices.Concat(more, []domain.Finding{{Code: domain.FindingTooFar, Outcome: domain.OutcomeFailed}})
		}
	}
	slightly := domain.Finding{Code: domain.FindingSlightlyBlurred, Outcome: domain.OutcomeFlagged}
	blurred := domain.Finding{Code: domain.FindingTooBlurred, Outcome: domain.OutcomeFailed}
	of := func(s domain.Subject) func(p *domain.Photo) { return func(p *domain.Photo) { p.Subject = s } }
	for name, c := range map[string]struct {
		old  domain.Photo
		asks []domain.FollowUp
		want domain.Outcome
	}{
		"the same bytes":                  {bytes, nil, domain.OutcomeFailed},
		"the same bytes as a room":        {with(bytes, of(kitchen)), nil, domain.OutcomeFailed},
		"the same bytes as a document":    {with(bytes, of(document)), nil, domain.OutcomeFailed},
		"the same bytes, flagged":         {with(bytes, flagged), nil, domain.OutcomeFailed},
		"the same picture":                {near, nil, domain.OutcomeFlagged},
		"the same picture as a room":      {with(near, of(kitchen)), nil, domain.OutcomeFlagged},
		"the same picture as a document":  {with(near, of(document)), nil, domain.OutcomePassed},
		"another picture":                 {pictured("old", "2", 8, 0), nil, domain.OutcomePassed},
		"itself":                          {fresh, nil, domain.OutcomePassed},
		"of what failed":                  {with(bytes, failed), nil, domain.OutcomePassed},
		"of what a moved pin failed":      {with(bytes, far()), nil, domain.OutcomePassed}, // a retake
		"of a room that it failed":        {with(with(bytes, of(kitchen)), far(slightly)), nil, domain.OutcomeFailed},
		"like a room that it failed":      {with(with(near, of(kitchen)), far()), nil, domain.OutcomeFlagged},
		"of a room that failed anyway":    {with(with(bytes, of(kitchen)), far(blurred)), nil, domain.OutcomePassed},
		"of a room that was replaced":     {with(with(with(bytes, of(kitchen)), far()), replaced), nil, domain.OutcomePassed},
		"of a room that was refused":      {with(with(bytes, of(kitchen)), refused), nil, domain.OutcomeFailed},
		"like a room that was refused":    {with(with(near, of(kitchen)), refused), nil, domain.OutcomePassed},
		"of a refused one that it failed": {with(with(with(bytes, of(kitchen)), far()), refused), nil, domain.OutcomeFailed},
		"of what was replaced":            {with(bytes, replaced), nil, domain.OutcomePassed},
		"of what was refused":             {with(bytes, refused), nil, domain.OutcomePassed},
		"of what has no verdict":          {with(bytes, waiting), nil, domain.OutcomePassed},
		"a retake of the asked":           {near, asked("old", front, t0.Add(-time.Hour)), domain.OutcomePassed},
		"the same file as a retake":       {bytes, asked("old", front, t0.Add(-time.Hour)), domain.OutcomeFailed},
		"a retake of another":             {near, asked("other", front, t0.Add(-time.Hour)), domain.OutcomeFlagged},
		"another subject than was asked":  {near, asked("old", kitchen, t0.Add(-time.Hour)), domain.OutcomeFlagged},
		"taken before it was asked again": {near, asked("old", front, t0), domain.OutcomeFlagged},
	} {
		p := domain.Property{State: domain.Draft, FollowUps: c.asks}
		if c.asks != nil {
			p.State = domain.FollowUpRequired
		}
		assert.Equal(t, c.want, p.RepeatOf(fresh, []domain.Photo{fresh, c.old}), name)
	}
	unmeasured := domain.Photo{ID: "a", Status: domain.PhotoPassed}
	assert.Equal(t, domain.OutcomePassed, new(domain.Property).RepeatOf(unmeasured, []domain.Photo{{ID: "b", Status: domain.PhotoPassed}}))
	worst := []domain.Photo{near, with(bytes, func(p *domain.Photo) { p.ID = "third" })}
	assert.Equal(t, domain.OutcomeFailed, new(domain.Property).RepeatOf(fresh, worst))
}

// The pin is elsewhere while the photos are inspected, so that none counts. Once it is right, one
// picture still is not two.
func TestOnePictureStaysOneAfterThePinMoved(t *testing.T) {
	t.Parallel()
	at := func(id domain.PhotoID, file string, picture int, inspected time.Duration) domain.Photo {
		p := pictured(id, file, picture, 0)
		p.Device.Location, p.InspectedAt = &home, t0.Add(inspected)
		return p
	}
	sameBytes := domain.Finding{Code: domain.FindingSameBytes, Outcome: domain.OutcomeFailed}
	samePicture := domain.Finding{Code: domain.FindingSamePicture, Outcome: domain.OutcomeFlagged}
	first, copied, alike, other := at("1", "1", 7, 1), at("2", "1", 7, 2), at("3", "2", 7, 3), at("4", "3", 8, 4)
	far := func(photos ...domain.Photo) []domain.Photo {
		for i := range photos {
			photos[i].Status, photos[i].Findings = domain.PhotoFailed, []domain.Finding{tooFar}
		}
		return photos
	}
	move := func(p domain.Property, to domain.Point, photos []domain.Photo) {
		p.Details.Location = pin(to)
		assert.NotEmpty(t, p.JudgePlaces(photos, t0.Add(time.Hour)))
	}
	draft := domain.Property{State: domain.Draft}
	photos := far(alike, copied, first, other) // the order of the inspections decides, not that of the list
	move(draft, home, photos)
	for range 2 {
		assert.Equal(t, [][]domain.Finding{{samePicture}, {sameBytes}, {}, {}}, [][]domain.Finding{photos[0].Findings, photos[1].Findings, photos[2].Findings, photos[3].Findings})
		assert.Equal(t, domain.PhotoFlagged, photos[0].Status)
		assert.Equal(t, domain.PhotoFailed, photos[1].Status)
		move(draft, *north(846), photos)
		move(draft, home, photos)
	}

	photos = append(far(alike), first) // the first was within reach all the time
	move(draft, home, photos)
	assert.Equal(t, []domain.Finding{samePicture}, photos[0].Findings)
	photos = append(far(alike), first)
	move(draft, *north(846), photos)
	move(draft, home, photos)
	assert.Equal(t, domain.PhotoPassed, photos[1].Status, "the earlier verdict is back")
	assert.Equal(t, []domain.Finding{samePicture}, photos[0].Findings)

	asked := domain.Property{State: domain.FollowUpRequired, FollowUps: []domain.FollowUp{{
		AskedAt: t0.Add(-time.Hour), Items: []domain.FollowUpItem{{Kind: domain.RetakePhoto, PhotoID: first.ID, Subject: first.Subject}},
	}}}
	for _, photos := range [][]domain.Photo{far(first, alike), append(far(first), alike), append(far(alike), first)} {
		move(asked, home, photos)
		assert.Equal(t, domain.PhotoPassed, photos[0].Status, "a retake that was asked for is no twin")
		assert.Equal(t, domain.PhotoPassed, photos[1].Status)
	}
}
