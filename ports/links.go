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

// AnnounceLinks appends the events by which those who review the linked cases learn of new links. A
// case of a reviewer's own has none: its owner would get it with the others, and owners may not
// learn of links. The others find the link in the list. Errors returned: those of the stores.
func (tx Tx) AnnounceLinks(ctx context.Context, links []domain.Link, now time.Time) error {
	var announced []domain.Link
	for _, link := range links {
		owner, err := tx.Users.Get(ctx, link.OwnerID)
		if err != nil && !domain.IsKind(err, domain.KindNotFound) {
			return err
		}
		if !owner.Role.Reviews() {
			announced = append(announced, link)
		}
	}
	for _, event := range domain.LinkEvents(announced, now) {
		if err := tx.Events.Append(ctx, event); err != nil {
			return err
		}
	}
	return nil
}
