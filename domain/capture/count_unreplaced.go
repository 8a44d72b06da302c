package capture

import "github.com/propflow/propflow/domain"

// standing counts the photos that stand for themselves: those that no retake replaced.
func standing(photos []domain.Photo) int {
	n := 0
	for _, photo := range photos {
		if photo.ReplacedBy == "" {
			n++
		}
	}
	return n
}
