package docs

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Release is a version of the change log.
type Release struct {
	Version string // e.g. 0.2.0
	Date    time.Time
}

var (
	releaseHeading = regexp.MustCompile(`(?m)^## (.*)$`)
	release        = regexp.MustCompile(`^\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})$`)
)

// unreleased is the heading of changes without a version yet. It may only be the first one.
const unreleased = "[Unreleased]"

// Releases returns the versions of a change log, newest first. It returns an error if there is
// none, if a heading is neither `[1.2.3] - 2026-11-30` nor an [Unreleased] at the top, or if a
// version does not have a greater number than the one below it, or has an earlier date.
func Releases(log string) ([]Release, error) {
	var all []Release
	var numbers [][]int
	for i, m := range releaseHeading.FindAllStringSubmatch(log, -1) {
		if i == 0 && m[1] == unreleased {
			continue
		}
		parts := release.FindStringSubmatch(m[1])
		if parts == nil {
			return nil, fmt.Errorf("heading %q is not `[1.2.3] - 2026-11-30`", m[1])
		}
		date, err := time.Parse(time.DateOnly, parts[4])
		if err != nil {
			return nil, err
		}
		number := make([]int, 3)
		for j := range number {
			if _, err := fmt.Sscan(parts[j+1], &number[j]); err != nil {
				return nil, err
			}
		}
		next := Release{Version: fmt.Sprintf("%d.%d.%d", number[0], number[1], number[2]), Date: date}
		if n := len(all); n > 0 && (slices.Compare(numbers[n-1], number) <= 0 || all[n-1].Date.Before(date)) {
			return nil, fmt.Errorf("%s is not older than %s above it", next.Version, all[n-1].Version)
		}
		all, numbers = append(all, next), append(numbers, number)
	}
	if len(all) == 0 {
		return nil, errors.New("the change log has no version")
	}
	return all, nil
}
