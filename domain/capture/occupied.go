package capture

import (
	"slices"

	"github.com/propflow/propflow/domain"
)

// occupied counts the photos that take up one of the domain.MaxPhotosPerProperty places. In
// a draft that is every photo, as its owner may remove any. In a follow-up, photos that
// were replaced and those that are to be taken again make room for their successors:
// submitted evidence cannot be removed, and a full property could never be answered for.
func occupied(property domain.Property, photos []domain.Photo) int {
	open := property.OpenFollowUp()
	if open == nil {
		return len(photos)
	}
	n := 0
	for _, photo := range photos {
		retake := slices.ContainsFunc(open.Items, func(it domain.FollowUpItem) bool {
			return it.Kind == domain.RetakePhoto && it.PhotoID == photo.ID
		})
		if photo.ReplacedBy == "" && !retake {
			n++
		}
	}
	return n
}
