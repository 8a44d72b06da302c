package portstest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// PhotoStore checks a ports.PhotoStore. open returns an empty store.
func PhotoStore(t *testing.T, open func(t *testing.T) ports.UnitOfWork) {
	kept[domain.PhotoID, domain.Photo]{
		thing: "photo",
		id:    func(p domain.Photo) domain.PhotoID { return p.ID },
		make: func(c *cast) (first, second, bare domain.Photo) {
			first, second = fill[domain.Photo](c.filler(1)), fill[domain.Photo](c.filler(2))
			bare = newPhoto(c, c.property, noon)
			for _, p := range []*domain.Photo{&first, &second} {
				p.ID, p.PropertyID, p.OwnerID, p.ChallengeID = bare.ID, bare.PropertyID, bare.OwnerID, bare.ChallengeID
				p.ChallengedAt, p.CreatedAt = bare.ChallengedAt, bare.CreatedAt
			}
			second.Announced, second.Device, second.Subject = first.Announced, first.Device, first.Subject
			bare.Announced, bare.Device, bare.Subject = first.Announced, first.Device, first.Subject
			return first, second, bare
		},
		fixed: []string{
			"ID", "PropertyID", "OwnerID", "Subject", "Announced", "Device", "ChallengeID", "ChallengedAt", "CreatedAt",
		},
		add: func(ctx context.Context, tx ports.Tx, p domain.Photo) error { return tx.Photos.Add(ctx, p) },
		get: func(ctx context.Context, tx ports.Tx, id domain.PhotoID) (domain.Photo, error) {
			return tx.Photos.Get(ctx, id)
		},
		lock: func(ctx context.Context, tx ports.Tx, id domain.PhotoID) (domain.Photo, error) {
			return tx.Photos.Lock(ctx, id)
		},
		update:  func(ctx context.Context, tx ports.Tx, p *domain.Photo) error { return tx.Photos.Update(ctx, p) },
		remove:  func(ctx context.Context, tx ports.Tx, id domain.PhotoID) error { return tx.Photos.Delete(ctx, id) },
		version: func(p *domain.Photo) *int64 { return &p.Version },
		tally:   func(p *domain.Photo, n int) int { p.Facts.Width += n; return p.Facts.Width },
	}.run(t, open)

	parts(t, open, map[string]func(t *testing.T, c *cast){
		"keeps a bare photo":                   keepsBarePhoto,
		"keeps every type":                     keepsEveryType,
		"lists a property's, oldest first":     listsPhotos,
		"finds the same bytes elsewhere":       findsSameBytes,
		"finds similar pictures elsewhere":     findsSimilar,
		"similar pictures come and go":         similarComeAndGo,
		"finds stale uploads, oldest first":    findsStaleUploads,
		"changed and deleted photos are found": findsWhatIsThere,
	})
}

// newPhoto returns a photo that awaits its upload.
func newPhoto(c *cast, property domain.Property, at time.Time) domain.Photo {
	return domain.Photo{
		ID: domain.PhotoID(newID()), PropertyID: property.ID, OwnerID: property.OwnerID,
		Subject: domain.Subject{Type: domain.PhotoFront}, Status: domain.PhotoAwaitingUpload,
		Announced:   domain.Announcement{SHA256: digest(1), Bytes: 1, ContentType: domain.ContentJPEG},
		ChallengeID: c.challenge().ID, ChallengedAt: at, CreatedAt: at,
	}
}

func (c *cast) photo(p domain.Photo) domain.Photo {
	c.t.Helper()
	do(c.t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Add(ctx, p) })
	return p
}

func photoID(p domain.Photo) domain.PhotoID { return p.ID }

func keepsBarePhoto(t *testing.T, c *cast) {
	p := c.photo(newPhoto(c, c.property, noon))
	got := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) { return tx.Photos.Get(ctx, p.ID) })
	same(t, p, got)
	assert.Nil(t, got.Device.Location)
	assert.Nil(t, got.Resolution)
}

// keepsEveryType detects a schema whose list of types differs from domain.PhotoTypes.
func keepsEveryType(t *testing.T, c *cast) {
	for _, kind := range domain.PhotoTypes {
		p := newPhoto(c, c.property, noon)
		p.Subject = domain.Subject{Type: kind}
		if kind.Traits().InRoom {
			p.Subject.Room = domain.RoomOther
		}
		challenge := domain.Challenge{
			ID: domain.ChallengeID(newID()), UserID: c.owner.ID, PropertyID: c.property.ID, Subject: p.Subject,
			IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
		}
		p.ChallengeID = challenge.ID
		do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Challenges.Add(ctx, challenge) })
		c.photo(p)
		got := read(t, c.uow, func(ctx context.Context, tx ports.Tx) (domain.Photo, error) { return tx.Photos.Get(ctx, p.ID) })
		same(t, p, got)
	}
}

