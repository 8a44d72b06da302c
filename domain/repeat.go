package domain

import (
	"slices"
	"time"
)

// RepeatOf judges whether the photo repeats one of the others of its case: OutcomeFailed if a
// photo has the same bytes, OutcomeFlagged if it shows the same picture, else OutcomePassed. all
// are the photos of the property.
//
// Photos that still count are compared: those that a retake replaced, that failed or that a
// valuer refused are not, so that taking a photo again is no fault. A photo that the
// open follow-up asks to take again is about to be replaced, and its retake should look like it;
// only the very same file is no retake. Documents look alike, so of them only the bytes count.
//
// A photo that failed by its place alone counts again if the pin moves back, and one that was refused
// if the valuer takes that back, and the verdict that comes back is as it was. It is therefore
// compared, but not with a retake, which is of the same subject; one that was refused only by its
// bytes, because the valuer may have asked for what it shows by its right name.
func (p *Property) RepeatOf(photo Photo, all []Photo) Outcome {
	worst := OutcomePassed
	for _, other := range all {
		if other.ID == photo.ID || !other.Usable() && (other.Subject == photo.Subject || !other.mayCountAgain()) {
			continue
		}
		switch {
		case photo.Facts.SHA256 != "" && photo.Facts.SHA256 == other.Facts.SHA256:
			return OutcomeFailed
		case photo.Subject.Type == PhotoDocument || other.Subject.Type == PhotoDocument || other.Refused():
		case p.askedAgain(other, photo) || p.askedAgain(photo, other):
		case SamePicture(photo.Facts, other.Facts):
			worst = OutcomeFlagged
		}
	}
	return worst
}

// mayCountAgain reports whether nothing but its distance from the pin and a refusal keeps the photo
// from being evidence.
func (p Photo) mayCountAgain() bool {
	judged := p.Status == PhotoPassed || p.Status == PhotoFlagged || p.Status == PhotoFailed
	return judged && p.ReplacedBy == "" && !slices.ContainsFunc(p.Findings, func(f Finding) bool {
		return f.Outcome == OutcomeFailed && f.Code != FindingTooFar
	})
}

// RepeatFindings returns what a photo is found to be by RepeatOf.
func RepeatFindings(repeat Outcome) []Finding {
	switch repeat {
	case OutcomeFailed:
		return []Finding{{FindingSameBytes, OutcomeFailed}}
	case OutcomeFlagged:
		return []Finding{{FindingSamePicture, OutcomeFlagged}}
	case OutcomePassed:
	}
	return nil
}

// JudgePlaces is Photo.JudgePlace of all photos of the property by the present pin. It changes them in
// place and returns those whose verdict changed. Photos that are within reach for the first time are
// also compared with those that count now: while they were out of reach, they were no twins of any
// other, so that one picture could pass as several by a pin that is wrong at first. A verdict that
// comes back is as it was.
func (p *Property) JudgePlaces(photos []Photo, now time.Time) []Photo {
	var judged, fresh []int
	for i := range photos {
		first := !photos[i].wasWithinReach()
		if !photos[i].JudgePlace(p.Details.Location, now) {
			continue
		}
		judged = append(judged, i)
		if first && photos[i].Usable() {
			fresh = append(fresh, i)
		}
	}
	// As at the inspections, of two that look alike the later one has the finding.
	slices.SortStableFunc(fresh, func(a, b int) int { return photos[a].InspectedAt.Compare(photos[b].InspectedAt) })
	for n, i := range fresh {
		var others []Photo
		for j, other := range photos {
			if !slices.Contains(fresh[n:], j) {
				others = append(others, other)
			}
		}
		for _, f := range RepeatFindings(p.RepeatOf(photos[i], others)) {
			photos[i].addFinding(f)
		}
	}
	changed := make([]Photo, len(judged))
	for n, i := range judged {
		changed[n] = photos[i]
	}
	return changed
}

// askedAgain reports whether the open follow-up asks to take the old photo again, and the new one
// may be the answer.
func (p *Property) askedAgain(old, taken Photo) bool {
	open := p.OpenFollowUp()
	return open != nil && taken.CreatedAt.After(open.AskedAt) && slices.ContainsFunc(open.Items, func(it FollowUpItem) bool {
		return it.Kind == RetakePhoto && it.PhotoID == old.ID && it.Subject == taken.Subject
	})
}
