package domain

import (
	"fmt"
	"time"
)

// CustomerLimits are what one customer may have at a time, and send in a day of India.
type CustomerLimits struct {
	OpenDrafts        int
	SubmissionsPerDay int
	PhotosPerDay      int
	// Streams is how many live streams a customer may have open in one process of the API.
	Streams int
}

// DefaultCustomerLimits are far above what an honest owner needs, and far below what fills a queue.
func DefaultCustomerLimits() CustomerLimits {
	return CustomerLimits{OpenDrafts: 10, SubmissionsPerDay: 5, PhotosPerDay: 200, Streams: 5}
}

// Or returns the limits with those that are 0 replaced.
func (l CustomerLimits) Or(otherwise CustomerLimits) CustomerLimits {
	set := func(limit *int, value int) {
		if *limit == 0 {
			*limit = value
		}
	}
	set(&l.OpenDrafts, otherwise.OpenDrafts)
	set(&l.SubmissionsPerDay, otherwise.SubmissionsPerDay)
	set(&l.PhotosPerDay, otherwise.PhotosPerDay)
	set(&l.Streams, otherwise.Streams)
	return l
}

func (l CustomerLimits) check(v *Violations) {
	within := func(value, most int, field string) {
		v.Require(value >= 1 && value <= most, field, "range", fmt.Sprintf("must be 1 to %d", most))
	}
	within(l.OpenDrafts, 1_000, "max_open_drafts")
	within(l.SubmissionsPerDay, 1_000, "max_submissions_per_day")
	within(l.PhotosPerDay, 10_000, "max_photos_per_day")
	within(l.Streams, 100, "max_streams")
}

// CustomerUse is what a customer has, or adds to it.
type CustomerUse struct {
	Drafts      int  // in state DRAFT now
	Submissions int  // of the day
	Photos      int  // of the day
	Erased      bool // has asked for erasure
}

// Allow returns nil if a customer may have what is counted, the newest included. Errors:
// KindConflict "too_many_drafts", KindTooMany "too_many_submissions" and "too_many_photos_today"
// until the day ends in India.
func (l CustomerLimits) Allow(use CustomerUse, now time.Time) error {
	if use.Drafts > l.OpenDrafts {
		return Conflict("too_many_drafts", "there are too many drafts at a time; submit or delete one")
	}
	until := Date(now).AddDate(0, 0, 1).Add(-5*time.Hour - 30*time.Minute).Sub(now) // midnight in India
	if use.Submissions > l.SubmissionsPerDay {
		return &Error{Kind: KindTooMany, Code: "too_many_submissions", Message: "no more cases can be submitted today; go on tomorrow", RetryAfter: until}
	}
	if use.Photos > l.PhotosPerDay {
		return &Error{Kind: KindTooMany, Code: "too_many_photos_today", Message: "no more photos can be taken today; go on tomorrow", RetryAfter: until}
	}
	return nil
}
