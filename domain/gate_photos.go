package domain

// Counts reports whether the photo is evidence of the property at this step: passed or flagged,
// neither refused nor replaced, of something that the property has, and within reach of the
// present pin. From the valuation on, a flagged photo counts only if a valuer accepted it.
func (p Property) Counts(step GateStep, photo Photo) bool {
	switch {
	case !photo.Usable(), !p.Type.CanShow(photo.Subject), p.OutOfReach(photo):
		return false
	case step.decides():
		return !photo.Unresolved()
	}
	return true
}

// OutOfReach reports whether the photo was taken too far from the present pin. A photo whose
// place is not known is neither within reach nor out of it.
func (p Property) OutOfReach(photo Photo) bool { return photo.outOfReach(p.Details.Location) }

// PhotosReady reports whether the photos suffice for a submission.
func (p Property) PhotosReady(photos []Photo) bool {
	return len(p.photosBlocking(GateSubmission, photos)) == 0
}

// photosBlocking returns what the photos lack. Photos of something that the property cannot have
// stay with it, but are not asked about.
func (p Property) photosBlocking(step GateStep, photos []Photo) []Blocking {
	var found []Blocking
	named := make(map[PhotoID]bool)
	name := func(code BlockingCode, photo Photo) {
		if !named[photo.ID] {
			named[photo.ID] = true
			found = append(found, blockPhoto(code, photo))
		}
	}
	for _, photo := range photos {
		failed := p.Unsubmitted(photo) && (photo.Status == PhotoFailed || photo.Usable() && p.OutOfReach(photo))
		switch {
		case photo.ReplacedBy != "" || !p.Type.CanShow(photo.Subject):
		case unfinished(photo):
			name(BlockedProcessing, photo)
		case failed && p.OutOfReach(photo):
			name(BlockedTooFar, photo)
		case failed:
			name(BlockedFailed, photo)
		case step.decides() && photo.Unresolved():
			name(BlockedUnresolved, photo)
		}
	}
	for _, need := range p.Type.RequiredPhotos() {
		found = append(found, p.requiredBlocking(step, need, photos, named)...)
	}
	return found
}

// requiredBlocking returns why no photo of a required type counts, nil if one does. It names the
// photos that a move of the pin put out of reach, because they can be taken again or the pin be
// set back; named has the photos that were named for another reason.
func (p Property) requiredBlocking(step GateStep, need PhotoType, photos []Photo, named map[PhotoID]bool) []Blocking {
	var far []Blocking
	explained := false
	for _, photo := range photos {
		switch {
		case photo.Subject.Type != need || photo.ReplacedBy != "":
		case p.Counts(step, photo):
			return nil
		case named[photo.ID]:
			explained = explained || photo.Usable() || p.OutOfReach(photo)
		case !photo.Refused() && p.OutOfReach(photo):
			far = append(far, blockPhoto(BlockedTooFar, photo))
		}
	}
	if len(far) == 0 && !explained {
		return []Blocking{blockMissing(need)}
	}
	return far
}

func unfinished(p Photo) bool {
	return p.ReplacedBy == "" && (p.Status == PhotoAwaitingUpload || p.Status == PhotoProcessing)
}
