package ports

import (
	"context"
	"time"

	"github.com/propflow/propflow/domain"
)

// LinksOf returns the links of a property with these photos, at most domain.MaxLinks, the nearest
// first. They are searched anew by each call, so that a case that was submitted later counts, too.
// Errors returned: those of the stores.
func (tx Tx) LinksOf(ctx context.Context, property domain.Property, photos []domain.Photo, now time.Time) ([]domain.Link, error) {
	candidates, err := tx.Links.Candidates(ctx, property.LinkSearch(photos, now))
	if err != nil {
		return nil, err
	}
	own := property.LinkCandidate()
	links := own.PropertyLinks(candidates)
	pictured := 0
	for _, other := range own.PictureCandidates(candidates, photos) {
		theirs, err := tx.Photos.ByProperty(ctx, other.ID)
		if err != nil {
			return nil, err
		}
		if link, ok := own.PhotoLink(other, photos, theirs); ok {
			links = append(links, link)
			pictured++
		}
		if pictured == domain.MaxLinks { // the others are farther away
			break
		}
	}
	return domain.NearestLinks(links), nil
}

// AnnounceLinks appends the events by which those who review the linked cases learn of new links.
// Errors returned: those of the stores.
func (tx Tx) AnnounceLinks(ctx context.Context, links []domain.Link, now time.Time) error {
	for _, event := range domain.LinkEvents(links, now) {
		if err := tx.Events.Append(ctx, event); err != nil {
			return err
		}
	}
	return nil
}
