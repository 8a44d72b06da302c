package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
)

type photoTable struct {
	*table[domain.PhotoID, domain.Photo]
	ofProperty *index[domain.PropertyID, domain.PhotoID, domain.Photo]
	byBytes    *index[string, domain.PhotoID, domain.Photo]
	// recognisable contains the photos whose perceptual hashes Similar compares.
	recognisable *index[bool, domain.PhotoID, domain.Photo]
	awaiting     *index[domain.PhotoStatus, domain.PhotoID, domain.Photo]
}

func newPhotoTable() *photoTable {
	t := newTable(func(p *domain.Photo) domain.PhotoID { return p.ID })
	return &photoTable{
		table:        t,
		ofProperty:   indexBy(t, func(p *domain.Photo) (domain.PropertyID, bool) { return p.PropertyID, true }),
		byBytes:      indexBy(t, func(p *domain.Photo) (string, bool) { return p.Facts.SHA256, p.Facts.SHA256 != "" }),
		recognisable: indexBy(t, func(p *domain.Photo) (bool, bool) { return true, p.Facts.Recognisable() }),
		awaiting: indexBy(t, func(p *domain.Photo) (domain.PhotoStatus, bool) {
			return p.Status, p.Status == domain.PhotoAwaitingUpload
		}),
	}
}

type photos struct {
	tableView[domain.PhotoID, domain.Photo]
	find *photoTable
}

func oldestPhotoFirst() order[domain.Photo] {
	return order[domain.Photo]{
		at: func(p *domain.Photo) time.Time { return p.CreatedAt },
		id: func(p *domain.Photo) string { return string(p.ID) },
	}
}

func (s photos) ByProperty(ctx context.Context, property domain.PropertyID) ([]domain.Photo, error) {
	if err := s.begin(ctx, "ByProperty"); err != nil {
		return nil, err
	}
	taken := s.find.ofProperty.at(property, all)
	return s.table.copies(oldestPhotoFirst().sorted(taken, len(taken))), nil
}

func (s photos) SameBytes(ctx context.Context, sha256 string, except domain.PropertyID) ([]domain.PropertyID, error) {
	if err := s.begin(ctx, "SameBytes"); err != nil {
		return nil, err
	}
	var others []domain.PropertyID
	for _, photo := range s.find.byBytes.at(sha256, func(p *domain.Photo) bool { return p.PropertyID != except }) {
		others = append(others, photo.PropertyID)
	}
	slices.Sort(others)
	return slices.Compact(others), nil
}

func (s photos) Similar(ctx context.Context, facts domain.ImageFacts, except domain.PropertyID, limit int) ([]domain.Photo, error) {
	if err := s.begin(ctx, "Similar"); err != nil {
		return nil, err
	}
	near := s.find.recognisable.at(true, func(p *domain.Photo) bool {
		return p.PropertyID != except && facts.HashDistance(p.Facts.PerceptualHash) <= domain.PictureHashDistance
	})
	slices.SortFunc(near, func(a, b *domain.Photo) int {
		return cmp.Or(
			cmp.Compare(facts.HashDistance(a.Facts.PerceptualHash), facts.HashDistance(b.Facts.PerceptualHash)),
			cmp.Compare(a.ID, b.ID))
	})
	return s.table.copies(near[:min(len(near), max(0, limit))]), nil
}

func (s photos) StaleUploads(ctx context.Context, before time.Time, limit int) ([]domain.Photo, error) {
	if err := s.begin(ctx, "StaleUploads"); err != nil {
		return nil, err
	}
	stale := s.find.awaiting.at(domain.PhotoAwaitingUpload, func(p *domain.Photo) bool { return p.CreatedAt.Before(before) })
	return s.table.copies(oldestPhotoFirst().sorted(stale, limit)), nil
}