func listsPhotos(t *testing.T, c *cast) {
	byProperty := func(id domain.PropertyID) []domain.Photo {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) { return tx.Photos.ByProperty(ctx, id) })
	}
	require.Empty(t, byProperty(c.property.ID))
	var want []domain.Photo
	for i := range 6 {
		p := fill[domain.Photo](c.filler(i + 1))
		p.PropertyID, p.CreatedAt = c.property.ID, noon.Add(time.Duration(i/2)*time.Minute)
		want = append(want, p)
	}
	for _, p := range shuffled(want) {
		c.photo(p)
	}
	c.photo(newPhoto(c, c.other, noon))
	slices.SortFunc(want, byTime(func(p domain.Photo) time.Time { return p.CreatedAt }, photoID))
	same(t, want, byProperty(c.property.ID))
	isolated(t, func() []domain.Photo { return byProperty(c.property.ID) })
}

func (c *cast) sameBytes(sha256 string, except domain.PropertyID) []domain.PropertyID {
	c.t.Helper()
	return read(c.t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.PropertyID, error) {
		return tx.Photos.SameBytes(ctx, sha256, except)
	})
}

func findsSameBytes(t *testing.T, c *cast) {
	third := c.draft(c.owner, noon)
	for _, p := range []domain.Property{c.property, c.other, third, third} {
		photo := newPhoto(c, p, noon)
		photo.Facts.SHA256 = digest(42)
		c.photo(photo)
	}
	announced := newPhoto(c, c.other, noon) // a digest that the client announces proves nothing
	announced.Announced.SHA256 = digest(43)
	c.photo(announced)

	want := []domain.PropertyID{c.other.ID, third.ID}
	slices.Sort(want)
	require.Equal(t, want, c.sameBytes(digest(42), c.property.ID))
	require.Empty(t, c.sameBytes(digest(43), c.property.ID))
	require.Empty(t, c.sameBytes("", c.property.ID), "photos that were not measured have nothing in common")
}

func findsStaleUploads(t *testing.T, c *cast) {
	var want []domain.Photo
	for i := range 4 {
		want = append(want, newPhoto(c, c.property, noon.Add(time.Duration(i)*time.Minute)))
	}
	before := noon.Add(3 * time.Minute) // when the last one was created, which is not stale yet
	uploaded := newPhoto(c, c.property, noon)
	uploaded.Status, uploaded.CompletedAt = domain.PhotoProcessing, noon
	for _, p := range append(shuffled(want), uploaded) {
		c.photo(p)
	}
	want = want[:3]
	stale := func(limit int) []domain.Photo {
		return read(t, c.uow, func(ctx context.Context, tx ports.Tx) ([]domain.Photo, error) {
			return tx.Photos.StaleUploads(ctx, before, limit)
		})
	}
	same(t, want, stale(100))
	same(t, want[:2], stale(2))
}

// findsWhatIsThere asserts that lookups reflect updates, deletions and rollbacks.
func findsWhatIsThere(t *testing.T, c *cast) {
	p := c.photo(newPhoto(c, c.property, noon))
	measure := func(ctx context.Context, tx ports.Tx) error {
		v, err := tx.Photos.Lock(ctx, p.ID)
		if err != nil {
			return err
		}
		v.Status, v.Facts.SHA256, v.CompletedAt, v.InspectedAt = domain.PhotoPassed, digest(7), noon, noon
		return tx.Photos.Update(ctx, &v)
	}
	require.ErrorIs(t, c.uow.Do(t.Context(), func(ctx context.Context, tx ports.Tx) error {
		if err := measure(ctx, tx); err != nil {
			return err
		}
		return errUndo
	}), errUndo)
	require.Empty(t, c.sameBytes(digest(7), c.other.ID))
	do(t, c.uow, measure)
	require.Equal(t, []domain.PropertyID{c.property.ID}, c.sameBytes(digest(7), c.other.ID))
	do(t, c.uow, func(ctx context.Context, tx ports.Tx) error { return tx.Photos.Delete(ctx, p.ID) })
	require.Empty(t, c.sameBytes(digest(7), c.other.ID))
}
