package photocheck

import (
	"strings"

	"github.com/propflow/propflow/domain"
)

func checkAnalysis(e Evidence) []domain.Finding {
	switch {
	case !e.Analysis.Done:
		return nil
	case e.Analysis.Unsafe:
		return fail(domain.FindingUnsafe)
	case contradicts(e.Analysis.Labels, e.Photo.Subject):
		return flag(domain.FindingContradiction)
	}
	return nil
}

// telltale has the labels that are evidence for one subject and against the others.
var telltale = map[string]domain.Subject{
	"kitchen": inside(domain.RoomKitchen), "countertop": inside(domain.RoomKitchen),
	"bathroom": inside(domain.RoomBathroom), "toilet": inside(domain.RoomBathroom), "bathtub": inside(domain.RoomBathroom),
	"bedroom": inside(domain.RoomBedroom), "living room": inside(domain.RoomLiving),
	"facade": {Type: domain.PhotoFront}, "document": {Type: domain.PhotoDocument}, "text": {Type: domain.PhotoDocument},
}

func inside(room domain.Room) domain.Subject {
	return domain.Subject{Type: domain.PhotoInternal, Room: room}
}

// LabelMinScore is the least score at which a label is evidence of anything.
const LabelMinScore = 0.8

// contradicts reports whether the most certain telltale label is evidence for another subject
// than the claimed one. An amenity or a room called OTHER may show anything, and a SIDE a facade.
func contradicts(labels []domain.Label, claimed domain.Subject) bool {
	if claimed.Type.Traits().ShowsAnything || claimed.Room == domain.RoomOther {
		return false
	}
	for _, l := range labels {
		shown, known := telltale[strings.ToLower(l.Name)]
		if !known || l.Score < LabelMinScore {
			continue
		}
		if claimed.Type == domain.PhotoSide && shown.Type == domain.PhotoFront {
			return false
		}
		return shown != claimed
	}
	return false
}
