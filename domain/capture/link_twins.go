package capture

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

// maxCandidates is the maximum number of photos with near hashes that are compared more finely.
// More than a few share a hash only if the pictures show next to nothing.
const maxCandidates = 200

// linkTwins links the photos of other properties that show the same picture to the property,
// and returns those other properties, in order of their ids. It changes no verdict, because
// only the newer photo is flagged. It locks the twins in the order of their ids and holds no
// other lock, so that racing inspections cannot deadlock.
func linkTwins(ctx context.Context, tx ports.Tx, property domain.PropertyID, facts domain.ImageFacts) ([]domain.PropertyID, error) {
	twins, err := findTwins(ctx, tx, property, facts)
	if err != nil {
		return nil, err
	}
	var properties []domain.PropertyID
	for _, twin := range twins {
		properties = append(properties, twin.PropertyID)
		if slices.Contains(twin.LinkedTo, property) {
			continue
		}
		if err := link(ctx, tx, twin.ID, property); err != nil {
			return nil, err
		}
	}
	slices.Sort(properties)
	return slices.Compact(properties), nil
}

// findTwins returns the photos of other properties with the same bytes, and those with a
// near hash that the finer comparison confirms, in order of their ids.
func findTwins(ctx context.Context, tx ports.Tx, property domain.PropertyID, facts domain.ImageFacts) ([]domain.Photo, error) {
	twins := make(map[domain.PhotoID]domain.Photo)
	others, err := tx.Photos.SameBytes(ctx, facts.SHA256, property)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		photos, err := tx.Photos.ByProperty(ctx, other)
		if err != nil {
			return nil, err
		}
		for _, photo := range photos {
			if photo.Facts.SHA256 == facts.SHA256 {
				twins[photo.ID] = photo
			}
		}
	}
	if facts.Recognisable() {
		candidates, err := tx.Photos.Similar(ctx, facts, property, maxCandidates)
		if err != nil {
			return nil, err
		}
		for _, photo := range candidates {
			if domain.SamePicture(facts, photo.Facts) {
				twins[photo.ID] = photo
			}
		}
	}
	sorted := slices.Sorted(maps.Keys(twins))
	found := make([]domain.Photo, len(sorted))
	for i, id := range sorted {
		found[i] = twins[id]
	}
	return found, nil
}

func link(ctx context.Context, tx ports.Tx, id domain.PhotoID, to domain.PropertyID) error {
	photo, err := tx.Photos.Lock(ctx, id)
	switch {
	case domain.IsKind(err, domain.KindNotFound): // deleted since it was found
		return nil
	case err != nil:
		return err
	}
	if slices.Contains(photo.LinkedTo, to) {
		return nil
	}
	photo.LinkedTo = append(photo.LinkedTo, to)
	return tx.Photos.Update(ctx, &photo)
}

// announceTwins announces the cases to which only this photo links the property. Those of a draft
// are announced by its submission. Errors: those of the stores.
func announceTwins(ctx context.Context, tx ports.Tx, property domain.Property, photo domain.Photo, now time.Time) error {
	if len(photo.LinkedTo) == 0 || property.SubmittedAt.IsZero() {
		return nil
	}
	photos, err := tx.Photos.ByProperty(ctx, property.ID)
	if err != nil {
		return err
	}
	links, err := tx.LinksOf(ctx, property, photos, now)
	if err != nil {
		return err
	}
	return tx.AnnounceLinks(ctx, slices.DeleteFunc(links, func(l domain.Link) bool {
		return l.Kind != domain.LinkSamePhoto || slices.ContainsFunc(l.Photos, func(p domain.PhotoPair) bool { return p.Own != photo.ID })
	}), now)
}
