package capture

import "github.com/propflow/propflow/domain"

// countUnreplaced counts the photos that no retake has replaced.
func countUnreplaced(photos []domain.Photo) int {
	n := 0
	for _, photo := range photos {
		if photo.ReplacedBy == "" {
			n++
		}
	}
	return n
}
