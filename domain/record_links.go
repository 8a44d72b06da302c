package domain

import (
	"slices"
	"strings"
)

// LinkFact returns the fact by which an adoption commits to the links of a photo.
func LinkFact(p Photo) Fact { return names(factLinked+":"+string(p.ID), p.LinkedTo) }

// CommittedLinks returns the cases to which the photo was linked by the newest entry that lists them,
// and whether there is one that was made by a release with commitments. Inspections of other cases
// have linked it to more since.
func CommittedLinks(entries []AuditEntry, photo PhotoID) ([]PropertyID, bool) {
	for _, e := range slices.Backward(entries) {
		if !e.Commits() {
			continue
		}
		if list, ok := e.fact(factLinked + ":" + string(photo)); ok {
			return idsIn(list), true
		}
		if about, _ := e.fact(factPhoto); about == string(photo) && e.Action == ActionPhotoInspected {
			list, _ := e.fact(factLinked)
			return idsIn(list), true
		}
	}
	return nil, false
}

// MayHaveLinked reports whether the history of a case explains that photos of the other case are
// linked to it: an inspection linked them, or a photo was deleted of which nothing else is known.
func MayHaveLinked(entries []AuditEntry, other PropertyID) bool {
	return slices.ContainsFunc(entries, func(e AuditEntry) bool {
		if e.Action == ActionPhotoDeleted || e.Action == ActionPurged {
			return true
		}
		list, _ := e.fact(factLinked)
		return slices.Contains(idsIn(list), other)
	})
}

func idsIn(list string) []PropertyID {
	if list == "" {
		return nil
	}
	var ids []PropertyID
	for id := range strings.SplitSeq(list, ",") {
		ids = append(ids, PropertyID(id))
	}
	return ids
}
